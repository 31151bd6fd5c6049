// What LiveAgent can be made to do to whoever calls its API.
import { node } from "./dom.js";
import { t } from "./words.js";

const WEATHER = [
  { name: "Normal", faults: [], says: "" },
  { name: "Slow", faults: [{ kind: "delay", seconds: 4 }], says: "Every answer takes four seconds." },
  { name: "Failing", faults: [{ kind: "error" }], says: "Every call ends with an error, and nothing is done." },
  { name: "Down", faults: [{ kind: "down" }], says: "Nothing can be read or changed." },
  { name: "Silent", faults: [{ kind: "hang" }], says: "No call is ever answered, and nothing is done." },
  { name: "Loses an answer", faults: [{ kind: "drop_after", calls: "writes", times: 1 }], says: "The next change is made, but the answer is lost on the way." },
];

// How a server may be set up; `of` turns what is ticked into what the switch says, and back.
const HABITS = [
  { name: "known_customers_only", says: "Refuses customers it doesn't know", of: (ticked) => ticked },
  { name: "takes_files", says: "Refuses files", of: (ticked) => !ticked },
];

const kinds = (faults) => faults.map((one) => one.kind).join();

/** `change(faults)` sets them. */
export function weatherSwitch(change) {
  const field = node("fieldset", { class: "la-weather" });
  const says = node("p", { class: "la-says", role: "status", hidden: true });
  const choice = ({ name, faults, says: title }, now) => {
    const box = node("input", { type: "radio", name: "la-weather", value: name, onchange: () => change(faults) });
    box.checked = now;
    return node("label", { title: t(title) }, box, node("span", {}, t(name)));
  };
  const show = (faults) => {
    const now = WEATHER.find((one) => kinds(one.faults) === kinds(faults));
    const held = field.contains(document.activeElement) ? document.activeElement.value : null;
    field.replaceChildren(node("legend", {}, t("LiveAgent is")), ...WEATHER.map((one) => choice(one, one === now)));
    if (held) field.querySelector(`[value="${held}"]`).focus();
    says.textContent = now?.says ? t(now.says) : "";
    says.hidden = !says.textContent;
  };
  return { field, says, show };
}

/** `change(habits)` sets them all. */
export function habitSwitch(change) {
  const field = node("div", { class: "la-habits" });
  const show = (habits) => {
    const held = field.contains(document.activeElement) ? document.activeElement.name : null;
    field.replaceChildren(...HABITS.map(({ name, says, of }) => {
      const box = node("input", { type: "checkbox", name, onchange: () => change({ ...habits, [name]: of(box.checked) }) });
      box.checked = of(habits[name]);
      return node("label", {}, box, t(says));
    }));
    if (held) field.querySelector(`[name="${held}"]`).focus();
  };
  return { field, show };
}
