// A tour of five minutes: each step is ticked off when it has really been done.
import { node } from "./dom.js";
import { icon } from "./icons.js";
import { STEPS } from "./tour_steps.js";
import { language, t } from "./words.js";

const KEPT = "tour";

export class Tour {
  constructor(sandbox, root, opener) {
    this.root = root;
    this.deeds = [];
    this.drawn = "";
    const { done = [], isClosed = false, began = "" } = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    this.done = new Set(done);
    this.isClosed = isClosed;
    this.began = began; // in which language
    this.chosen = null;
    opener.addEventListener("click", () => this.turn(!this.isClosed));
    sandbox.addEventListener("deed", ({ detail }) => this.deeds.push(detail));
  }

  follow(slack) {
    this.slack = slack;
  }

  look(liveagent) {
    const slack = this.slack?.();
    if (!slack) return;
    if (!this.began) { this.began = language(); this.keep(); }
    for (const step of STEPS) {
      if (!this.done.has(step.id) && step.isDone({ slack, liveagent, deeds: this.deeds, began: this.began, language: language() })) this.tick(step);
    }
    this.draw();
  }

  tick(step) {
    this.done.add(step.id);
    this.chosen = null;
    this.keep();
  }

  turn(isClosed) {
    this.isClosed = isClosed;
    if (!isClosed && this.isOver()) { this.done.clear(); this.deeds.length = 0; this.began = ""; }
    this.keep();
    this.draw();
  }

  isOver() {
    return STEPS.every((one) => this.done.has(one.id));
  }

  keep() {
    localStorage.setItem(KEPT, JSON.stringify({ done: [...this.done], isClosed: this.isClosed, began: this.began }));
  }

  current() {
    return this.chosen ?? STEPS.find((one) => !this.done.has(one.id)) ?? null;
  }

  draw() {
    const step = this.current();
    const signature = JSON.stringify([step?.id, [...this.done], this.isClosed, language()]);
    if (signature === this.drawn) return;
    this.drawn = signature;
    this.root.hidden = this.isClosed;
    this.root.setAttribute("aria-label", t("Tour"));
    this.root.replaceChildren(
      node("ol", { class: "steps" }, STEPS.map((one, index) => this.mark(one, index, one === step))),
      node("div", { class: "told", role: "status" },
        node("b", {}, step ? t(step.title) : t("That's the tour.")), " ",
        node("span", {}, step ? t(this.instruction(step)) : t("Keep exploring: you can't break anything here."))),
      node("button", { type: "button", class: "cross", "aria-label": t("Close the tour"), onclick: () => this.turn(true) }, icon("cross")));
  }

  // Two of a step stay what they were when whoever follows them changes the language.
  instruction({ text }) {
    return typeof text === "string" ? text : text[this.began] ?? text.en;
  }

  mark(step, index, isCurrent) {
    const isDone = this.done.has(step.id);
    return node("li", {}, node("button", {
      type: "button", class: isDone ? "done" : "", title: t(step.title), "aria-current": isCurrent ? "step" : undefined,
      "aria-label": `${index + 1}. ${t(step.title)}${isDone ? ` (${t("done")})` : ""}`,
      onclick: () => { this.chosen = step; this.draw(); },
    }, isDone ? icon("check") : String(index + 1)));
  }
}
