// How do the parts of the desk work together?

import { $, announce, duration, h, page, say, setClock } from "./dom.js";
import * as alerts from "./alerts.js";
import { asText } from "./cards.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import * as keys from "./keys.js";
import { Moves } from "./moves.js";
import { Panel } from "./panel.js";
import { Queue } from "./queue.js";
import { Thread } from "./thread.js";
import { Work } from "./work.js";

const TYPING_LASTS = 6000, ACTIVE_EVERY = 60000;
let current = null, about = null, along = false, typingTimer, lastActive = 0;

const queue = new Queue(open);
const thread = new Thread({
  retry: (entry) => connection.retry(entry.client_id),
  drop: (entry) => connection.drop(entry.client_id),
  putBack: (entry) => { connection.drop(entry.client_id); composer.insertText(entry.text); },
});
const composer = new Composer({
  write: (conversation, text, offer) => connection.write(conversation, text, offer),
  typing: (conversation) => connection.send({ type: "typing", conversation }),
});
const moves = new Moves((conversation, move) => {
  if (move === "transfer") work.casework.openTransfer();
  else if (!connection.send({ type: "move", conversation, move })) tell(say("offline"));
}, (id) => open(id, true));
const work = new Work({ current: () => current, send: (frame) => connection.send(frame), tell: (words) => tell(words),
  write: (reply) => { pane("thread"); composer.ready(reply.text); } });
const panel = new Panel({
  search: (conversation, words) => connection.send({ type: "search", conversation, words }),
  askTeam: async (team) => {
    const conversation = current;
    if (!await keys.ask(say("team_ask_title", { team: team.name }), say("team_ask_text"), say("team_ask_yes"))) return;
    if (!connection.send({ type: "team", conversation, team: team.id })) tell(say("offline"));
  },
  insertCard: (offer) => { pane("thread"); composer.attach(offer); },
  insertText: (offer) => { pane("thread"); composer.insertText(asText(offer)); },
});
const connection = new Connection({
  frame: (frame) => handlers[frame.type]?.(frame),
  open: () => { if (current) watch(); },
  state: (state) => { $("link").dataset.state = state; $("link").textContent = say(state); },
  outbox: (entry) => { if (entry.conversation === current) thread.outgoing(entry); },
  loggedOut: () => {
    $("out").hidden = false;
    $("out-words").textContent = say("logged_out");
    $("link").dataset.state = "offline";
    $("link").textContent = "";
    clear();
    queue.update({ present: 0, paused: true });
  },
});

const handlers = {
  ...work.handlers,
  delivery(frame) { if (frame.conversation === current) thread.delivered(frame); },
  overview(frame) {
    setClock(frame.now);
    queue.update(frame);
    work.overview(frame);
    $("pause").setAttribute("aria-pressed", frame.paused);
    $("pause-words").textContent = say(frame.paused ? "paused" : "on_duty");
    $("pause").title = `${say(frame.paused ? "resume" : "pause")} (p)`;
    const { waiting, danger } = frame.letters;
    $("letters").textContent = say(danger ? "letters_danger" : waiting ? "letters_waiting" : "letters_none", { n: danger || waiting });
    $("letters").classList.toggle("urgent", danger > 0);
    $("present").textContent = frame.present > 1 ? say("present_many", { n: frame.present })
      : say(frame.present ? "present_one" : "present_none");
  },
  thread(frame) {
    if (frame.conversation !== current) return;
    about = frame.about;
    draw(); // first, so that the newest line is scrolled to where it will stand
    const spoke = thread.add(frame.messages);
    if (spoke) {
      typing("");
      if (document.hidden) alerts.newMessage();
    }
    if (!document.hidden) queue.read(current, thread.lastSeq);
  },
  typing(frame) {
    if (frame.conversation === current) typing(say(frame.author === "robot" ? "typing_robot" : "typing"));
  },
  left(frame) {
    if (frame.conversation !== current) return;
    typing("");
    const words = { counsellor: "left_taken", robot: "left_robot", closed: "left_closed", waiting: "left_waiting" };
    if (frame.state === "counsellor") thread.clear(); // a colleague's now: not for this screen any more
    gone(frame, say(words[frame.state]));
  },
  deleted(frame) {
    composer.forget(frame.conversation);
    if (frame.conversation !== current) return;
    thread.clear(); // the young person wanted it gone: it is gone from this screen too
    gone(frame, say("deleted"));
  },
  broken(frame) {
    if (frame.conversation === current) setTimeout(() => connection.open && watch(), 2000);
  },
  moved(frame) {
    if (frame.move === "take" && frame.conversation === current) { focusWhenAllowed = true; watch(); }
    if (frame.move === "transfer") tell(say("transferred", { name: frame.name }));
  },
  offers: (frame) => panel.offers(frame),
  refused(frame) {
    if (frame.of === "search") { panel.refused(frame.text); return; }
    if (work.refused(frame)) return;
    tell(frame.text);
    if (frame.conversation === current && frame.of === "move") watch();
  },
};
let focusWhenAllowed = false;

