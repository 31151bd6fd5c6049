// The page on which a person plays a Slack user; LiveAgent's side is mounted beside it.
import { Composer } from "./composer.js";
import { node } from "./dom.js";
import { Messages } from "./messages.js";
import { Sandbox } from "./sandbox.js";
import { Texts } from "./text.js";
import { Views } from "./views.js";

const find = (selector) => document.querySelector(selector);
const HOME = "home";

class Reader {
  constructor(state) {
    this.state = state;
    const me = this.person(state.me);
    this.locale = me.locale;
    this.zone = me.zone;
  }

  person(id) { return this.state.people.find((one) => one.id === id); }
  people() { return this.state.people.filter((one) => one.can_act); }
  channel(id) { return this.state.channels.find((one) => one.id === id); }
  channels() { return this.state.channels.filter((one) => !one.is_direct); }
}

class Page {
  constructor() {
    this.sandbox = new Sandbox();
    this.views = new Views(this.sandbox, find("#forms"));
    this.composer = new Composer(this.sandbox, find("#composer"));
    this.messages = new Messages(this.sandbox, find("#messages"), (message) => this.composer.answer(message));
    this.place = sessionStorage.getItem("place") ?? "C0SUPPORT";
    this.read = new Map();
    this.isLoading = this.isStale = false;
    if (this.place === HOME) this.sandbox.does("opens_home");
    find("#people").addEventListener("change", (event) => this.become(event.target.value));
    find("#invite").addEventListener("click", () => this.sandbox.does("invites_bot", { channel: this.place }));
    this.sandbox.follow(() => this.load(), (stands) => { find("#offline").hidden = stands; });
  }

  become(user) {
    this.sandbox.become(user);
    this.load();
  }

  go(place) {
    this.place = place;
    sessionStorage.setItem("place", place);
    if (place === HOME) this.sandbox.does("opens_home");
    this.draw();
    if (place !== HOME) this.composer.text.focus();
  }

  // One request at a time; what changed meanwhile is fetched after it.
  async load() {
    if (this.isLoading) { this.isStale = true; return; }
    this.isLoading = true;
    try {
      do {
        this.isStale = false;
        this.state = await this.sandbox.state();
        this.draw();
      } while (this.isStale);
    } finally {
      this.isLoading = false;
    }
  }

  draw() {
    const { state } = this;
    if (!state) return;
    this.texts = new Texts(new Reader(state));
    const channel = state.channels.find((one) => one.id === this.place) ?? state.channels[0];
    if (this.place !== HOME) this.place = channel.id;
    this.drawPeople();
    this.drawPlaces();
    this.views.show(state.forms, this.texts);
    const isClosed = channel.is_direct && !state.app.takes_messages;
    find("#composer").hidden = this.place === HOME || isClosed;
    find("#closed").hidden = this.place === HOME || !isClosed;
    if (this.place === HOME) this.drawHome();
    else this.drawChannel(channel);
  }

  drawPeople() {
    const people = this.state.people.filter((one) => one.can_act);
    const box = find("#people");
    if (box.children.length !== people.length) box.replaceChildren(...people.map((one) => node("option", { value: one.id }, one.name)));
    box.value = this.state.me;
  }

  drawPlaces() {
    const { state } = this;
    const rooms = state.channels.filter((one) => !one.is_direct);
    const direct = state.channels.filter((one) => one.is_direct);
    const home = state.app.has_home ? [this.entry(HOME, "🏠", "Home", false)] : [];
    const list = (channel, sign, name) => this.entry(channel.id, sign, name, this.isUnread(channel), channel.is_shared ? "shared with another company" : "");
    find("#places").replaceChildren(
      node("h3", {}, "Channels"), ...rooms.map((one) => list(one, "#", one.name)),
      node("h3", {}, state.app.name), ...home, ...direct.map((one) => list(one, "🤖", "Messages")));
  }

  entry(place, sign, name, isUnread, title = "") {
    return node("button", {
      type: "button", class: isUnread ? "place unread" : "place", title, "aria-current": place === this.place ? "page" : undefined, onclick: () => this.go(place),
    }, node("span", { class: "sign", "aria-hidden": "true" }, sign), name, title ? node("span", { "aria-hidden": "true" }, " ⬗") : null);
  }

  isUnread(channel) {
    const key = `${this.state.me} ${channel.id}`;
    const last = channel.messages.at(-1)?.ts ?? "";
    if (channel.id === this.place || !this.read.has(key)) this.read.set(key, last);
    return this.read.get(key) < last;
  }

  drawChannel(channel) {
    find("#title").textContent = channel.is_direct ? this.state.app.name : `# ${channel.name}`;
    find("#subtitle").textContent = channel.is_shared ? "shared with another company" : "";
    find("#invite").hidden = channel.has_bot;
    find("#messages").classList.remove("home");
    this.messages.show(channel, this.state, this.texts);
    this.composer.show(channel, this.state);
    this.homeShown = "";
  }

  drawHome() {
    const { home, app } = this.state;
    find("#title").textContent = app.name;
    find("#subtitle").textContent = "Home";
    find("#invite").hidden = true;
    const signature = JSON.stringify([this.state.me, home?.hash, home?.trouble]);
    if (signature === this.homeShown) return;
    this.homeShown = signature;
    const trouble = home?.trouble ? [node("div", { class: "trouble", role: "alert" }, home.trouble)] : [];
    const shown = home ? this.views.home(home, this.texts) : [node("p", { class: "quiet empty" }, "The app has published nothing here yet.")];
    this.messages.place = "";
    find("#messages").classList.add("home");
    find("#messages").replaceChildren(...trouble, ...shown);
  }
}

new Page();

const liveagent = find("#liveagent");
import("./liveagent.js")
  .then((module) => module.mount(liveagent))
  .catch(() => { liveagent.hidden = true; });
