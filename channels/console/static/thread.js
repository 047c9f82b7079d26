// What has been said in this conversation, by whom, and did it arrive? Lines are keyed: nothing stands there twice.

import { $, at, h, onDay, say, withMasks } from "./dom.js";
import { card } from "./cards.js";

const LONG = 160; // characters of the robot's
const GAP = 5 * 60000; // lines of one author within five minutes stand together

const tick = (arrived = false) => h("span", { class: "tick", title: say(arrived ? "delivered" : "sent") },
  h("span", { "aria-hidden": "true" }, arrived ? "✓✓" : "✓"), h("span", { class: "sr" }, say(arrived ? "delivered" : "sent")));

export class Thread {
  constructor(actions) {
    this.actions = actions;
    this.lines = $("lines");
    this.below = $("new-below");
    this.below.addEventListener("click", () => this.toEnd());
    this.stick = true;
    this.lines.addEventListener("scroll", () => {
      this.stick = this.atEnd;
      if (this.stick) this.below.hidden = true;
    });
    // The composer grows and banners come and go: whoever reads the newest line goes on reading it.
    new ResizeObserver(() => { if (this.stick) this.toEnd(); }).observe(this.lines);
    this.clear();
  }

  clear() {
    this.lastSeq = 0;
    this.last = null;
    this.mine = new Map();
    this.pending = new Map();
    this.lines.replaceChildren();
    this.lines.setAttribute("aria-live", "off"); // the history is not read out; what comes after it is
    this.below.hidden = true;
  }

  get atEnd() {
    return this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < 60;
  }

  toEnd() {
    this.stick = true;
    this.lines.scrollTop = this.lines.scrollHeight;
    this.below.hidden = true;
  }

  add(messages) {
    const first = this.lastSeq === 0, stay = this.stick || first;
    let spoke = false;
    for (const message of messages) {
      if (message.seq <= this.lastSeq) continue;
      this.lastSeq = message.seq;
      if (message.client_id) this.settle(message.client_id);
      this.place(message);
      spoke ||= message.author === "visitor" && !first;
    }
    for (const bubble of this.pending.values()) this.lines.append(bubble);
    if (stay) this.toEnd();
    else if (spoke) this.below.hidden = false;
    if (first) requestAnimationFrame(() => this.lines.setAttribute("aria-live", "polite"));
    return spoke;
  }

  place(message) {
    const day = onDay(message.at), before = this.last;
    if (!before || onDay(before.at) !== day) this.lines.append(h("p", { class: "day" }, h("span", {}, day)));
    const name = this.name(message);
    const joined = before && before.author === message.author && before.name === message.name
      && message.at - before.at < GAP && message.author !== "system";
    this.last = message;
    const kind = message.author === "counsellor" && message.mine ? "mine" : message.author;
    this.lines.append(h("article", { class: `line line-${kind}${joined ? " joined" : ""}`, "data-seq": message.seq },
      h("p", { class: "line-who" }, h("b", {}, name), h("time", { datetime: new Date(message.at).toISOString() }, at(message.at))),
      h("div", { class: "bubble" }, this.text(message),
        message.cards.length > 0 && h("div", { class: "line-cards" }, message.cards.map((offer) => card(offer, true))),
        message.mine && tick()),
      message.buttons.length > 0 && h("p", { class: "line-buttons" }, h("span", {}, say("buttons")), " ",
        message.buttons.map((title) => h("span", { class: "chip" }, title))),
      message.tapped && h("p", { class: "line-note" }, say("tapped"))));
  }

  text(message) {
    if (!message.text) return null;
    const words = h("p", { class: "words" }, withMasks(message.text));
    if (message.author === "visitor" || message.author === "counsellor" || message.text.length < LONG) return words;
    // What the machine said at length is known to the counsellor: two lines are enough until asked for.
    words.classList.add("clamped");
    const more = h("button", { class: "more", "aria-expanded": "false", onclick: () => {
      const open = !words.classList.toggle("clamped");
      more.setAttribute("aria-expanded", open);
      more.textContent = say(open ? "less" : "more");
    } }, say("more"));
    return h("div", {}, words, more);
  }

  name(message) {
    if (message.author === "counsellor") return message.mine ? `${message.name} (${say("me").toLowerCase()})` : message.name ?? say("counsellor");
    return say(message.author);
  }

  // What became of what went out: on the visitor's page, on their telephone, or not at all.
  delivered({ upto, states, failures }) {
    for (const line of this.lines.querySelectorAll(".line[data-seq] .tick")) {
      const seq = line.closest(".line").dataset.seq;
      if (Number(seq) <= upto || states[seq] === "delivered") line.replaceWith(tick(true));
    }
    for (const [seq, words] of Object.entries(failures)) {
      const line = this.lines.querySelector(`.line[data-seq="${seq}"]`);
      if (!line || line.querySelector(".undelivered")) continue;
      line.querySelector(".tick")?.remove();
      line.append(h("p", { class: "line-note undelivered", role: "alert" }, say("failed", { reason: words })));
    }
  }

  settle(client_id) {
    this.pending.get(client_id)?.remove();
    this.pending.delete(client_id);
    this.mine.set(client_id, true);
  }

  // An own message until the thread brings it back with its number.
  outgoing(entry) {
    if (this.mine.has(entry.client_id)) return;
    if (entry.state === "dropped") { this.settle(entry.client_id); return; }
    const old = this.pending.get(entry.client_id), stay = this.stick;
    const words = { sending: say("sending"), queued: say("queued"), sent: "",
      failed: say("failed", { reason: entry.reason ?? "" }) }[entry.state];
    const lost = entry.code === "not_yours" || entry.code === "gone";
    const bubble = h("article", { class: `line line-mine is-${entry.state}`, "data-client": entry.client_id },
      h("p", { class: "line-who" }, h("b", {}, say("me"))),
      h("div", { class: "bubble" }, h("p", { class: "words" }, entry.text),
        entry.offer && h("div", { class: "line-cards" }, card(entry.offer, true)),
        entry.state === "sent" && tick()),
      h("p", { class: "line-note", role: entry.state === "failed" ? "alert" : null }, words,
        entry.state === "failed" && h("span", { class: "line-moves" },
          !lost && h("button", { class: "quiet", onclick: () => this.actions.retry(entry) }, say("retry")),
          h("button", { class: "quiet", onclick: () => this.actions.putBack(entry) }, say("put_back")),
          h("button", { class: "quiet", onclick: () => this.actions.drop(entry) }, say("drop")))));
    if (old) old.replaceWith(bubble);
    else this.lines.append(bubble);
    this.pending.set(entry.client_id, bubble);
    if (stay || !old) this.toEnd();
  }
}
