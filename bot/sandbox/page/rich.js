// Rich text as nodes.
import { link, node } from "./dom.js";

// Those that the app uses; a test says that none is missing.
const EMOJI = {
  envelope: "✉️", eyes: "👀", file_cabinet: "🗄️", grey_question: "❔", hourglass_flowing_sand: "⏳", inbox_tray: "📥",
  leftwards_arrow_with_hook: "↩️", large_blue_circle: "🔵", large_green_circle: "🟢", large_orange_circle: "🟠", large_yellow_circle: "🟡", lock: "🔒", new: "🆕", no_entry_sign: "🚫", paperclip: "📎", red_circle: "🔴",
  speech_balloon: "💬", telephone_receiver: "📞", thumbsdown: "👎", thumbsup: "👍", warning: "⚠️", wastebasket: "🗑️", white_check_mark: "✅",
};
const STYLES = { bold: "b", italic: "i", strike: "s", code: "code", underline: "u" };

function styled(content, style = {}) {
  return Object.entries(STYLES).reduce(
    (inner, [name, tag]) => (style[name] ? node(tag, {}, inner) : inner), content);
}

function piece(part, texts) {
  switch (part.type) {
    case "text": return styled(node("span", { class: "text" }, part.text), part.style);
    case "link": return styled(link(part.url, part.text ?? part.url), part.style);
    case "emoji": return EMOJI[part.name] ?? `:${part.name}:`;
    case "user": return texts.user(part.user_id);
    case "usergroup": return node("span", { class: "mention" }, `@${part.usergroup_id}`);
    case "channel": return texts.channel(part.channel_id);
    case "broadcast": return node("span", { class: "mention" }, `@${part.range}`);
    case "date": return node("time", { title: part.fallback }, texts.date(part.timestamp, part.format) || part.fallback);
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

export function richText(elements, texts) {
  return elements.map((element) => part(element, texts));
}

// Among other words: sections begin no line of their own.
export function inline(elements, texts) {
  return elements.flatMap((one) => (one.type === "rich_text_section" ? one.elements.map((each) => piece(each, texts)) : part(one, texts)));
}
