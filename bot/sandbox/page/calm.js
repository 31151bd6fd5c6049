// Under a finger that presses, in a word that is being composed and below a question nothing is drawn
// anew: the click, the word or the question would be lost.
const busy = new Set();
const waiting = [];

// After the click that follows.
const ends = (what) => setTimeout(() => {
  busy.delete(what);
  if (!busy.size) for (const go of waiting.splice(0)) go();
});
const listen = (event, act) => addEventListener(event, act, true);

listen("pointerdown", () => busy.add("pointer"));
listen("pointerup", () => ends("pointer"));
listen("pointercancel", () => ends("pointer"));
listen("pointermove", (event) => { if (busy.has("pointer") && !event.buttons) ends("pointer"); }); // let go elsewhere
listen("keydown", (event) => { if (event.key === " " && event.target.closest("button")) busy.add("key"); });
listen("keyup", () => ends("key"));
listen("compositionstart", (event) => { if (event.target.closest("dialog")) busy.add("word"); });
listen("compositionend", () => ends("word"));
listen("blur", (event) => { if (event.target === window) ["pointer", "key"].forEach(ends); });

// Asks something; until it is answered nothing else is drawn.
export async function answered(question) {
  busy.add(question);
  return question.finally(() => ends(question));
}

export async function calm() {
  while (busy.size) await new Promise((go) => waiting.push(go));
}
