// The way to the stand-ins' control routes.

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  return response.json();
}

export class Sandbox extends EventTarget {
  constructor() {
    super();
    this.user = sessionStorage.getItem("user") ?? (navigator.language.startsWith("ja") ? "U0HANA" : "U0ANN");
  }

  become(user) {
    this.user = user;
    sessionStorage.setItem("user", user);
  }

  async state() {
    const response = await fetch(`/sandbox/slack/state?user=${encodeURIComponent(this.user)}`);
    if (!response.ok) throw new Error(`state: ${response.status}`);
    return response.json();
  }

  // Whoever follows the tour hears of it as a "deed".
  async does(deed, what = {}) {
    const answer = await post(`/sandbox/slack/people/${encodeURIComponent(this.user)}/${deed}`, what);
    this.dispatchEvent(new CustomEvent("deed", { detail: { deed, user: this.user, ...what } }));
    return answer;
  }

  // A file of this machine, given to the sandbox; what it is then.
  async upload(file) {
    const path = `/sandbox/slack/people/${encodeURIComponent(this.user)}/files?name=${encodeURIComponent(file.name)}`;
    return (await (await fetch(path, { method: "POST", body: file })).json()).file;
  }

  // `how` is { minutes } or { to: "morning", zone }.
  async moveTime(how) {
    const { now } = await post("/sandbox/clock", how);
    this.dispatchEvent(new CustomEvent("deed", { detail: { deed: "moves time", to: Date.parse(now) / 1000 } }));
  }

  // Nothing is kept; the page is loaded anew once the sandbox is there again.
  async startOver() {
    await post("/sandbox/start-over", {});
    sessionStorage.clear();
    localStorage.removeItem("tour");
  }

  // Calls at once and after every change; says whether the connection stands.
  follow(changed, connected) {
    const stream = new EventSource("/sandbox/slack/changes");
    stream.onmessage = () => { connected(true); changed(); };
    stream.onerror = () => connected(false);
  }
}
