// The page on which a person plays a Slack user; LiveAgent's side is mounted beside it.
import { Bar } from "./bar.js";
import { calm } from "./calm.js";
import { Composer } from "./composer.js";
import { node } from "./dom.js";
import { Messages } from "./messages.js";
import { HOME, Places } from "./places.js";
import { Reader } from "./reader.js";
import { Sandbox } from "./sandbox.js";
import { Texts } from "./text.js";
import { Thread } from "./thread.js";
import { Tour } from "./tour.js";
import { Views } from "./views.js";
import { speak, t } from "./words.js";

const find = (selector) => document.querySelector(selector);

class Page {
  constructor(sandbox) {
    this.sandbox = sandbox;
    this.bar = new Bar(sandbox, (user) => this.become(user));
    this.views = new Views(sandbox, find("#forms"));
    this.places = new Places((place) => this.go(place));
    this.composer = new Composer(sandbox, find("#composer"), () => this.messages.end.go());
    this.thread = new Thread(sandbox, find("#thread"), () => this.draw());
    this.messages = new Messages(sandbox, find("#messages"), (message) => this.thread.open(message));
    this.isLoading = this.isStale = false;
    if (this.places.current === HOME) sandbox.does("opens_home");
    find("#invite").addEventListener("click", () => sandbox.does("invites_bot", { channel: this.places.current }));
    sandbox.follow(() => this.load(), (stands) => { find("#offline").hidden = stands; });
  }

  become(user) {
    this.sandbox.become(user);
    this.places.forget();
    this.thread.close();
    if (this.places.current === HOME) this.sandbox.does("opens_home");
    this.load();
  }

  go(place) {
    this.places.enter(place);
    this.thread.close();
    if (place === HOME) this.sandbox.does("opens_home");
    this.draw();
    if (place !== HOME) this.composer.focus();
  }

  // One request at a time; what changed meanwhile is fetched after it.
  async load() {
    if (this.isLoading) { this.isStale = true; return; }
    this.isLoading = true;
    try {
      do {
        this.isStale = false;
        const state = await this.sandbox.state();
        if (this.state && this.state.run !== state.run) { location.reload(); return; } // the sandbox has started anew
        await calm();
        this.state = state;
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
    speak(this.texts.reader);
    find("#messages").setAttribute("aria-label", t("Messages"));
    this.bar.show(state, this.texts);
    const channel = this.places.show(state);
    this.views.show(state.forms, this.texts);
    this.drawTop(channel);
    find("#home").hidden = !!channel;
    find("#messages").hidden = !channel;
    const isClosed = !!channel?.is_direct && !state.app.takes_messages;
    find("#composer").hidden = !channel || isClosed;
    find("#closed").hidden = !isClosed;
    if (channel) this.drawChannel(channel);
    else this.drawHome();
  }

  drawTop(channel) {
    const { app } = this.state;
    const isApp = !channel || channel.is_direct;
    find("#title").replaceChildren(...(isApp ? [node("span", { class: "avatar app small" }), app.name] : [node("span", { class: "hash" }, "#"), channel.name]));
    find("#subtitle").textContent = channel?.is_shared ? t("Shared with another company") : "";
    find("#invite").hidden = !channel || channel.has_bot;
    find("#tabs").replaceChildren(...(isApp && app.has_home ? this.places.tabs() : []));
  }

  drawChannel(channel) {
    this.homeShown = "";
    const said = channel.messages.filter((one) => !this.isAnswer(one, channel));
    this.messages.show(channel, said, this.state, this.texts, { unreadSince: this.places.unreadSince });
    this.composer.show(channel, this.state);
    this.thread.show(channel, this.state, this.texts);
  }

  // The form on top, or the newest messages where one is, newest first.
  inView() {
    const channel = this.state?.channels.find((one) => one.id === this.places.current);
    const form = this.state?.forms.at(-1);
    const shown = form ? [form] : (channel?.messages.slice(-3).reverse() ?? []);
    return shown.map((one) => JSON.stringify(one.blocks ?? []));
  }

  // An answer stands in its thread, unless what it answers is gone.
  isAnswer(message, channel) {
    const { thread_ts: thread, ts } = message;
    return thread && thread !== ts && channel.messages.some((one) => one.ts === thread);
  }

  drawHome() {
    const { home, me } = this.state;
    this.thread.close();
    const signature = JSON.stringify([me, home?.hash, home?.trouble]);
    if (signature === this.homeShown) return;
    this.homeShown = signature;
    const trouble = home?.trouble ? [node("div", { class: "trouble", role: "alert" }, home.trouble)] : [];
    const nothing = () => [node("p", { class: "quiet empty" }, t("The app has published nothing here yet."))];
    find("#home").replaceChildren(...trouble, ...(home ? this.views.home(home, this.texts) : nothing()));
  }
}

const sandbox = new Sandbox();
const tour = new Tour(sandbox, find("#tour"), find("#show-tour"));
const page = new Page(sandbox);
page.bar.drawTheme();
tour.follow(() => page.state);

const liveagent = find("#liveagent");
import("./liveagent.js")
  .then((module) => module.mount(liveagent, () => page.inView(), (state) => tour.look(state)))
  .catch(() => { liveagent.hidden = true; });
