// What is done around a conversation: pass it on, note, label, and take a ready sentence?

import { $, at, h, onDay, page, say } from "./dom.js";

export class Casework {
  // act: {transfer(to), note(text), label(label, on), canned(), use(reply)}
  constructor(act) {
    this.act = act;
    this.colleagues = [];
    $("transfer-no").addEventListener("click", () => $("transfer").close());
    $("canned-no").addEventListener("click", () => $("canned").close());
    $("open-canned").addEventListener("click", () => this.openCanned());
    $("note-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = $("note").value.trim();
      if (text && this.act.note(text)) this.sent = text;
    });
  }

  show(about) {
    const other = about?.id !== this.about?.id;
    this.about = about;
    $("notes-section").hidden = !about;
    if (!about) return;
    if (other) {
      $("note").value = "";
      $("notes-section").open = about.notes.length > 0 || about.labels.length > 0;
    }
    this.notes(about.notes);
    this.labels(about.labels);
  }

  notes(notes) {
    $("notes").replaceChildren(...(notes.length ? notes.map((note) => h("li", { class: "note" },
      h("p", { class: "small" }, `${note.name}, ${onDay(note.at)} ${at(note.at)}`), h("p", { class: "words" }, note.text)))
      : [h("li", { class: "small" }, say("notes_empty"))]));
  }

  noted(frame) {
    if (frame.conversation !== this.about?.id) return false;
    this.about.notes = frame.notes;
    this.notes(frame.notes);
    if (!this.sent) return false;
    if ($("note").value.trim() === this.sent) $("note").value = "";
    this.sent = null;
    return true;
  }

  labels(on) {
    const focused = document.activeElement?.dataset?.label;
    $("labels").replaceChildren(...Object.entries(page.labels).map(([code, label]) => h("button", {
      type: "button", class: "label", "data-label": code, "aria-pressed": on.includes(code) ? "true" : "false",
      onclick: () => this.act.label(code, !this.about.labels.includes(code)) }, label)));
    if (focused) $("labels").querySelector(`[data-label=${focused}]`)?.focus();
  }

  labelled(frame) {
    if (frame.conversation !== this.about?.id) return;
    this.about.labels = frame.labels;
    this.labels(frame.labels);
  }

  openTransfer() {
    if (!this.about?.may.includes("transfer")) return;
    const pick = (colleague) => () => { $("transfer").close(); this.act.transfer(colleague.id); };
    $("transfer-who").replaceChildren(...(this.colleagues.length
      ? this.colleagues.map((colleague) => h("button", { class: "quiet", onclick: pick(colleague) }, colleague.name))
      : [h("p", {}, say("transfer_none"))]));
    if (!$("transfer").open) $("transfer").showModal();
  }

  openCanned() {
    if (!this.about?.may.includes("write")) return;
    this.act.canned();
    if (!$("canned").open) $("canned").showModal();
  }

  canned(frame) {
    const group = (shared, title) => {
      const found = frame.replies.filter((reply) => reply.shared === shared);
      return found.length ? [h("h3", {}, title), ...found.map((reply) => h("button", { class: "quiet reply",
        onclick: () => { $("canned").close(); this.act.use(reply); } }, h("b", {}, reply.title), h("span", { class: "small" }, reply.text)))] : [];
    };
    const rows = [...group(false, say("canned_own")), ...group(true, say("canned_shared"))];
    $("canned-list").replaceChildren(...(rows.length ? rows : [h("p", {}, say("canned_none"))]));
  }
}
