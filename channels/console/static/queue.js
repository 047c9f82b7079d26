// Who waits, how long, how urgent, and who is mine?

import { $, announce, duration, h, page, say } from "./dom.js";
import * as alerts from "./alerts.js";

const LISTS = ["waiting", "mine", "danger", "others", "closed"];
const SEEN = "indgang-desk-seen"; // conversation -> last sequence number that was on this screen; no text

export class Queue {
  constructor(onOpen) {
    this.onOpen = onOpen;
    this.overview = { ...Object.fromEntries(LISTS.map((list) => [list, []])), present: 0, paused: false };
    this.known = null;
    this.selected = null;
    this.seen = JSON.parse(sessionStorage.getItem(SEEN) ?? "{}");
    this.lastSeqs = new Map();
    setInterval(() => this.tick(), 10000);
  }

  get order() {
    return LISTS.flatMap((list) => this.overview[list].map((item) => item.id));
  }

  item(id) {
    return LISTS.map((list) => this.overview[list].find((item) => item.id === id)).find(Boolean);
  }

  update(overview) {
    this.overview = { ...Object.fromEntries(LISTS.map((list) => [list, []])), ...overview };
    this.alert();
    this.draw();
  }

  alert() {
    const { waiting, mine } = this.overview;
    const fresh = this.known ? waiting.filter((item) => !this.known.has(item.id)) : [];
    this.known = new Set(waiting.map((item) => item.id));
    alerts.title(waiting.length);
    if (fresh.length && !this.overview.paused) {
      const level = page.levels[fresh[0].danger];
      alerts.newWaiting(fresh.some((item) => item.danger === "akut"));
      alerts.notify(fresh[0].danger, waiting.length);
      announce(say("announce_new", { level, n: waiting.length }));
    }
    const spoke = mine.filter((item) => this.lastSeqs.has(item.id) && item.last_seq > this.lastSeqs.get(item.id)
      && (item.id !== this.selected || document.hidden));
    if (spoke.length) {
      alerts.newMessage();
      announce(say("announce_message", { alias: spoke[0].alias }));
    }
    this.lastSeqs = new Map(mine.map((item) => [item.id, item.last_seq]));
    this.tick();
  }

  tick() {
    alerts.remind(this.overview.waiting.some((item) => item.danger === "akut"), this.overview.paused);
    for (const place of document.querySelectorAll("[data-since]")) {
      const words = duration(Number(place.dataset.since));
      if (place.textContent !== words) place.textContent = words;
    }
  }

  read(id, seq) {
    if ((this.seen[id] ?? 0) >= seq) return;
    this.seen[id] = seq;
    const alive = new Set([...this.order, id]);
    this.seen = Object.fromEntries(Object.entries(this.seen).filter(([key]) => alive.has(key)));
    sessionStorage.setItem(SEEN, JSON.stringify(this.seen));
    document.querySelector(`.card-row[data-id="${id}"] .unread`)?.remove();
  }

  select(id) {
    this.selected = id;
    for (const row of document.querySelectorAll(".card-row")) {
      if (row.dataset.id === id) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  step(by) {
    const order = this.order;
    if (!order.length) return;
    const focused = document.activeElement?.closest?.(".card-row")?.dataset.id ?? this.selected;
    const at = order.indexOf(focused);
    const next = order[at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + by))];
    document.querySelector(`.card-row[data-id="${next}"]`)?.focus();
  }

  draw() {
    const focused = document.activeElement?.closest?.(".card-row")?.dataset.id;
    for (const list of LISTS) {
      const group = document.querySelector(`.group[data-list=${list}]`), items = this.overview[list];
      if (!group) continue; // colleagues' conversations are for coordinators
      const rows = new Map([...group.querySelectorAll(".card-row")].map((row) => [row.dataset.id, row]));
      group.querySelector("ul").replaceChildren(...items.map((item) => h("li", {}, this.row(item, list, rows.get(item.id)))));
      group.querySelector(".empty").textContent = items.length ? "" : say(`${list}_empty`);
      $(`${list}-count`).textContent = items.length || "";
      group.classList.toggle("has", items.length > 0);
    }
    $("open-first").hidden = !this.overview.waiting.length;
    if (focused) document.querySelector(`.card-row[data-id="${focused}"]`)?.focus({ preventScroll: true });
  }

  row(item, list, old) {
    const key = JSON.stringify(item);
    if (old?.dataset.key === key && !(list === "mine" && this.unread(item) !== Boolean(old.querySelector(".unread")))) return old;
    const waits = list === "waiting";
    const places = Object.keys(page.places).length > 1 && item.municipality !== page.municipality;
    const row = h("button", { class: `card-row level-${item.danger}`, "data-id": item.id, "data-key": key,
      "aria-current": item.id === this.selected ? "true" : null, onclick: () => this.onOpen(item.id) },
      h("span", { class: "row-top" },
        h("span", { class: "level" }, h("span", { class: "level-mark", "aria-hidden": "true" }), page.levels[item.danger]),
        h("span", { class: "row-time" }, h("span", { class: "sr" }, waits ? say("waited", { time: "" }) : ""),
          h("span", { "data-since": waits ? item.waiting_since : item.last_at }, duration(waits ? item.waiting_since : item.last_at)))),
      h("span", { class: "row-main" }, h("b", {}, item.alias), this.unread(item) && list === "mine" && h("span", { class: "unread" }, say("unread")),
        h("span", { class: "row-topics" }, item.topics.slice(0, 2).join(", "))),
      (item.owes_form || item.labels?.length > 0) && h("span", { class: "row-labels" },
        item.owes_form && h("span", { class: "tag owed" }, say("form_owed")),
        (item.labels ?? []).map((label) => h("span", { class: "tag" }, page.labels[label] ?? label))),
      item.reasons.length > 0 && h("span", { class: "row-reasons" }, item.reasons.slice(0, 3).join(" · ")),
      h("span", { class: "row-meta" }, [item.owner, item.channel, item.audience !== say("unknown") && item.audience, item.age_band,
        places && page.places[item.municipality]].filter(Boolean).join(" · ")));
    return row;
  }

  unread(item) {
    return item.id !== this.selected && item.last_seq > (this.seen[item.id] ?? 0);
  }
}
