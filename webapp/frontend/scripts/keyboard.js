// Keys instead of a mouse. Pages declare them: aria-keyshortcuts names the keys of a control,
// data-key those that count in the line of a list that has the focus, data-go what follows "g".
const LINES = "table.mc-table tbody tr";
const PATIENCE = 1500; // ms between "g" and the letter after it
const single = document.documentElement.dataset.keys !== "off";
const NO_TEXT = new Set(["checkbox", "radio", "button", "submit", "reset", "file", "range", "color"]);
let going = 0;

const isTyping = (one) =>
  one.isContentEditable ||
  one.matches("textarea, select") ||
  (one.matches("input") && !NO_TEXT.has(one.type));

const nameOf = (event) => {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  return (event.ctrlKey || event.metaKey ? "Control+" : "") + key;
};

const find = (root, attribute, name) =>
  Array.from(root.querySelectorAll(`[${attribute}]`)).find(
    (one) => one.getAttribute(attribute).split(" ").includes(name) && one.getClientRects().length,
  );

const use = (one) => {
  if (one.matches("input:not([type=checkbox]), textarea")) {
    one.focus();
    one.select();
  } else one.click();
};

const lineOf = (one) => one.closest(LINES);
const lines = () => Array.from(document.querySelectorAll(`main ${LINES}`)).filter((one) => one.querySelector("a[href]"));

// Where a line was sent off from, so that after the page came anew the next key goes on there.
const PLACE = "motcua-line";
const here = () => window.location.pathname + window.location.search;
let [left, begin] = JSON.parse(sessionStorage.getItem(PLACE) || "[0, 0]");
sessionStorage.removeItem(PLACE);
if (left !== here()) begin = 0;
document.addEventListener("submit", (event) => {
  const line = lineOf(event.target);
  if (line) sessionStorage.setItem(PLACE, JSON.stringify([here(), lines().indexOf(line)]));
});

function step(by) {
  const all = lines();
  if (!all.length) return false;
  const at = all.indexOf(lineOf(document.activeElement));
  const wanted = at >= 0 ? at + by : by > 0 ? begin : begin ? begin - 1 : all.length - 1;
  const next = Math.min(Math.max(wanted, 0), all.length - 1);
  all[next].querySelector("a[href]").focus();
  return true;
}

async function help(link) {
  const answer = await fetch(link.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const box = document.createElement("dialog");
  box.className = "mc-dialog";
  box.setAttribute("aria-labelledby", "dialog-title");
  const title = document.createElement("h2");
  title.id = "dialog-title";
  title.textContent = page.querySelector("h1").textContent;
  const shown = page.querySelector("#shortcuts");
  shown.removeAttribute("id");
  for (const heading of shown.querySelectorAll("h2")) {
    const smaller = document.createElement("h3");
    smaller.textContent = heading.textContent;
    heading.replaceWith(smaller);
  }
  const close = document.createElement("button");
  close.className = "govuk-button govuk-button--secondary";
  close.textContent = link.dataset.close;
  close.autofocus = true;
  close.addEventListener("click", () => box.close());
  box.append(title, shown, close);
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

// Returns whether the key meant something here.
function press(event) {
  const name = nameOf(event);
  const active = document.activeElement || document.body;
  if (!event.ctrlKey && !event.metaKey) {
    if (!single || isTyping(active)) return false;
    if (event.shiftKey && /^[A-Z]$/.test(name)) return false;
    if (going && Date.now() - going < PATIENCE) {
      going = 0;
      const target = find(document, "data-go", name.toLowerCase());
      if (target) target.click();
      return Boolean(target);
    }
    going = name === "G" ? Date.now() : 0;
    if (name === "J" || name === "K") return step(name === "J" ? 1 : -1);
    const line = lineOf(active);
    if (name === "ArrowDown" || name === "ArrowUp") {
      return Boolean(line) && active.matches("a") && step(name === "ArrowDown" ? 1 : -1);
    }
    const own = line && find(line, "data-key", name);
    if (own) return use(own), true;
  }
  const one = find(document, "aria-keyshortcuts", name);
  if (!one) return false;
  if (one.dataset.close) help(one);
  else use(one);
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat && !/^(j|k|Arrow.*)$/i.test(event.key)) return;
  if (event.altKey || document.querySelector("dialog[open]")) return;
  if (press(event)) event.preventDefault();
});
