// Phone menu, phone filters and partial page loads. Every page works without this file.
import htmx from "htmx.org";
import "./files.js";
import "./keyboard.js";
import "./lost.js";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.attributesToSettle = ["class", "width", "height"]; // never style: the policy forbids it
htmx.config.historyCacheSize = 0; // pages hold personal data: nothing is kept in local storage
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "(409|422)", swap: true, error: false },
  { code: "...", swap: false, error: true },
];

const root = document.documentElement;
const token = document.querySelector('meta[name="csrf-token"]');

document.addEventListener("htmx:configRequest", (event) => {
  if (token) event.detail.headers["X-CSRFToken"] = token.content;
});

for (const [buttonClass, boxClass] of [[".mc-navbtn", ".mc-nav"], [".mc-morebtn", ".mc-filter"]]) {
  const button = document.querySelector(buttonClass);
  const box = document.querySelector(boxClass);
  if (!button || !box) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(box.classList.toggle("is-open")));
  });
}

// What went wrong, or what was done, takes the focus: a screen reader starts with it, Tab goes on from it.
const summary = document.querySelector(".govuk-error-summary") || document.querySelector(".mc-flash");
if (summary && !window.location.hash) summary.focus();

// One click on "complete" is one completion: a form is sent once.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.dataset.sent) event.preventDefault();
  else if (event.target.method === "post") event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What is typed while the fields are drawn anew is not lost: it is set into the new ones.
const typed = () => Array.from(document.querySelectorAll("#fields :is(input, select, textarea):not([type=file], [type=hidden])"));
const valueOf = (one) => (one.type === "checkbox" || one.type === "radio" ? one.checked : one.value);
let sent = new Map();
let late = [];
document.addEventListener("htmx:beforeSend", () => { sent = new Map(typed().map((one) => [one.id, valueOf(one)])); });
document.addEventListener("htmx:beforeSwap", () => {
  late = typed().filter((one) => sent.has(one.id) && sent.get(one.id) !== valueOf(one)).map((one) => [one.id, valueOf(one)]);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const [id, value] of late.splice(0)) {
    const one = document.getElementById(id);
    if (!one) continue;
    if (typeof value === "boolean") one.checked = value;
    else one.value = value;
    if (one !== document.activeElement) one.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// A select that applies itself once scripts are there; without them its button does.
for (const select of document.querySelectorAll("select[data-apply]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

root.dataset.ready = "1";
