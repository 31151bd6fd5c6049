// Slack's texts as nodes: mrkdwn, plain text with emoji, dates in the reader's zone and language.
import { link, node } from "./dom.js";

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", eyes: "👀", bell: "🔔",
  no_bell: "🔕", mag: "🔍", memo: "📝", pencil: "📝", pencil2: "✏️", email: "📧", envelope: "✉️",
  incoming_envelope: "📨", inbox_tray: "📥", outbox_tray: "📤", mailbox: "📫", speech_balloon: "💬",
  left_speech_bubble: "🗨️", thought_balloon: "💭", paperclip: "📎", link: "🔗", lock: "🔒", unlock: "🔓",
  key: "🔑", clock1: "🕐", clock3: "🕒", alarm_clock: "⏰", hourglass: "⌛", hourglass_flowing_sand: "⏳",
  stopwatch: "⏱️", calendar: "📆", date: "📅", spiral_calendar_pad: "🗓️", zzz: "💤", new: "🆕", ok: "🆗",
  sos: "🆘", red_circle: "🔴", large_blue_circle: "🔵", large_green_circle: "🟢", green_circle: "🟢",
  large_yellow_circle: "🟡", yellow_circle: "🟡", large_orange_circle: "🟠", large_purple_circle: "🟣",
  white_circle: "⚪", black_circle: "⚫", large_blue_square: "🟦", white_large_square: "⬜",
  question: "❓", grey_question: "❔", exclamation: "❗", bulb: "💡", gear: "⚙️", wrench: "🔧", wastebasket: "🗑️",
  arrows_counterclockwise: "🔄", repeat: "🔁", leftwards_arrow_with_hook: "↩️", arrow_right: "➡️", arrow_left: "⬅️",
  arrow_up: "⬆️", arrow_down: "⬇️", arrow_right_hook: "↪️", arrow_upper_right: "↗️", arrow_forward: "▶️",
  double_vertical_bar: "⏸️", pause_button: "⏸️", fast_forward: "⏩", no_entry: "⛔", no_entry_sign: "🚫",
  octagonal_sign: "🛑", package: "📦", label: "🏷️", bookmark: "🔖", ticket: "🎫", admission_tickets: "🎟️",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", office: "🏢", telephone_receiver: "📞", phone: "☎️",
  wave: "👋", tada: "🎉", sparkles: "✨", star: "⭐", fire: "🔥", rocket: "🚀", heart: "❤️", thumbsup: "👍",
  "+1": "👍", "-1": "👎", pray: "🙏", smile: "😄", slightly_smiling_face: "🙂", robot_face: "🤖", bar_chart: "📊",
  chart_with_upwards_trend: "📈", clipboard: "📋", newspaper: "📰", globe_with_meridians: "🌐", house: "🏠",
  information_source: "ℹ️", heavy_plus_sign: "➕", heavy_minus_sign: "➖", pushpin: "📌", crossed_swords: "⚔️",
  broken_heart: "💔", bug: "🐛", umbrella: "☔", sunrise: "🌅", moon: "🌔", crescent_moon: "🌙", black_small_square: "▪️",
  small_blue_diamond: "🔹", small_orange_diamond: "🔸", raised_hand: "✋", point_right: "👉", writing_hand: "✍️",
  construction: "🚧", satellite: "📡", electric_plug: "🔌", file_folder: "📁", open_file_folder: "📂",
  page_facing_up: "📄", back: "🔙", end: "🔚", soon: "🔜", free: "🆓", mega: "📣", loudspeaker: "📢",
};

export function emoji(name) {
  return EMOJI[name] ?? `:${name}:`;
}

function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);
}

function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

// `reader` knows people, channels, and the locale and zone of who reads.
export class Texts {
  constructor(reader) {
    this.reader = reader;
  }

  object(text) {
    if (!text) return [];
    return text.type === "mrkdwn" ? this.marked(text.text) : this.plain(text.text);
  }

  plain(text) {
    return this.lines(text, (line) => [withEmoji(line)]);
  }

  marked(text) {
    return text.split(/```\n?([\s\S]*?)```/).flatMap((part, index) =>
      index % 2 ? [node("pre", {}, unescape(this.unlinked(part)))] : this.paragraphs(part));
  }

  paragraphs(text) {
    const quoted = /^(?:&gt;|>) ?/;
    const made = [];
    let quote = null;
    for (const [index, line] of text.split("\n").entries()) {
      if (quoted.test(line)) {
        if (quote) quote.append(node("br"));
        else made.push(quote = node("blockquote"));
        quote.append(...this.inline(line.replace(quoted, "")));
      } else {
        if (index && !quote) made.push(node("br"));
        quote = null;
        made.push(...this.inline(line));
      }
    }
    return made;
  }

