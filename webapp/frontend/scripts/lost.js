// A session that ended, or a program that cannot be reached, costs nothing that was typed: the page
// stays as it is and says what to do. Signed in again in another tab, work goes on here.
const LONG = 15 * 60 * 1000; // ms after which a page asks before it sends a form
const note = document.querySelector(".mc-lost");
let asked = Date.now();
let renewed = false; // the tokens of forms, after a refusal; once, not in a circle

// why: "out" (nobody is signed in), "down" (no answer), or "" where all is well again.
function tell(why) {
  if (!note) return;
  note.hidden = !why;
  for (const text of note.querySelectorAll("[data-lost]")) text.hidden = text.dataset.lost !== why;
}

// Returns why nothing can be sent; "" after giving this page the form tokens of who is signed in.
async function ask() {
  let page;
  try {
    const answer = await fetch("/keyboard");
    if (!answer.ok) return "down";
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return "down";
  }
  const token = page.querySelector('meta[name="csrf-token"]');
  if (!token) return "out";
  document.querySelector('meta[name="csrf-token"]').content = token.content;
  for (const one of document.querySelectorAll('input[name="csrf_token"]')) one.value = token.content;
  asked = Date.now();
  return "";
}

document.addEventListener("htmx:responseError", async (event) => {
  const why = await ask();
  if (!why && !renewed && event.detail.xhr.status === 400) {
    renewed = true;
    event.detail.elt.dispatchEvent(new Event("change", { bubbles: true }));
  } else tell(why || "down");
});
document.addEventListener("htmx:sendError", () => tell("down"));
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful) return;
  renewed = false;
  tell("");
});
window.addEventListener("focus", async () => {
  if (note && !note.hidden) tell(await ask());
});

document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    if (!note || form.method !== "post" || Date.now() - asked < LONG) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    const why = await ask();
    tell(why);
    if (why) note.focus();
    else form.requestSubmit(button);
  },
  true,
);
