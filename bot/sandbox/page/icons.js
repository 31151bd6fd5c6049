// Line drawings, in the colour of the words beside them.
const SPACE = "http://www.w3.org/2000/svg";

const PATHS = {
  send: "M3 3.5 17.5 10 3 16.5 5 10.7 11.5 10 5 9.3z",
  bolt: "M11.5 2.5 4.5 11.5h5l-1 6 7-9h-5z",
  reply: "M10 3.5c4.1 0 7 2.5 7 5.8s-2.9 5.8-7 5.8c-.8 0-1.6-.1-2.3-.3L4 16.5l.9-3.1C3.7 12.3 3 10.9 3 9.3 3 6 5.9 3.5 10 3.5z",
  more: "M10 4.5v.01M10 10v.01M10 15.5v.01",
  dots: "M4.5 10v.01M10 10v.01M15.5 10v.01",
  eye: "M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5zM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  clip: "M13.5 6.5 7.6 12.4a1.6 1.6 0 0 0 2.3 2.3l6-6a3.2 3.2 0 0 0-4.6-4.6l-6.2 6.2a4.8 4.8 0 0 0 6.8 6.8l4.6-4.6",
  cross: "M5 5 15 15M15 5 5 15",
  check: "M4 10.5 8.2 14.5 16 6",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4.2l2.8 1.6",
  shared: "M10 2.5 17.5 10 10 17.5 2.5 10zM10 2.5v15",
};
const HEAVY = new Set(["more", "dots"]);
const FILLED = new Set(["send"]);

export function icon(name) {
  const drawing = document.createElementNS(SPACE, "svg");
  const path = document.createElementNS(SPACE, "path");
  const look = {
    viewBox: "0 0 20 20", "aria-hidden": "true", class: "icon",
    fill: FILLED.has(name) ? "currentColor" : "none", stroke: "currentColor",
    "stroke-width": HEAVY.has(name) ? "2.4" : FILLED.has(name) ? "0" : "1.5",
    "stroke-linecap": "round", "stroke-linejoin": "round",
  };
  for (const [key, value] of Object.entries(look)) drawing.setAttribute(key, value);
  path.setAttribute("d", PATHS[name]);
  drawing.append(path);
  return drawing;
}
