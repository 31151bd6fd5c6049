// The sandbox's own bar: whom one plays, what time it is, how the page looks.
import { confirmed, menuAt, node } from "./dom.js";
import { t } from "./words.js";

const find = (selector) => document.querySelector(selector);
const THEMES = ["light dark", "light", "dark"];
const NAMES = { "light dark": "Light or dark", light: "Light", dark: "Dark" };
const EVERY = 5000;

export class Bar {
  constructor(sandbox, become) {
    this.sandbox = sandbox;
    this.theme = localStorage.getItem("theme") ?? THEMES[0];
    find("#people").addEventListener("change", (event) => become(event.target.value));
    find("#theme").addEventListener("click", () => this.turnTheme());
    find("#start-over").addEventListener("click", () => this.startOver());
    find("#side").addEventListener("click", () => this.turnSide());
    const forward = find("#forward");
    forward.addEventListener("click", () => menuAt(forward, this.moves()));
    setInterval(() => this.drawTime(), EVERY);
  }

  show(state, texts) {
    this.texts = texts;
    this.drawPeople(state);
    this.drawTime();
    this.drawTheme();
    this.drawSide();
  }

  drawPeople({ me, people }) {
    const box = find("#people");
    if (this.drawnFor !== me) box.replaceChildren(...people.filter((one) => one.can_act).map((one) => node("option", { value: one.id }, `${one.name} · ${t(one.role)}`)));
    this.drawnFor = box.value = me;
  }

  async startOver() {
    const said = (text) => ({ text: t(text) });
    const confirm = {
      title: said("Start over?"), text: said("Messages, tickets, the clock and the tour go back to the beginning."),
      confirm: said("Start over"), deny: said("Cancel"), style: "danger",
    };
    if (await confirmed(confirm, (one) => [one.text])) await this.sandbox.startOver();
  }

  drawTime() {
    if (this.texts) find("#now").textContent = this.texts.clock();
  }

  moves() {
    const { zone } = this.texts.reader;
    const move = (how) => () => this.sandbox.moveTime(how);
    return [
      [t("10 minutes"), move({ minutes: 10 })],
      [t("1 hour"), move({ minutes: 60 })],
      [t("1 day"), move({ minutes: 24 * 60 })],
      [t("To the next working day, 9:00"), move({ to: "morning", zone })],
    ];
  }

  // Where there is no room for both.
  turnSide() {
    document.body.classList.toggle("behind");
    this.drawSide();
  }

  drawSide() {
    find("#side").textContent = document.body.classList.contains("behind") ? "Slack" : "LiveAgent";
  }

  turnTheme() {
    this.theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length];
    localStorage.setItem("theme", this.theme);
    this.drawTheme();
  }

  drawTheme() {
    document.documentElement.style.colorScheme = this.theme;
    find("#theme").textContent = t(NAMES[this.theme] ?? NAMES[THEMES[0]]);
  }
}
