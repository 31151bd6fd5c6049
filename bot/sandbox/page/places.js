// The side bar: where one is, and where something is new.
import { node } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

export const HOME = "home";
const FIRST = "C0SUPPORT";

export class Places {
  constructor(go) {
    this.go = go;
    this.current = sessionStorage.getItem("place") ?? FIRST;
    this.read = new Map();
    this.unreadSince = "";
  }

  enter(place) {
    this.current = place;
    const channel = this.state.channels.find((one) => one.id === place);
    this.unreadSince = channel && this.unread(channel) ? this.read.get(this.key(place)) : "";
    sessionStorage.setItem("place", place);
  }

  // Somebody else has read other things.
  forget() {
    this.unreadSince = "";
  }

  // The channel that is shown; null for the app's home.
  show(state) {
    this.state = state;
    this.direct = state.channels.find((one) => one.is_direct);
    const isHome = this.current === HOME && state.app.has_home;
    const channel = isHome ? null : this.named() ?? state.channels[0];
    if (channel) this.current = channel.id;
    for (const one of state.channels) this.note(one);
    this.draw();
    return channel;
  }

  // Another person's direct messages with the app are elsewhere.
  named() {
    const found = this.state.channels.find((one) => one.id === this.current);
    return found ?? (this.current.startsWith("D") ? this.direct : undefined);
  }

  key(place) {
    return `${this.state?.me} ${place}`;
  }

  note(channel) {
    const key = this.key(channel.id);
    if (channel.id === this.current || !this.read.has(key)) this.read.set(key, channel.messages.at(-1)?.ts ?? "0");
  }

  unread(channel) {
    const read = this.read.get(this.key(channel.id));
    return channel.messages.filter((one) => one.ts > read).length;
  }

  draw() {
    const { state, direct } = this;
    const rooms = state.channels.filter((one) => !one.is_direct);
    const unread = direct ? this.unread(direct) : 0;
    const isThere = this.current === HOME || this.current === direct?.id;
    const app = this.entry(unread || !state.app.has_home || isThere ? direct?.id ?? HOME : HOME, {
      sign: node("span", { class: "avatar app tiny" }), name: state.app.name, unread, isThere, badge: unread,
    });
    document.querySelector("#sidebar").setAttribute("aria-label", t("Channels and apps"));
    document.querySelector("#places").replaceChildren(
      node("h3", {}, t("Channels")), ...rooms.map((one) => this.room(one)),
      ...(direct || state.app.has_home ? [node("h3", {}, t("Apps")), app] : []));
    document.title = `${unread ? `(${unread}) ` : ""}${t("Sandbox")} · Slack, LiveAgent`;
  }

  room(channel) {
    return this.entry(channel.id, {
      sign: "#", name: channel.name, unread: this.unread(channel), isThere: channel.id === this.current,
      mark: channel.is_shared ? icon("shared") : null, title: channel.is_shared ? t("Shared with another company") : undefined,
    });
  }

  entry(place, { sign, name, unread, isThere, badge, mark, title }) {
    return node("button", {
      type: "button", class: unread ? "place unread" : "place", title, "aria-current": isThere ? "page" : undefined, onclick: () => this.go(place),
    }, node("span", { class: "sign", "aria-hidden": "true" }, sign), node("span", { class: "name" }, name), mark,
    badge ? node("span", { class: "badge" }, String(badge)) : null);
  }

  tabs() {
    const tab = (place, name) => node("button", {
      type: "button", class: "tab", "aria-current": place === this.current ? "page" : undefined, onclick: () => this.go(place),
    }, name);
    return [tab(HOME, t("Home")), ...(this.direct ? [tab(this.direct.id, t("Messages"))] : [])];
  }
}
