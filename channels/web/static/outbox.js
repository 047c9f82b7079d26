// What was written in this tab and has not arrived yet? It survives a reload, and nothing else.

import { newId } from './session.js';

export class Outbox {
  constructor(session) {
    this.session = session;
    this.items = new Map(session.outbox.map((item) => [item.client_id, item]));
  }

  get(id) { return this.items.get(id); }
  all() { return [...this.items.values()]; }

  // The item; sent again under the same id it is the same message.
  put(text, payload) {
    const item = { client_id: newId(), text, ...(payload && { payload }) };
    this.items.set(item.client_id, item);
    this.keep();
    return item;
  }

  drop(id) {
    if (this.items.delete(id)) this.keep();
  }

  clear() { this.items.clear(); }

  keep() {
    this.session.keep({ outbox: this.all() });
  }
}
