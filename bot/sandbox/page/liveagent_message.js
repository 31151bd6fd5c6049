// A message as text; its HTML only in a frame that runs nothing and loads nothing.
import { node } from "./dom.js";
import { t } from "./words.js";

const BLOCKS = new Set(["P", "DIV", "TR", "BLOCKQUOTE", "UL", "OL", "H1", "H2", "H3", "PRE"]);
const HIDDEN = new Set(["SCRIPT", "STYLE", "TEMPLATE"]);
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'";
// Links open a new window, and the frame may open none.
const NO_LINKS = '<base target="_blank">';

function isHtml(text) {
  return /<[a-z!/]/i.test(text);
}

/** What a reader would see of `markup`; the parsed document is inert. */
export function asText(markup) {
  if (!isHtml(markup)) return markup;
  const lines = [];
  const walk = (part) => {
    if (HIDDEN.has(part.nodeName)) return;
    if (part.nodeType === Node.TEXT_NODE) lines.push(part.data.replace(/[ \t\r\n]+/g, " "));
    if (part.nodeName === "BR") lines.push("\n");
    if (part.nodeName === "LI") lines.push("\n• ");
    for (const child of part.childNodes) walk(child);
    if (BLOCKS.has(part.nodeName)) lines.push("\n");
  };
  walk(new DOMParser().parseFromString(markup, "text/html").body);
  return lines.join("").replace(/[ \t]*\n[ \t]*/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
}

function frame(markup) {
  const policy = `<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">`;
  const style = "<style>body { font: 14px/1.5 system-ui, sans-serif; }</style>";
  return node("iframe", { class: "la-frame", title: t("The message as HTML"), sandbox: "", srcdoc: policy + NO_LINKS + style + markup });
}

/** The text of a message, with a button that shows its HTML instead. */
export function words(markup) {
  const text = node("div", { class: "la-text" }, asText(markup));
  if (!isHtml(markup)) return [text];
  let shown = text;
  const swap = node("button", { type: "button", class: "la-quiet", onclick: () => {
    const next = shown === text ? frame(markup) : text;
    shown.replaceWith(next);
    shown = next;
    swap.textContent = t(shown === text ? "As HTML" : "As text");
  } }, t("As HTML"));
  return [text, swap];
}
