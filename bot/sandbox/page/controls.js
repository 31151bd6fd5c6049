// The elements people act on. Each takes `held` (what it holds) and tells `on` what is done:
// on.press(value), on.choose(value), on.options(query), and on.label for who can't see.
import { confirmed, link, menuAt, node } from "./dom.js";
import { editor } from "./editor.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

const LISTED = {
  users_select: "person", conversations_select: "channel", channels_select: "channel",
};

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
    if (!(await confirmed(element.confirm, (text) => texts.object(text)))) return;
    if (option.url) window.open(link(option.url).href || undefined, "_blank", "noopener");
    await whileBusy(made, () => on.press(option));
  }]);
  const made = node("button", {
    type: "button", class: "overflow", "aria-label": t("More actions"), "aria-haspopup": "menu",
    onclick: () => menuAt(made, entries),
  }, icon("dots"));
  return made;
}

function optionsOf(element, texts) {
  const listed = LISTED[element.type.replace(/^multi_/, "")];
  const things = listed === "person" ? texts.reader.people() : listed ? texts.reader.channels() : null;
  if (things) return things.map((one) => [one.id, listed === "person" ? `@${one.handle}` : `#${one.name}`]);
  const groups = element.option_groups ?? [{ options: element.options ?? [] }];
  return groups.flatMap((group) => group.options.map((option) => [option.value, option.text.text, group.label?.text]));
}

function selectBox(element, on, texts, first) {
  const made = node("select", { "aria-label": on.label ?? element.placeholder?.text ?? t("Choose an option") },
    node("option", { value: "" }, first));
  const groups = new Map();
  for (const [value, label, group] of optionsOf(element, texts)) {
    if (group && !groups.has(group)) groups.set(group, made.appendChild(node("optgroup", { label: group })));
    (groups.get(group) ?? made).append(node("option", { value }, label));
  }
  return made;
}

function select(element, held, on, texts) {
  if (element.type.startsWith("multi_")) return many(element, held, on, texts);
  const made = selectBox(element, on, texts, element.placeholder?.text ?? t("Choose an option"));
  made.value = held.selected_option?.value ?? held.selected_user ?? held.selected_conversation ?? held.selected_channel ?? "";
  made.addEventListener("change", async () => {
    if (await confirmed(element.confirm, (text) => texts.object(text))) await on.choose(made.value || null);
  });
  return made;
}

// Chosen entries as chips, and a box to add another.
function many(element, held, on, texts) {
  const labels = new Map(optionsOf(element, texts).map(([value, label]) => [value, label]));
  const options = held.selected_options?.map((option) => option.value);
  let chosen = [...(options ?? held.selected_users ?? held.selected_conversations ?? held.selected_channels ?? [])];
  const chips = node("span", { class: "chips" });
  const tell = (values) => { chosen = values; draw(); return on.choose(chosen); };
  const draw = () => chips.replaceChildren(...chosen.map((value) => chip(labels.get(value) ?? value, () => tell(chosen.filter((one) => one !== value)))));
  const box = selectBox(element, on, texts, element.placeholder?.text ?? t("Add…"));
  box.addEventListener("change", () => {
    const full = element.max_selected_items && chosen.length >= element.max_selected_items;
    if (box.value && !chosen.includes(box.value) && !full) tell([...chosen, box.value]);
    box.value = "";
  });
  draw();
  return node("span", { class: "many" }, chips, box);
}

function chip(label, remove) {
  return node("span", { class: "chip" }, label, node("button", { type: "button", "aria-label": t("Remove {label}", { label }), onclick: remove }, icon("cross")));
}

