// Files that are chosen or dropped; part of app.js, and alone on the page of applicants, who get no more.
document.documentElement.classList.add("mc-js"); // our own words stand for the browser's from here on

// A file input says in the page's language which files are chosen; its own words are the browser's.
const nameFiles = (input) => {
  const place = input.parentElement.querySelector(".mc-file__names");
  if (place) place.textContent = Array.from(input.files, (file) => file.name).join(", ") || input.dataset.none;
};
const nameAllFiles = () => document.querySelectorAll(".mc-pick").forEach(nameFiles);
document.addEventListener("change", (event) => {
  if (!event.target.matches(".mc-pick")) return;
  refuseTooMuch(event.target);
  nameFiles(event.target);
});

// What the server would refuse unread, with everything typed beside it, is not even chosen.
const refuseTooMuch = (input) => {
  const box = input.closest(".mc-file");
  if (box.nextElementSibling && box.nextElementSibling.matches("[data-said]")) box.nextElementSibling.remove();
  const files = Array.from(input.form.querySelectorAll(".mc-pick")).flatMap((one) => Array.from(one.files));
  if (files.reduce((sum, file) => sum + file.size, 0) < 0.95 * Number(input.dataset.most)) return; // the rest is for the fields
  input.value = "";
  const said = document.createElement("p");
  said.className = "govuk-error-message";
  said.dataset.said = "";
  said.setAttribute("role", "alert");
  said.textContent = input.dataset.tooLarge;
  box.after(said);
};
document.addEventListener("htmx:afterSettle", nameAllFiles);
nameAllFiles();

// Files may be dropped on the box around a file input.
for (const box of document.querySelectorAll("[data-drop]")) {
  const input = box.querySelector('input[type="file"]');
  const over = (on) => (event) => {
    event.preventDefault();
    box.classList.toggle("is-over", on);
  };
  box.addEventListener("dragover", over(true));
  box.addEventListener("dragleave", over(false));
  box.addEventListener("drop", (event) => {
    over(false)(event);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
