/* Comfort on top of pages that work without it.
 *
 * A form with `data-live` (filters of the catalogue and the directory) is submitted through htmx
 * whenever one of its controls changes. htmx swaps #results and, out of band, #filter-groups;
 * this module keeps what a swap would lose: open groups, focus, and the news for screen readers.
 */

const root = document.documentElement;
const enhanced = Boolean(window.htmx);

// Only a page that really updates in place may hide its Apply buttons.
if (enhanced && document.querySelector("form[data-live]")) root.classList.add("js");

const groups = () => document.querySelectorAll("#filter-groups details[id]");
let open = new Map();
let announced = "";

const liveForm = (control) => {
  const form = control?.form;
  return enhanced && form?.matches("form[data-live]") ? form : null;
};

document.addEventListener("change", (event) => {
  // Typing ends with Enter or the button; only choices take effect by themselves.
  if (event.target.matches("input:not([type=checkbox], [type=radio]), textarea")) return;
  liveForm(event.target)?.requestSubmit();
});

// Addresses are quoted and mailed: leave out what is empty. Runs for htmx and for plain submits.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[data-live]")) return;
  for (const [name, value] of [...event.formData]) {
    if (value === "") event.formData.delete(name);
  }
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.target.matches("form[data-live]")) return;
  document.getElementById("results")?.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.requestConfig.elt;
  if (!form.matches("form[data-live]")) return;
  // A log-in page in place of results means that the session has ended: go there as a page.
  if (event.detail.shouldSwap && !event.detail.xhr.responseText.includes('id="results"')) {
    event.detail.shouldSwap = false;
    form.submit();
    return;
  }
  open = new Map([...groups()].map((details) => [details.id, details.open]));
});

document.addEventListener("htmx:afterSettle", () => {
  for (const details of groups()) {
    if (open.has(details.id)) details.open = open.get(details.id);
  }
  const news = document.querySelector("#results [data-announce]")?.textContent.trim() ?? "";
  const region = document.getElementById("live");
  // An equal count is news as well: a changed text node is what screen readers notice.
  if (region && news) region.textContent = news === announced ? `${news}\u00a0` : news;
  announced = region?.textContent ?? "";
});

// After a failed request nothing may look updated: ask again as a plain page.
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    if (event.target.matches("[type=password]")) event.detail.target?.replaceChildren();
    if (!event.target.matches("form[data-live]")) return;
    document.getElementById("results")?.removeAttribute("aria-busy");
    event.target.submit();
  });
}

// On narrow screens the filters cover the results; the button there means "show me".
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!enhanced || !form.matches("form[data-live]:target")) return;
  if (event.submitter) window.location.hash = "results";
});

// Contents of a long page: mark the section that is being read.
const links = new Map(
  [...document.querySelectorAll(".toc a[href^='#']")].map((link) => [link.hash.slice(1), link]),
);
if (links.size && "IntersectionObserver" in window) {
  const mark = (entries) => {
    const seen = entries.find((entry) => entry.isIntersecting);
    if (!seen) return;
    for (const link of links.values()) link.removeAttribute("aria-current");
    links.get(seen.target.id).setAttribute("aria-current", "true");
  };
  const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -70% 0px" });
  for (const id of links.keys()) {
    const section = document.getElementById(id);
    if (section) observer.observe(section);
  }
}

// A summary of errors is read first, wherever the page was scrolled to.
document.querySelector(".summary[data-focus]")?.focus();
