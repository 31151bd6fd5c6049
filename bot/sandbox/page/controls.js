// The elements people act on. Each takes `held` (what it holds) and tells `on` what is done:
// on.press(value), on.choose(value), on.options(query), on.upload(file), and on.label for who can't see.
import { attach } from "./attach.js";
import { confirmed, link, menuAt, node } from "./dom.js";
import { editor } from "./editor.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

export function control(element, held, on, texts) {
  const kind = element.type.replace(/^multi_/, "");
  const make = CONTROLS[kind];
  if (!make) return node("span", { class: "unknown" }, `unknown element: ${element.type}`);
  return make(element, held ?? {}, on, texts);
}

function button(element, _held, on, texts) {
  const act = async () => {
    if (!(await confirmed(element.confirm, (text) => texts.object(text)))) return;
    if (element.url) window.open(link(element.url).href || undefined, "_blank", "noopener");
    await whileBusy(made, () => on.press());
  };
  const made = node("button", {
    type: "button", class: element.style ?? "", onclick: act, "aria-label": element.accessibility_label,
  }, texts.object(element.text));
  return made;
}

// It keeps the focus, which a disabled one would lose.
async function whileBusy(made, act) {
  if (made.ariaDisabled) return;
  made.ariaDisabled = "true";
  made.classList.add("busy");
  try {
    await act();
  } finally {
    made.ariaDisabled = null;
    made.classList.remove("busy");
  }
}

function overflow(element, _held, on, texts) {
  const entries = element.options.map((option) => [texts.object(option.text), async () => {
    made.focus(); // the entry that had the focus is gone
    if (!(await confirmed(element.confirm, (text) => texts.object(text)))) return;
    await whileBusy(made, () => on.press(option));
  }]);
  const made = node("button", {
    type: "button", class: "overflow", "aria-label": t("More actions"), "aria-haspopup": "menu",
    onclick: () => menuAt(made, entries),
  }, icon("dots"));
  return made;
}

const labelOf = (element, on, otherwise) => on.label ?? element.placeholder?.text ?? otherwise;

function selectBox(element, on, first) {
  return node("select", { "aria-label": labelOf(element, on, t("Choose an option")) },
    node("option", { value: "" }, element.placeholder?.text ?? first),
    element.options.map((option) => node("option", { value: option.value }, option.text.text)));
}

function select(element, held, on, texts) {
  if (element.type.startsWith("multi_")) return many(element, held, on);
  const made = selectBox(element, on, t("Choose an option"));
  made.value = held.selected_option?.value ?? "";
  made.addEventListener("change", async () => {
    if (await confirmed(element.confirm, (text) => texts.object(text))) await on.choose(made.value || null);
  });
  return made;
}

// What is chosen, each with a cross; `tell` is given what is left.
function chips(tell) {
  const made = node("span", { class: "chips" });
  const draw = (chosen) => made.replaceChildren(...chosen.map((option) => {
    const remove = () => tell(chosen.filter((one) => one.value !== option.value));
    const cross = node("button", { type: "button", "aria-label": t("Remove {label}", { label: option.text.text }), onclick: remove }, icon("cross"));
    return node("span", { class: "chip" }, option.text.text, cross);
  }));
  return { made, draw };
}

// Chosen entries as chips, and a box to add another.
function many(element, held, on) {
  let chosen = held.selected_options ?? [];
  const tell = (options) => { chosen = options; shown.draw(chosen); return on.choose(chosen.map((one) => one.value)); };
  const shown = chips(tell);
  const box = selectBox(element, on, t("Add…"));
  box.addEventListener("change", () => {
    const added = element.options.find((one) => one.value === box.value);
    const full = element.max_selected_items && chosen.length >= element.max_selected_items;
    if (added && !chosen.some((one) => one.value === added.value) && !full) tell([...chosen, added]);
    box.value = "";
  });
  shown.draw(chosen);
  return node("span", { class: "many" }, shown.made, box);
}

