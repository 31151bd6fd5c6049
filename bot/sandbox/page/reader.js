// Who reads: the people and channels they know, their language, zone and time.

export class Reader {
  constructor(state) {
    this.state = state;
    const me = this.person(state.me);
    this.locale = me.locale;
    this.zone = me.zone;
    this.ahead = state.now * 1000 - Date.now();
  }

  now() { return new Date(Date.now() + this.ahead); }
  person(id) { return this.state.people.find((one) => one.id === id); }
  channel(id) { return this.state.channels.find((one) => one.id === id); }
}