function watch() {
  connection.send({ type: "watch", conversation: current, after: thread.lastSeq, supervise: along });
}

function open(id, supervise = Boolean(queue.overview.others?.some((item) => item.id === id))) {
  pane("thread");
  along = supervise;
  if (id === current && about) { $("thread").focus(); return; }
  current = id;
  about = null;
  thread.clear();
  typing("");
  moves.show(null);
  queue.select(id);
  $("thread-none").hidden = true;
  $("thread-open").hidden = false;
  const item = queue.item(id);
  $("thread-title").textContent = item ? say("thread_with", { alias: item.alias }) : "";
  $("thread-sub").textContent = "";
  composer.show(id, false);
  panel.show(null);
  work.show(null);
  work.closing.hide();
  watch();
  moves.banner(say("fetching"));
  setTimeout(() => { if (current === id && !about) connection.ping(2000); }, 3000);
  for (const entry of connection.outbox.values()) if (entry.conversation === id) thread.outgoing(entry);
  $("thread").focus();
}

function draw() {
  $("thread-title").textContent = say("thread_with", { alias: about.alias });
  $("thread-sub").replaceChildren(h("span", { class: `level level-${about.danger}` },
    h("span", { class: "level-mark", "aria-hidden": "true" }), page.levels[about.danger]),
  ` · ${[about.channel, about.mine ? say("with_me") : page.states[about.state]].join(" · ")}`,
  about.state === "waiting" ? h("span", {}, " ", h("span", { "data-since": about.waiting_since }, duration(about.waiting_since))) : "");
  moves.show(about);
  composer.show(about.id, about.may.includes("write"));
  panel.show(about);
  work.show(about);
  if (focusWhenAllowed && about.may.includes("write")) {
    focusWhenAllowed = false;
    $("text").focus();
  }
}

function gone(frame, words) {
  about = null;
  $("thread-sub").textContent = "";
  composer.show(frame.conversation, false);
  panel.show(null);
  work.show(null);
  moves.left(frame, words);
  announce(words);
}

function clear() {
  current = about = null;
  thread.clear();
  panel.show(null);
  $("thread-open").hidden = true;
  $("thread-none").hidden = false;
}

function tell(words) {
  const place = h("p", { class: "toast", role: "alert" }, words);
  document.body.append(place);
  setTimeout(() => place.remove(), 8000);
}

function typing(words) {
  clearTimeout(typingTimer);
  $("typing").textContent = words;
  if (words) typingTimer = setTimeout(() => typing(""), TYPING_LASTS);
}

// On a narrow screen one pane is shown at a time; on a wide one this changes nothing.
function pane(name) {
  $("panes").dataset.pane = name;
}

function back() {
  pane("queue");
  (document.querySelector(".card-row[aria-current]") ?? document.querySelector(".card-row"))?.focus();
}

// The key may come before the thread does: the server decides either way.
function take() {
  if (about) moves.run("take");
  else if (current) connection.send({ type: "move", conversation: current, move: "take" });
}

const pause = () => connection.send({ type: "pause", paused: $("pause").getAttribute("aria-pressed") !== "true" });
const first = () => { const [id] = queue.overview.waiting; if (id) open(id.id); };
$("pause").addEventListener("click", pause);
$("open-first").addEventListener("click", first);
$("back").addEventListener("click", back);
$("to-panel").addEventListener("click", () => { pane("panel"); $("panel-back").focus(); });
$("panel-back").addEventListener("click", () => { pane("thread"); $("thread").focus(); });
alerts.begin();
keys.begin({
  ...work.keys, n: first, j: () => queue.step(1), k: () => queue.step(-1), l: back, p: pause, m: alerts.switchSound,
  t: take, g: () => moves.run("hand_back"), i: () => moves.run("release"), x: () => moves.run("close"),
  r: () => { pane("thread"); $("text").focus(); }, s: () => { pane("panel"); $("words").focus(); },
  Escape: (fromField) => {
    document.querySelector(".menu").open = false;
    if (fromField) $("thread").focus();
    else back();
  },
});

addEventListener("click", (event) => {
  const menu = document.querySelector(".menu[open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && current && about) queue.read(current, thread.lastSeq);
});
for (const kind of ["pointerdown", "keydown"]) {
  addEventListener(kind, () => {
    if (Date.now() - lastActive < ACTIVE_EVERY) return;
    lastActive = Date.now();
    connection.send({ type: "active" });
  });
}
addEventListener("beforeunload", (event) => {
  if ([...connection.outbox.values()].some((entry) => entry.state !== "failed")) event.preventDefault();
});
