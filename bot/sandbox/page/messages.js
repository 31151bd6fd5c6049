// The messages of a channel or a thread, each drawn anew only when it has changed.
import { renderBlocks } from "./blocks.js";
import { menuAt, node } from "./dom.js";
import { End } from "./end.js";
import { icon } from "./icons.js";
import { inline } from "./rich.js";
import { t } from "./words.js";

const HUES = [210, 150, 30, 280, 340, 190, 95, 10];
const TOGETHER_SECONDS = 300; // then a message has its author's name again

export class Messages {
  constructor(sandbox, root, openThread = null) {
    this.sandbox = sandbox;
    this.root = root;
    this.openThread = openThread;
    this.end = new End(root);
    this.drawn = new Map();
    this.place = "";
  }

  show(channel, messages, state, texts, { unreadSince = "" } = {}) {
    Object.assign(this, { channel, state, texts, unreadSince });
    const place = `${state.me} ${channel.id} ${unreadSince}`;
    const isNew = this.place !== place;
    if (isNew) { this.drawn.clear(); this.place = place; this.end.keep(); }
    const { root } = this;
    const newest = messages.at(-1)?.ts ?? "";
    const rows = messages.flatMap((message, index) => this.withDividers(message, messages[index - 1]));
    if (!rows.length) rows.push(this.once("empty", "", () => this.nothing()));
    const isChanged = rows.length !== root.children.length || rows.some((row, index) => row !== root.children[index]);
    if (isChanged) this.replace(rows);
    if (isChanged) this.end.drawn({ isNew: newest > this.newest });
    this.newest = newest;
  }

  // Who works with the keyboard stays where they were.
  replace(rows) {
    const held = document.activeElement;
    const place = this.root.contains(held) ? held.closest("article")?.dataset.ts : undefined;
    const alike = (row) => [...row.querySelectorAll("[data-action]")].filter((one) => one.dataset.action === held.dataset.action);
    const index = place ? alike(held.closest("article")).indexOf(held) : -1;
    this.root.replaceChildren(...rows);
    const row = place && this.root.querySelector(`[data-ts="${place}"]`);
    if (row) (alike(row)[index] ?? row).focus({ preventScroll: true });
  }

  once(key, signature, draw) {
    const known = this.drawn.get(key);
    if (known?.signature === signature) return known.row;
    const row = draw();
    this.drawn.set(key, { signature, row });
    return row;
  }

  withDividers(message, before) {
    const { texts, unreadSince } = this;
    const day = texts.date(Number(message.ts), "{date_num}");
    const today = texts.date(texts.reader.now() / 1000, "{date_num}");
    const isNewDay = this.openThread && (!before || texts.date(Number(before.ts), "{date_num}") !== day);
    const isFirstUnread = unreadSince && message.ts > unreadSince && (!before || before.ts <= unreadSince);
    const follows = before && !isNewDay && !isFirstUnread && before.user === message.user && !message.is_private
      && !before.is_private && message.ts - before.ts < TOGETHER_SECONDS;
    const { values, ...looks } = message;
    const answers = this.openThread ? this.channel.messages.filter((one) => one.thread_ts === message.ts && one.ts !== message.ts) : [];
    const signature = JSON.stringify([looks, follows, today, answers.map((one) => one.ts)]);
    return [
      ...(isNewDay ? [this.once(`day ${day}`, today, () => this.dayDivider(message))] : []),
      ...(isFirstUnread ? [this.once("new", "", () => node("div", { class: "divider new" }, node("span", {}, t("New"))))] : []),
      this.once(message.ts, signature, () => this.draw(message, { follows, answers })),
    ];
  }

  // The first thing a newcomer reads, where the channel is empty.
  nothing() {
    if (!this.openThread || this.channel.is_direct) return node("p", { class: "quiet empty" }, t("Nothing has been said here yet."));
    return node("div", { class: "empty intro" },
      node("b", {}, t("Work LiveAgent tickets from Slack, as a support agent does.")),
      node("p", {}, t("Both are imitations, side by side: nothing leaves this machine.")));
  }

  dayDivider(message) {
    const day = this.texts.date(Number(message.ts), "{day_divider_pretty}");
    return node("div", { class: "divider" }, node("span", {}, day.charAt(0).toUpperCase() + day.slice(1)));
  }

