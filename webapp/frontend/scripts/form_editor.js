// The form editor of a procedure's form. What it writes stands in the text area of the page, which
// the server draws, checks and keeps; without this file the text area alone does.
import { FormEditor } from "@bpmn-io/form-js-editor";
import { options } from "preact";
import { StyleModule } from "style-mod";
import { MotcuaProperties } from "./form_properties.js";

const WIDE = "(min-width: 60em)"; // narrower, palette, form and properties do not fit side by side
const QUIET = 400; // ms without a change before the page is drawn again

const box = document.querySelector("[data-form-editor]");
const data = JSON.parse(document.getElementById(box.dataset.formEditor).textContent);
const text = document.getElementById("schema");
const details = text.closest("details");
const narrow = document.querySelector(".mc-formed__narrow");
const failed = document.querySelector(".mc-formed__failed");
let editor = null;
let written = null; // what the editor wrote last
let waiting = 0;

// The content security policy allows no style elements: the code editor's rules go into a
// constructed style sheet instead, which it does by itself for every root but the document.
const mount = StyleModule.mount;
const sheets = {
  ownerDocument: document,
  get adoptedStyleSheets() { return document.adoptedStyleSheets; },
  set adoptedStyleSheets(all) { document.adoptedStyleSheets = all; },
};
StyleModule.mount = (root, ...rest) => mount(root === document ? sheets : root, ...rest);

speak(data.words);
const wide = window.matchMedia(WIDE);
wide.addEventListener("change", show);
show();

// Texts of the library are set by Preact: its hook for new nodes puts ours in their place, and that
// before nodes are drawn (__b) for those the library made before we came.
function speak(words) {
  const said = (value) => (typeof value === "string" ? words[value] || composed(value, words) : value);
  const translate = ({ type, props }) => {
    if (type === "input" && /^hh:mm/.test(props.placeholder) && !props["aria-label"]) props["aria-label"] = "Time"; // the library leaves it unnamed
    if (props && !isAnswer(props)) {
      const names = typeof type === "string" ? ["title", "placeholder", "aria-label", "alt"] : ["label"];
      for (const name of names) if (props[name]) props[name] = said(props[name]);
      if (Array.isArray(props.children)) props.children = props.children.map(said);
      else if (props.children) props.children = said(props.children);
    }
  };
  for (const hook of ["vnode", "__b"]) {
    const before = options[hook];
    options[hook] = (node) => {
      translate(node);
      if (before) before(node);
    };
  }
}

// What people wrote into the form is theirs, also when it is a word of the library.
function isAnswer(props) {
  return /fjs-form-field-(label|description|text)|fjs-description/.test(props.class || props.className || "");
}

function composed(value, words) {
  const items = /^List contains (\d+) items?$/.exec(value);
  if (items) return words["Number of items"] ? `${words["Number of items"]}: ${items[1]}` : value;
  const create = /^Create an? (.+) element$/.exec(value);
  if (create) return words["Create"] ? `${words["Create"]}: ${words[create[1]] || create[1]}` : value;
  return value;
}

function show() {
  narrow.hidden = wide.matches;
  if (wide.matches && !editor) open();
  if (editor) box.hidden = !wide.matches;
  details.open = !wide.matches || !editor;
}

function open() {
  box.hidden = false;
  editor = new FormEditor({
    container: box.querySelector(".mc-formed__canvas"),
    palette: { parent: box.querySelector(".mc-formed__palette") },
    propertiesPanel: { parent: box.querySelector(".mc-formed__properties") },
    motcua: data,
    additionalModules: [{ __init__: ["motcuaProperties"], motcuaProperties: ["type", MotcuaProperties] }],
  });
  const fields = editor.get("formFields")._formFields;
  for (const [type, field] of Object.entries(fields)) {
    if (type === "default") continue;
    if (!data.rendered.includes(type)) refuse(fields, type);
    else rename(field.config);
  }
  load();
}

// A component that the pages do not show is not offered; one that stands in the form already is
// named by the checks beside the preview.
function refuse(fields, type) {
  Object.defineProperty(fields, type, { value: fields[type], enumerable: false });
}

// New fields begin with words of the reader's language.
function rename(config) {
  const words = data.words[config.name || config.label];
  if (!words) return;
  if (config.keyed || config.label || config.pathed) config.label = words;
  config.name = words;
}

async function load() {
  try {
    await editor.importSchema(JSON.parse(text.value));
    written = text.value;
    failed.hidden = true;
    editor.on("changed", write);
  } catch (error) {
    failed.textContent = failed.dataset.failed.replace("{reason}", error.message);
    failed.hidden = false;
    box.hidden = true;
    details.open = true;
    editor.destroy();
    editor = null;
  }
  box.dataset.ready = "1";
}

function write() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const schema = editor.saveSchema();
    const now = JSON.stringify(schema, null, 2);
    if (now === written) return;
    text.value = written = now;
    text.dispatchEvent(new CustomEvent("mc:changed", { bubbles: true }));
  }, QUIET);
}

// The text may be changed by hand, too: the editor takes it over when it is JSON.
text.addEventListener("change", () => {
  if (text.value === written) return;
  if (!editor) {
    if (wide.matches) open();
    return;
  }
  try {
    const schema = JSON.parse(text.value);
    written = text.value;
    editor.importSchema(schema).catch(() => {}); // the checks of the server say what is wrong
  } catch (error) {
    return;
  }
});

// Enter on a component of the palette adds it and puts the focus on it; the library would take the
// key's second event for a click that lets the new field go again.
let added = false;
box.addEventListener("keydown", (event) => {
  added = event.key === "Enter" && !!event.target.closest(".fjs-palette-field");
});
document.addEventListener("keypress", (event) => {
  if (added) {
    event.preventDefault();
    event.stopPropagation();
  }
  added = false;
}, true);

// What the editor holds is sent, also when the last change is younger than the pause.
document.getElementById("form-editor").addEventListener("submit", () => {
  if (!editor || waiting === 0) return;
  const now = JSON.stringify(editor.saveSchema(), null, 2);
  if (now !== written) text.value = written = now;
});

document.addEventListener("htmx:afterSettle", findable);
findable();
function findable() {
  for (const button of document.querySelectorAll("[data-field]")) {
    const field = fieldOf(button.dataset.field);
    button.hidden = !field;
    if (button.nextElementSibling) button.nextElementSibling.hidden = !!field;
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-field]");
  const field = button && fieldOf(button.dataset.field);
  if (!field) return;
  editor.get("selection").set(field);
  box.scrollIntoView({ block: "nearest" });
});

function fieldOf(name) {
  if (!editor) return null;
  return editor.get("formFieldRegistry").getAll().find((one) => one.id === name || one.key === name);
}
