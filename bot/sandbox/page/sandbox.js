// The way to the stand-in's control routes.

export class Sandbox {
  constructor() {
    this.user = sessionStorage.getItem("user") ?? "U0ANN";
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

  async does(deed, what = {}) {
    const response = await fetch(`/sandbox/slack/people/${encodeURIComponent(this.user)}/${deed}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what),
    });
    return response.json();
  }

  // Calls at once and after every change; says whether the connection stands.
  follow(changed, connected) {
    const stream = new EventSource("/sandbox/slack/changes");
    stream.onmessage = () => { connected(true); changed(); };
    stream.onerror = () => connected(false);
  }
}