  draw(message, { follows, answers }) {
    const { texts } = this;
    const author = texts.reader.person(message.user);
    const acting = (block, element) => this.acting(message, block, element);
    const shown = message.blocks.length
      ? renderBlocks(message.blocks, texts, { acting, values: message.values })
      : node("div", { class: "block" }, inline(message.rich, texts));
    const classes = ["message", message.is_private && "private", follows && "follows"];
    const time = texts.date(Number(message.ts), "{time}");
    return node("article", { class: classes.filter(Boolean).join(" "), "aria-label": `${author?.name}: ${message.text}`, tabindex: "0", "data-ts": message.ts },
      follows ? node("time", { class: "aside", title: time }, time.replace(/\s*[AP]M$/, "")) : avatar(author),
      node("div", { class: "content" },
        message.is_private ? node("div", { class: "only" }, icon("eye"), t("Only visible to you")) : null,
        follows ? null : node("div", { class: "by" },
          node("b", {}, author?.name ?? message.user),
          author?.is_bot ? node("span", { class: "tag" }, t("APP")) : null,
          node("time", {}, time)),
        shown,
        message.is_edited && !message.is_private ? node("span", { class: "quiet" }, t("(edited)")) : null,
        (message.files ?? []).map(file),
        message.attachments.map((one) => node("div", { class: "unfurl" }, renderBlocks(one.blocks ?? [], texts, { acting }))),
        message.has_warning ? node("div", { class: "warning", role: "alert" }, "⚠️ ", t("This app did not answer. Try again?")) : null,
        answers.length ? this.answers(message, answers) : null),
      message.is_private ? null : this.toolbar(message));
  }

  answers(message, answers) {
    const faces = [...new Set(answers.map((one) => one.user))].map((one) => avatar(this.texts.reader.person(one), "tiny"));
    const count = answers.length === 1 ? t("1 reply") : t("{count} replies", { count: answers.length });
    return node("button", { type: "button", class: "answers", onclick: () => this.openThread(message) },
      faces, node("b", {}, count), node("span", { class: "quiet" }, this.texts.date(Number(answers.at(-1).ts), "{date_short_pretty} {time}")));
  }

  toolbar(message) {
    const { app, shortcuts } = this.state;
    const entries = shortcuts.filter((one) => !one.is_global).map((one) => [one.name, () =>
      this.sandbox.does("uses_shortcut", { channel: this.channel.id, ts: message.ts, name: one.name }), app.name]);
    const more = node("button", { type: "button", "aria-label": t("Message menu"), title: t("Message menu"), "aria-haspopup": "menu", onclick: () => menuAt(more, entries) }, icon("more"));
    const answer = this.openThread && node("button", {
      type: "button", "aria-label": t("Reply in thread"), title: t("Reply in thread"), onclick: () => this.openThread(message),
    }, icon("reply"));
    return node("div", { class: "toolbar" }, answer, entries.length ? more : null);
  }

  acting(message, block, element) {
    const where = { channel: this.channel.id, ts: message.ts, block_id: block.block_id, action_id: element.action_id };
    const act = (value) => this.sandbox.does("acts", { ...where, value });
    return {
      label: block.label?.text,
      press: act, choose: act, enter: act, type: (value) => this.sandbox.does("puts", { ...where, value }),
      options: async (query) => (await this.sandbox.does("options", { ...where, query })).options ?? [],
    };
  }
}

// Pictures as they are; everything else to be saved.
function file({ id, name, mimetype }) {
  const address = `/sandbox/slack/files/${encodeURIComponent(id)}`;
  const isPicture = ["image/png", "image/jpeg", "image/gif"].includes(mimetype);
  const shown = isPicture ? node("img", { src: address, alt: name }) : node("a", { href: address, download: name }, `📎 ${name}`);
  return node("div", { class: "file" }, isPicture ? node("div", { class: "quiet" }, name) : null, shown);
}

function avatar(user, size = "") {
  if (user?.is_bot) return node("span", { class: `avatar app ${size}`, "aria-hidden": "true" });
  const made = node("span", { class: `avatar ${size}`, "aria-hidden": "true" }, [...(user?.name ?? "?")][0]);
  const sum = [...(user?.id ?? "")].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  made.style.setProperty("--hue", HUES[sum % HUES.length]);
  return made;
}
