// Tells the translation editor where its dialogues are; wagtail-localize does so by inline code.
(() => {
  "use strict";
  const { imageChooser, documentChooser, pageChooser } = document.currentScript.dataset;
  window.chooserUrls ??= { imageChooser, documentChooser, pageChooser };
})();