function external(element, held, on, texts) {
  const isMany = element.type.startsWith("multi_");
  let chosen = isMany ? [...(held.selected_options ?? [])] : [held.selected_option].filter(Boolean);
  const chips = node("span", { class: "chips" });
  const found = node("div", { class: "found", role: "listbox", hidden: true });
  const field = node("input", { type: "text", role: "combobox", "aria-expanded": "false", "aria-label": on.label ?? element.placeholder?.text ?? t("Search"), placeholder: element.placeholder?.text ?? t("Type to search") });
  const tell = (options) => { chosen = options; draw(); return on.choose(isMany ? chosen : chosen[0] ?? null); };
  const draw = () => chips.replaceChildren(...chosen.map((option) => chip(option.text.text, () => tell(chosen.filter((one) => one.value !== option.value)))));
  const pick = (option) => { field.value = ""; found.hidden = true; tell(isMany ? [...chosen.filter((one) => one.value !== option.value), option] : [option]); };
  const search = async () => {
    const options = await on.options(field.value);
    found.replaceChildren(...options.map((option) => node("button", { type: "button", role: "option", onclick: () => pick(option) }, texts.object(option.text))));
    if (!options.length) found.replaceChildren(node("span", { class: "quiet" }, t("No results")));
    found.hidden = false;
    found.scrollIntoView({ block: "nearest" });
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && !found.hidden) { event.preventDefault(); found.querySelector("button")?.focus(); }
  });
  found.addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (step) { event.preventDefault(); (document.activeElement[step] ?? field).focus(); }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); found.hidden = true; field.focus(); }
  });
  let timer = 0;
  const later = () => { clearTimeout(timer); timer = setTimeout(search, 250); };
  field.addEventListener("input", later);
  if (element.min_query_length === 0) field.addEventListener("focus", search);
  draw();
  return node("span", { class: "many" }, chips, field, found);
}

function picker(type, name) {
  return (element, held, on) => {
    const made = node("input", { type, "aria-label": on.label ?? element.placeholder?.text ?? t(name) });
    const seconds = held.selected_date_time;
    made.value = held.selected_date ?? held.selected_time ?? (seconds ? localTime(seconds) : "");
    made.addEventListener("change", () => on.choose(type === "datetime-local" ? Date.parse(made.value) / 1000 || null : made.value || null));
    return made;
  };
}

function localTime(seconds) {
  const when = new Date(seconds * 1000);
  return new Date(when - when.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

let groups = 0;

function boxes(type) {
  return (element, held, on, texts) => {
    const name = `group-${groups += 1}`;
    const chosen = (held.selected_options ?? [held.selected_option]).filter(Boolean).map((option) => option.value);
    const rows = element.options.map((option) => {
      const box = node("input", { type, name, value: option.value });
      box.checked = chosen.includes(option.value);
      const about = option.description ? node("small", {}, texts.object(option.description)) : null;
      return node("label", { class: "choice" }, box, node("span", {}, texts.object(option.text), about));
    });
    const made = node("div", { class: "choices", role: type === "radio" ? "radiogroup" : "group", "aria-label": on.label }, rows);
    made.addEventListener("change", () => {
      const values = [...made.querySelectorAll(":checked")].map((box) => box.value);
      on.choose(type === "radio" ? values[0] ?? null : values);
    });
    return made;
  };
}

function typed(type) {
  return (element, held, on) => {
    const made = element.multiline
      ? node("textarea", { rows: "5" })
      : node("input", { type, step: element.is_decimal_allowed ? "any" : undefined });
    if (on.label) made.setAttribute("aria-label", on.label);
    if (element.placeholder) made.placeholder = element.placeholder.text;
    if (element.max_length) made.maxLength = element.max_length;
    made.value = held.value ?? "";
    made.addEventListener("input", () => on.type(made.value));
    made.addEventListener("keydown", (event) => { if (event.key === "Enter" && !element.multiline) on.enter?.(made.value); });
    return made;
  };
}

function image(element) {
  return node("span", { class: "image", role: "img", "aria-label": element.alt_text }, `🖼 ${element.alt_text}`);
}

const CONTROLS = {
  button, overflow, image, workflow_button: button, icon_button: button,
  static_select: select, users_select: select, conversations_select: select, channels_select: select,
  external_select: external,
  datepicker: picker("date", "Date"), timepicker: picker("time", "Time"), datetimepicker: picker("datetime-local", "Date and time"),
  checkboxes: boxes("checkbox"), radio_buttons: boxes("radio"),
  plain_text_input: typed("text"), email_text_input: typed("email"), url_text_input: typed("url"), number_input: typed("number"),
  rich_text_input: (element, held, on, texts) => editor({ label: on.label, value: held.rich_text_value, texts, onchange: on.type }),
};
