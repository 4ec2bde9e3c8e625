// The properties that this product adds to those of form-js: kinds of fields, texts in English,
// what applicants see, conditions under which an answer is required, limits of rows and files.
import { h } from "preact";

const ASKED = ["textfield", "textarea", "number", "datetime", "select", "radio", "checklist", "taglist", "checkbox", "filepicker"];
const LABELLED = [...ASKED, "expression", "group", "dynamiclist", "table"];

export class MotcuaProperties {
  constructor(data, propertiesPanel) {
    this._data = data;
    propertiesPanel.registerProvider(this, 500);
  }

  getGroups(field, edit) {
    return (groups) => {
      const entries = field && field.type !== "default" ? this._entries(field, edit) : [];
      if (!entries.length) return groups;
      const own = { id: "motcua", label: this._word("For the one-stop shop"), entries };
      const last = groups.findIndex((group) => group.id === "custom-values");
      return last < 0 ? [...groups, own] : [...groups.slice(0, last), own, ...groups.slice(last)];
    };
  }

  _word(text) {
    return this._data.words[text] || text;
  }

  _entries(field, edit) {
    const { type } = field;
    const set = (name) => (value) => edit(field, ["properties"], changed(field.properties, name, value));
    const get = (name) => String((field.properties || {})[name] ?? "");
    const text = (name, label, hint) => this._entry(`motcua-${name}`, Line, label, hint, get(name), set(name));
    const entries = [];
    const kinds = this._data.kinds[type];
    if (kinds) entries.push({ ...this._entry("motcua-kind", Choice, "Kind of answer", "", get("kind"), set("kind")), options: kinds });
    if (type === "group" && get("kind")) entries.push(text("required", "Fields that must be filled in", "Their keys, separated by commas"));
    if (ASKED.includes(type)) {
      entries.push(this._required(field, edit));
      entries.push(this._entry("motcua-public", Tick, "The applicant sees the answer", "", get("public"), set("public")));
    }
    if (type === "expression") entries.push(text("vi.label", "Label in Vietnamese"));
    if (LABELLED.includes(type)) entries.push(text("en.label", "Label in English"));
    if (ASKED.includes(type)) entries.push(text("en.description", "Description in English"));
    if (type === "text") entries.push(text("en.text", "Text in English"));
    if (type === "filepicker") entries.push(this._entry("motcua-result", Tick, "These files are the result", "", get("result"), set("result")));
    if (type === "filepicker") entries.push(text("maxSizeMb", "Largest file in MB", "At most 10"));
    if (type === "dynamiclist") entries.push(text("minRows", "Fewest rows"), text("maxRows", "Most rows", "At most 100"));
    return entries;
  }

  _required(field, edit) {
    const validate = field.validate || {};
    const now = typeof validate.required === "string" ? validate.required : "";
    const set = (value) => edit(field, ["validate"], changed(validate, "required", value));
    return this._entry("motcua-required", Line, "Required when (FEEL)", "For example = loai = \"moi\"", now, set);
  }

  _entry(id, component, label, hint, value, set) {
    return { id, component, label: this._word(label), hint: hint && this._word(hint), value, set, isEdited: (node) => !!node && (node.checked || (node.type !== "checkbox" && !!node.value)) };
  }
}
MotcuaProperties.$inject = ["config.motcua", "propertiesPanel"];

function changed(before, name, value) {
  const after = { ...before };
  if (value) after[name] = value;
  else delete after[name];
  return after;
}

const nameOf = (id) => `bio-properties-panel-${id}`;

function Entry({ id, label, hint, children }) {
  return h("div", { class: "bio-properties-panel-entry", "data-entry-id": id }, [
    h("label", { for: nameOf(id), class: "bio-properties-panel-label" }, label),
    children,
    hint ? h("div", { class: "bio-properties-panel-description", id: `${nameOf(id)}-hint` }, hint) : null,
  ]);
}

function Line({ id, label, hint, value, set }) {
  const described = hint ? { "aria-describedby": `${nameOf(id)}-hint` } : {};
  const input = h("input", { ...described, id: nameOf(id), type: "text", class: "bio-properties-panel-input", autocomplete: "off", spellcheck: false, value, onInput: (event) => set(event.target.value) });
  return h(Entry, { id, label, hint }, input);
}

function Choice({ id, label, value, set, options }) {
  const choices = options.map(([name, words]) => h("option", { value: name, selected: name === value }, words));
  return h(Entry, { id, label }, h("select", { id: nameOf(id), class: "bio-properties-panel-input", onInput: (event) => set(event.target.value) }, choices));
}

function Tick({ id, label, value, set }) {
  return h("div", { class: "bio-properties-panel-entry bio-properties-panel-checkbox-entry", "data-entry-id": id },
    h("div", { class: "bio-properties-panel-checkbox" }, [
      h("input", { id: nameOf(id), type: "checkbox", class: "bio-properties-panel-input", checked: !!value, onInput: (event) => set(event.target.checked ? "true" : "") }),
      h("label", { for: nameOf(id), class: "bio-properties-panel-label" }, label),
    ]));
}
