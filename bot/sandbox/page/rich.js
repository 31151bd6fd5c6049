// Rich text and markdown as nodes.
import { link, node } from "./dom.js";
import { emoji } from "./emoji.js";

const STYLES = { bold: "b", italic: "i", strike: "s", code: "code", underline: "u" };

function styled(content, style = {}) {
  return Object.entries(STYLES).reduce(
    (inner, [name, tag]) => (style[name] ? node(tag, {}, inner) : inner), content);
}

function piece(part, texts) {
  switch (part.type) {
    case "text": return styled(node("span", { class: "text" }, part.text), part.style);
    case "link": return styled(link(part.url, part.text ?? part.url), part.style);
    case "emoji": return emoji(part.name);
    case "user": return texts.user(part.user_id);
    case "channel": return texts.channel(part.channel_id);
    case "broadcast": return node("span", { class: "mention" }, `@${part.range}`);
    case "date": return node("time", {}, texts.date(part.timestamp, part.format) || part.fallback);
    case "color": return node("code", {}, part.value);
    default: return node("span", { class: "unknown" }, `unknown element: ${part.type}`);
  }
}

function part(element, texts) {
  const inside = () => element.elements.map((one) => piece(one, texts));
  switch (element.type) {
    case "rich_text_section": return node("div", { class: "rich" }, inside());
    case "rich_text_quote": return node("blockquote", { class: "rich" }, inside());
    case "rich_text_preformatted": return quoted(element, node("pre", {}, inside()));
    case "rich_text_list": {
      const items = element.elements.map((one) => node("li", {}, part(one, texts)));
      const tag = element.style === "ordered" ? "ol" : "ul";
      const list = node(tag, { start: element.offset ? String(element.offset + 1) : undefined }, items);
      list.style.marginInlineStart = `${(element.indent ?? 0) * 1.5}em`;
      return quoted(element, list);
    }
    default: return node("div", { class: "unknown" }, `unknown element: ${element.type}`);
  }
}

function quoted(element, made) {
  return element.border ? node("blockquote", { class: "rich" }, made) : made;
}

export function richText(block, texts) {
  return block.elements.map((element) => part(element, texts));
}

// The part of Markdown that Slack shows: headings, lists, quotes, fences, and inline marks.
export function markdown(text) {
  return text.split(/```[^\n]*\n([\s\S]*?)```/).map((section, index) =>
    index % 2 ? node("pre", {}, section) : section.split("\n").map(markdownLine));
}

function markdownLine(line) {
  const heading = /^(#{1,6}) (.*)/.exec(line);
  if (heading) return node("div", { class: "heading" }, markdownInline(heading[2]));
  const item = /^\s*(?:[-*]|\d+\.) (.*)/.exec(line);
  if (item) return node("div", { class: "item" }, "• ", markdownInline(item[1]));
  if (line.startsWith("> ")) return node("blockquote", {}, markdownInline(line.slice(2)));
  return node("div", {}, markdownInline(line), node("br"));
}

function markdownInline(text) {
  const found = /`([^`]+)`|\[([^\]]+)\]\(([^)]+)\)|(\*\*|__|~~|\*|_)(?=\S)(.+?)(?<=\S)\4/.exec(text);
  if (!found) return [text];
  const [whole, code, label, url, mark, inner] = found;
  const tag = { "**": "b", __: "b", "~~": "s", "*": "i", _: "i" }[mark];
  const made = code ? node("code", {}, code) : label ? link(url, label) : node(tag, {}, markdownInline(inner));
  return [...markdownInline(text.slice(0, found.index)), made, ...markdownInline(text.slice(found.index + whole.length))];
}