  inline(text) {
    const rule = /`([^`\n]+)`|<([^<>]+)>|(?<![\w*_~])([*_~])(?=\S)(.+?)(?<=\S)\3(?![\w*_~])/;
    const found = rule.exec(text);
    if (!found) return text ? [withEmoji(unescape(text))] : [];
    const [whole, code, target, mark, inner] = found;
    const tag = { "*": "b", _: "i", "~": "s" }[mark];
    const made = code !== undefined ? node("code", {}, unescape(this.unlinked(code)))
      : target !== undefined ? this.target(target)
      : node(tag, {}, this.inline(inner));
    const after = text.slice(found.index + whole.length);
    return [...this.inline(text.slice(0, found.index)), made, ...this.inline(after)];
  }

  target(inside) {
    const at = inside.indexOf("|");
    const target = at < 0 ? inside : inside.slice(0, at);
    const label = at < 0 ? "" : inside.slice(at + 1);
    if (target.startsWith("@")) return this.user(target.slice(1));
    if (target.startsWith("#")) return this.channel(target.slice(1));
    if (target.startsWith("!date^")) return this.dateMark(target, label);
    if (target.startsWith("!")) return node("span", { class: "mention" }, unescape(label) || `@${target.slice(1)}`);
    const url = unescape(target);
    return link(url, withEmoji(unescape(label)) || url.replace(/^mailto:/, ""));
  }

  unlinked(text) {
    return text.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_, target, label) => label ?? target);
  }

  user(id) {
    return node("span", { class: "mention" }, `@${this.reader.person(id)?.handle ?? id}`);
  }

  channel(id) {
    return node("span", { class: "mention" }, `#${this.reader.channel(id)?.name ?? id}`);
  }

  dateMark(target, fallback) {
    const [, seconds, format, url] = target.split("^");
    const text = this.date(Number(seconds), unescape(format ?? "")) || unescape(fallback);
    return url ? link(unescape(url), text) : node("time", { title: unescape(fallback) }, text);
  }

  date(seconds, format) {
    const when = new Date(seconds * 1000);
    if (Number.isNaN(when.getTime())) return "";
    return format.replace(/\{(\w+)\}/g, (whole, name) => this.dateWord(when, name) ?? whole);
  }

  dateWord(when, name) {
    const written = (options) => new Intl.DateTimeFormat(this.reader.locale, { timeZone: this.reader.zone, ...options }).format(when);
    const day = { month: "long", day: "numeric", year: "numeric" };
    switch (name) {
      case "date_num": return new Intl.DateTimeFormat("sv-SE", { timeZone: this.reader.zone }).format(when);
      case "date_slash": return written({ month: "2-digit", day: "2-digit", year: "numeric" });
      case "date": return written(day);
      case "date_short": return written({ ...day, month: "short" });
      case "date_long": return written({ ...day, weekday: "long" });
      case "date_pretty": return this.relativeDay(when) ?? written(day);
      case "date_short_pretty": return this.relativeDay(when) ?? written({ ...day, month: "short" });
      case "date_long_pretty": return this.relativeDay(when) ?? written({ ...day, weekday: "long" });
      case "day_divider_pretty": return this.relativeDay(when) ?? written({ weekday: "long", month: "long", day: "numeric" });
      case "time": return written({ hour: "numeric", minute: "2-digit" });
      case "time_secs": return written({ hour: "numeric", minute: "2-digit", second: "2-digit" });
      case "ago": return this.ago(when);
      default: return undefined;
    }
  }

  relativeDay(when) {
    const day = (date) => Date.parse(new Intl.DateTimeFormat("sv-SE", { timeZone: this.reader.zone }).format(date));
    const apart = Math.round((day(when) - day(new Date())) / 86_400_000);
    if (Math.abs(apart) > 1) return undefined;
    return new Intl.RelativeTimeFormat(this.reader.locale, { numeric: "auto" }).format(apart, "day");
  }

  ago(when) {
    const seconds = (when - Date.now()) / 1000;
    const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]].find(([one]) => Math.abs(seconds) >= one) ?? [1, "second"];
    return new Intl.RelativeTimeFormat(this.reader.locale, { numeric: "auto" }).format(Math.round(seconds / size), unit);
  }

  lines(text, inline) {
    return text.split("\n").flatMap((line, index) => [...(index ? [node("br")] : []), ...inline(line)]);
  }
}
