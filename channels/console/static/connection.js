// How does the desk stay connected, and how is nothing lost or doubled on the way?
// A message keeps its client_id until the server has said that it is on the disk; it may be sent again at any time.

import { page, say } from "./dom.js";

const PING = 20000, PONG = 8000, ANSWER = 10000, LONGEST = 10000;

export class Connection {
  constructor(on) {
    this.on = on;
    this.pause = 500;
    this.outbox = new Map();
    this.ended = false;
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.ping(2000));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.hurry(true); });
    setInterval(() => this.ping(), PING);
    this.connect();
  }

  get open() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  connect() {
    clearTimeout(this.again);
    if (this.ended) return;
    const address = new URL(`${page.base}/socket`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = this.socket = new WebSocket(address);
    socket.onopen = () => {
      this.pause = 500;
      this.on.state("connected");
      this.on.open();
      for (const entry of this.outbox.values()) if (entry.state !== "failed") this.post(entry);
    };
    socket.onmessage = (event) => { if (socket === this.socket) this.receive(JSON.parse(event.data)); };
    socket.onclose = (event) => { if (socket === this.socket) this.closed(event.code); };
  }

  closed(code) {
    clearTimeout(this.pong);
    if (code === 4401) {
      this.ended = true;
      this.on.loggedOut();
      return;
    }
    for (const entry of this.outbox.values()) {
      clearTimeout(entry.timer);
      if (entry.state === "sending") this.mark(entry, "queued");
    }
    this.on.state("offline");
    this.again = setTimeout(() => this.connect(), this.pause * (0.7 + Math.random() * 0.6));
    this.pause = Math.min(this.pause * 2, LONGEST);
  }

  // A lid that was closed leaves a socket that looks open: ask at once, and start anew when nothing comes back.
  hurry(check = false) {
    if (this.open) { if (check) this.ping(3000); return; }
    if (this.socket?.readyState === WebSocket.CONNECTING) return;
    this.pause = 500;
    this.connect();
  }

  ping(patience = PONG) {
    if (!this.open) return;
    this.send({ type: "ping" });
    clearTimeout(this.pong);
    this.pong = setTimeout(() => {
      const old = this.socket;
      this.socket = null;
      old.close();
      this.closed(0);
    }, patience);
  }

  receive(frame) {
    clearTimeout(this.pong);
    if (frame.type === "ack") this.acknowledged(frame.client_id, frame.seq);
    else if (frame.type === "refused" && frame.of === "message") this.fail(frame.client_id, frame.text, frame.reason);
    else if (frame.type !== "pong") this.on.frame(frame);
  }

  send(frame) {
    if (!this.open) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  write(conversation, text, offer) {
    const client_id = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    const entry = { conversation, client_id, text, offer, state: "queued" };
    this.outbox.set(client_id, entry);
    this.post(entry);
    return entry;
  }

  post(entry) {
    clearTimeout(entry.timer);
    const frame = { type: "message", conversation: entry.conversation, client_id: entry.client_id, text: entry.text };
    if (entry.offer) frame.offer = entry.offer.id;
    if (!this.send(frame)) { this.mark(entry, "queued"); return; }
    this.mark(entry, "sending");
    entry.timer = setTimeout(() => this.fail(entry.client_id, say("no_answer")), ANSWER);
  }

  retry(client_id) {
    const entry = this.outbox.get(client_id);
    if (entry) this.post(entry);
  }

  acknowledged(client_id, seq) {
    const entry = this.outbox.get(client_id);
    if (!entry) return;
    clearTimeout(entry.timer);
    this.outbox.delete(client_id);
    entry.seq = seq;
    this.mark(entry, "sent");
  }

  fail(client_id, reason, code) {
    const entry = this.outbox.get(client_id);
    if (!entry) return;
    clearTimeout(entry.timer);
    entry.reason = reason;
    entry.code = code;
    this.mark(entry, "failed");
  }

  drop(client_id) {
    const entry = this.outbox.get(client_id);
    if (!entry) return;
    clearTimeout(entry.timer);
    this.outbox.delete(client_id);
    this.mark(entry, "dropped");
  }

  mark(entry, state) {
    entry.state = state;
    this.on.outbox(entry);
  }
}
