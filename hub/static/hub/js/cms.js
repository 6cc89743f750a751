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

  class StartController extends window.StimulusModule.Controller {
    static values = { part: String, id: String, options: Object };

    connect() {
      if (!this.element.dataset.started) {
        this.element.dataset.started = "true";
        parts[this.partValue](this.idValue, this.optionsValue);
      }
    }
  }

  window.wagtail.app.register("hub-start", StartController);

  // The form that sends a page to translation has one box for all languages.
  document.addEventListener("change", ({ target }) => {
    if (target.name === "select_all") {
      for (const box of document.querySelectorAll('[name="locales"]')) {
        box.checked = target.checked;
      }
    }
  });
})();
