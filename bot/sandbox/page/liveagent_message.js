// A message as text; its HTML only in a frame that runs nothing and loads nothing.

const BLOCKS = new Set(["P", "DIV", "TR", "BLOCKQUOTE", "UL", "OL", "H1", "H2", "H3", "PRE"]);
const HIDDEN = new Set(["SCRIPT", "STYLE", "TEMPLATE"]);
const CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'";
// Links open a new window, and the frame may open none.
const NO_LINKS = '<base target="_blank">';

export function make(tag, properties = {}, ...children) {
  const { attributes = {}, ...own } = properties;
  const element = Object.assign(document.createElement(tag), own);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function isHtml(text) {
  return /<[a-z!/]/i.test(text);
}

/** What a reader would see of `markup`; the parsed document is inert. */
export function asText(markup) {
  if (!isHtml(markup)) return markup;
  const lines = [];
  const walk = (node) => {
    if (HIDDEN.has(node.nodeName)) return;
    if (node.nodeType === Node.TEXT_NODE) lines.push(node.data.replace(/[ \t\r\n]+/g, " "));
    if (node.nodeName === "BR") lines.push("\n");
    if (node.nodeName === "LI") lines.push("\n• ");
    for (const child of node.childNodes) walk(child);
    if (BLOCKS.has(node.nodeName)) lines.push("\n");
  };
  walk(new DOMParser().parseFromString(markup, "text/html").body);
  return lines.join("").replace(/[ \t]*\n[ \t]*/g, "\n").replace(/\n{3,}/g, "\n\n").trim();
}

function frame(markup) {
  const policy = `<meta http-equiv="Content-Security-Policy" content="${CONTENT_POLICY}">`;
  const style = "<style>body { font: 14px/1.5 system-ui, sans-serif; }</style>";
  return make("iframe", {
    className: "la-frame",
    title: "The message as HTML",
    attributes: { sandbox: "", srcdoc: policy + NO_LINKS + style + markup },
  });
}

/** The text of a message, with a button that shows its HTML instead. */
export function words(markup) {
  const text = make("div", { className: "la-text", textContent: asText(markup) });
  if (!isHtml(markup)) return [text];
  const swap = make("button", { type: "button", className: "la-quiet", textContent: "As HTML" });
  let shown = text;
  swap.addEventListener("click", () => {
    const next = shown === text ? frame(markup) : text;
    shown.replaceWith(next);
    shown = next;
    swap.textContent = shown === text ? "As HTML" : "As text";
  });
  return [text, swap];
}
