// Starts parts of Wagtail's admin that Wagtail itself starts by inline code, so that the policy of /cms/ allows none.
(() => {
  "use strict";
  const choosers = ["Chooser", "PageChooser", "SnippetChooser", "TaskChooser", "DocumentChooser", "ImageChooser"];
  const parts = {
    date: (id, options) => window.initDateChooser(id, options),
    time: (id, options) => window.initTimeChooser(id, options),
    datetime: (id, options) => window.initDateTimeChooser(id, options),
    rows: (id, options) => new window.InlinePanel(options),
  };
  for (const name of choosers) {
    parts[name] = (id, options) => new window[name](id, options);
  }

  const start = ({ dataset }) => {
    if (!dataset.started) {
      dataset.started = "true";
      parts[dataset.part](dataset.id, JSON.parse(dataset.options));
    }
  };

  // What the page brings starts before Wagtail's own controllers (hence `capture`): they move menus of choosers away.
  document.addEventListener(
    "DOMContentLoaded",
    () => document.querySelectorAll('[data-controller="hub-start"]').forEach(start),
    { capture: true, once: true },
  );

  // What is added later, such as a new row, starts when it appears.
  window.wagtail.app.register(
    "hub-start",
    class extends window.StimulusModule.Controller {
      connect() {
        start(this.element);
      }
    },
  );

  // The form that sends a page to translation has one box for all languages.
  document.addEventListener("change", ({ target }) => {
    if (target.name === "select_all") {
      for (const box of document.querySelectorAll('[name="locales"]')) {
        box.checked = target.checked;
      }
    }
  });
})();
