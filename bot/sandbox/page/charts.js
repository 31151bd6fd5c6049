// Slack's charts, simply: groups of bars, each with its value.
import { node } from "./dom.js";

export function chart(title, { series, axis_config: axis }) {
  const most = Math.max(1, ...series.flatMap((one) => one.data.map((point) => point.value)));
  const valueOf = (one, label) => one.data.find((point) => point.label === label)?.value ?? 0;
  const bar = (one, index, label) => {
    const value = valueOf(one, label);
    const made = node("div", { class: `bar series-${index}`, title: `${one.name}: ${value}` }, node("span", {}, String(value)));
    made.style.height = `${Math.round((value / most) * 100)}px`;
    return made;
  };
  const group = (label) => node("div", { class: "group" },
    node("div", { class: "bars" }, series.map((one, index) => bar(one, index, label))),
    node("div", { class: "category" }, label));
  const legend = series.map((one, index) => node("span", {}, node("i", { class: `series-${index}` }), one.name));
  const said = axis.categories.map((label) => `${label}: ${series.map((one) => `${one.name} ${valueOf(one, label)}`).join(", ")}`);
  return node("figure", { class: "chart", role: "img", "aria-label": `${title}. ${said.join("; ")}` },
    node("figcaption", {}, title),
    axis.y_label ? node("div", { class: "axis" }, axis.y_label) : null,
    node("div", { class: "groups" }, axis.categories.map(group)),
    node("div", { class: "legend" }, legend));
}
