// Draws every sample as the sandbox's page would; nothing here does anything when it is clicked.
import { node } from "./dom.js";
import { Messages } from "./messages.js";
import { Reader } from "./reader.js";
import { Texts } from "./text.js";
import { Views } from "./views.js";
import { speak } from "./words.js";

const nobody = { does: async () => ({}) };

function draw(state) {
  const texts = new Texts(new Reader(state));
  speak(texts.reader);
  const [form] = state.forms;
  if (form) return dialog(form, texts);
  const root = node("div");
  if (state.home) root.append(node("div", { class: "home" }, new Views(nobody, root).home(state.home, texts)));
  else {
    const [channel] = state.channels;
    new Messages(nobody, root).show(channel, channel.messages, state, texts);
  }
  return root;
}

// It stands in the page instead of lying over it.
function dialog(form, texts) {
  const made = new Views(nobody, node("div")).dialog(form, 1, texts);
  made.open = true;
  return made;
}

const slug = (text) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replace(/-$/, "");
const { state, rows: samples } = JSON.parse(document.querySelector("#samples").textContent);
const kinds = Map.groupBy(samples, (sample) => sample.kind);

for (const [kind, rows] of kinds) {
  document.querySelector("#kinds").append(node("a", { href: `#${slug(kind)}` }, kind));
  document.querySelector("#gallery").append(node("section", { id: slug(kind), class: "kind" },
    node("h2", {}, kind),
    rows.map(({ name, drawn }) => node("div", { class: "sample" },
      node("h3", { class: "name" }, name),
      Object.entries(drawn).map(([language, what]) => node("div", {
        class: "shown", lang: language, id: `${slug(name)}-${language}`,
      }, draw({ ...state, ...what })))))));
}
document.documentElement.lang = "en";
document.documentElement.dataset.drawn = "true";
