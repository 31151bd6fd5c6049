// The rich text field of a form: a small editor, read out as Slack's rich text.
import { node } from "./dom.js";
import { richText } from "./rich.js";
import { t } from "./words.js";

const TOOLS = [
  ["B", "Bold", "bold"], ["I", "Italic", "italic"], ["S", "Strikethrough", "strikeThrough"],
  ["•", "Bulleted list", "insertUnorderedList"], ["1.", "Numbered list", "insertOrderedList"],
];
const STYLE_OF = { B: "bold", STRONG: "bold", I: "italic", EM: "italic", S: "strike", STRIKE: "strike", DEL: "strike", CODE: "code" };

export function editor({ label, value, texts, onchange }) {
  const field = node("div", {
    class: "editor", contenteditable: "true", role: "textbox", "aria-multiline": "true", "aria-label": label,
  }, value ? richText(value.elements, texts) : []);
  const told = () => onchange(read(field));
  const tool = ([sign, name, command]) => node("button", {
    type: "button", class: command, title: t(name), "aria-label": t(name),
    onmousedown: (event) => event.preventDefault(),
    onclick: () => { field.focus(); document.execCommand(command); told(); },
  }, sign);
  field.addEventListener("input", told);
  field.addEventListener("paste", (event) => {
    event.preventDefault();
    document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  });
  return node("div", { class: "rich-input" }, node("div", { class: "tools", role: "toolbar" }, TOOLS.map(tool)), field);
}

function read(field) {
  const elements = [];
  let section = [];
  const flush = () => {
    while (section.at(-1)?.text === "\n") section.pop();
    if (section.length) elements.push({ type: "rich_text_section", elements: section });
    section = [];
  };
  const visit = (one, style) => {
    if (one.nodeType === Node.TEXT_NODE) add(section, one.data.replaceAll("\u00a0", " "), style);
    else if (one.tagName === "BR") add(section, "\n", {});
    else if (one.tagName === "UL" || one.tagName === "OL") { flush(); elements.push(readList(one)); }
    else if (one.tagName === "BLOCKQUOTE") { flush(); elements.push({ type: "rich_text_quote", elements: pieces(one) }); }
    else {
      if (one.tagName === "DIV" && section.length) add(section, "\n", {});
      one.childNodes.forEach((child) => visit(child, styleOf(one, style)));
    }
  };
  field.childNodes.forEach((child) => visit(child, {}));
  flush();
  return elements.length ? { type: "rich_text", elements } : null;
}

function styleOf(element, style) {
  const name = STYLE_OF[element.tagName];
  return name ? { ...style, [name]: true } : style;
}

function add(section, text, style) {
  if (!text) return;
  const last = section.at(-1);
  const styled = Object.keys(style).length ? { style } : {};
  if (last && !last.url && JSON.stringify(last.style ?? {}) === JSON.stringify(style)) last.text += text;
  else section.push({ type: "text", text, ...styled });
}

function pieces(element) {
  const section = [];
  const visit = (one, style) => {
    if (one.nodeType === Node.TEXT_NODE) add(section, one.data.replaceAll("\u00a0", " "), style);
    else if (one.tagName === "BR") add(section, "\n", {});
    else one.childNodes.forEach((child) => visit(child, styleOf(one, style)));
  };
  element.childNodes.forEach((child) => visit(child, {}));
  return section;
}

function readList(list) {
  const items = [...list.children].map((item) => ({ type: "rich_text_section", elements: pieces(item) }));
  return { type: "rich_text_list", style: list.tagName === "OL" ? "ordered" : "bullet", elements: items };
}
