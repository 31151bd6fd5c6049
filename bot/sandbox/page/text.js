// Slack's texts as nodes, dates in the reader's zone and language.
import { node } from "./dom.js";
import { inline } from "./rich.js";

// `reader` is who reads, see reader.js.
export class Texts {
  constructor(reader) {
    this.reader = reader;
  }

  // Mrkdwn comes with the rich text it makes.
  object(text) {
    if (!text) return [];
    return text.rich ? inline(text.rich, this) : [node("span", { class: "text" }, text.text)];
  }

  user(id) {
    return node("span", { class: "mention" }, `@${this.reader.person(id)?.handle ?? id}`);
  }

  channel(id) {
    return node("span", { class: "mention" }, `#${this.reader.channel(id)?.name ?? id}`);
  }

  date(seconds, format) {
    const when = new Date(seconds * 1000);
    if (Number.isNaN(when.getTime())) return "";
    return format.replace(/\{(\w+)\}/g, (whole, name) => this.dateWord(when, name) ?? whole);
  }

  dateWord(when, name) {
    const written = (options) => new Intl.DateTimeFormat(this.reader.locale, { timeZone: this.reader.zone, ...options }).format(when);
    switch (name) {
      case "date_num": return new Intl.DateTimeFormat("sv-SE", { timeZone: this.reader.zone }).format(when);
      case "date_short_pretty": return this.relativeDay(when) ?? written({ month: "short", day: "numeric", year: "numeric" });
      case "day_divider_pretty": return this.relativeDay(when) ?? written({ weekday: "long", month: "long", day: "numeric" });
      case "time": return written({ hour: "numeric", minute: "2-digit" });
      case "time_secs": return written({ hour: "numeric", minute: "2-digit", second: "2-digit" });
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
}