function external(element, held, on, texts) {
  const isMany = element.type.startsWith("multi_");
  let chosen = isMany ? [...(held.selected_options ?? [])] : [held.selected_option].filter(Boolean);
  const found = node("div", { class: "found", role: "listbox", hidden: true });
  const field = node("input", { type: "text", role: "combobox", "aria-expanded": "false", "aria-label": labelOf(element, on, t("Search")), placeholder: element.placeholder?.text ?? t("Type to search") });
  const tell = (options) => { chosen = options; shown.draw(chosen); return on.choose(isMany ? chosen : chosen[0] ?? null); };
  const shown = chips(tell);
  const pick = (option) => { field.value = ""; found.hidden = true; tell(isMany ? [...chosen.filter((one) => one.value !== option.value), option] : [option]); };
  const search = async () => {
    const options = await on.options(field.value);
    found.replaceChildren(...options.map((option) => node("button", { type: "button", role: "option", onpointerenter: (event) => event.target.focus(), onclick: () => pick(option) }, texts.object(option.text))));
    if (!options.length) found.replaceChildren(node("span", { class: "quiet" }, t("No results")));
    found.hidden = false;
    found.scrollIntoView({ block: "nearest" });
  };
  field.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    if (found.hidden) search();
    else found.querySelector("button")?.focus();
  });
  found.addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (step) { event.preventDefault(); (document.activeElement[step] ?? field).focus(); }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); found.hidden = true; field.focus(); }
  });
  let timer = 0;
  const later = () => { clearTimeout(timer); timer = setTimeout(search, 250); };
  field.addEventListener("input", later);
  if (element.min_query_length === 0) field.addEventListener("click", search); // not as a form opens: it would hide its first lines
  shown.draw(chosen);
  return node("span", { class: "many" }, shown.made, field, found);
}

function date(element, held, on) {
  const made = node("input", { type: "date", "aria-label": labelOf(element, on, t("Date")) });
  made.value = held.selected_date ?? "";
  made.addEventListener("change", () => on.choose(made.value || null));
  return made;
}

let groups = 0;

function boxes(type) {
  return (element, held, on, texts) => {
    const name = `group-${groups += 1}`;
    const chosen = (held.selected_options ?? [held.selected_option]).filter(Boolean).map((option) => option.value);
    const rows = element.options.map((option) => {
      const box = node("input", { type, name, value: option.value });
      box.checked = chosen.includes(option.value);
      const more = option.description && node("span", { class: "hint" }, texts.object(option.description));
      return node("label", { class: "choice" }, box, node("span", {}, texts.object(option.text), more));
    });
    const made = node("div", { class: "choices", role: type === "radio" ? "radiogroup" : "group", "aria-label": on.label }, rows);
    made.addEventListener("change", () => {
      const values = [...made.querySelectorAll(":checked")].map((box) => box.value);
      on.choose(type === "radio" ? values[0] ?? null : values);
    });
    return made;
  };
}

function typed(inputmode) {
  return (element, held, on) => {
    const made = element.multiline
      ? node("textarea", { rows: "5" })
      : node("input", { type: "text", inputmode }); // in one of type "email" the caret can't be put back
    if (on.label) made.setAttribute("aria-label", on.label);
    if (element.placeholder) made.placeholder = element.placeholder.text;
    if (element.max_length) made.maxLength = element.max_length;
    made.value = held.value ?? "";
    made.addEventListener("input", () => on.type(made.value));
    made.addEventListener("keydown", (event) => { if (event.key === "Enter" && !element.multiline) on.enter?.(made.value); });
    return made;
  };
}

const CONTROLS = {
  button, overflow, static_select: select, external_select: external, datepicker: date,
  file_input: attach,
  checkboxes: boxes("checkbox"), radio_buttons: boxes("radio"),
  plain_text_input: typed("text"), email_text_input: typed("email"),
  rich_text_input: (element, held, on, texts) => editor({ label: on.label, value: held.rich_text_value, texts, onchange: on.type }),
};
