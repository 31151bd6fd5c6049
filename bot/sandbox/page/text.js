// Slack's texts as nodes: mrkdwn, plain text with emoji, dates in the reader's zone and language.
import { link, node } from "./dom.js";
import { withEmoji } from "./emoji.js";

function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

// `reader` is who reads, see reader.js.
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

  // The day and time now.
  clock() {
    const form = { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" };
    return new Intl.DateTimeFormat(this.reader.locale, { timeZone: this.reader.zone, ...form }).format(this.reader.now());
  }

  relativeDay(when) {
    const day = (date) => Date.parse(new Intl.DateTimeFormat("sv-SE", { timeZone: this.reader.zone }).format(date));
    const apart = Math.round((day(when) - day(this.reader.now())) / 86_400_000);
    if (Math.abs(apart) > 1) return undefined;
    return new Intl.RelativeTimeFormat(this.reader.locale, { numeric: "auto" }).format(apart, "day");
  }

  ago(when) {
    const seconds = (when - this.reader.now()) / 1000;
    const [size, unit] = [[86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]].find(([one]) => Math.abs(seconds) >= one) ?? [1, "second"];
    return new Intl.RelativeTimeFormat(this.reader.locale, { numeric: "auto" }).format(Math.round(seconds / size), unit);
  }

  lines(text, inline) {
    return text.split("\n").flatMap((line, index) => [...(index ? [node("br")] : []), ...inline(line)]);
  }
}
