// What can be done with this conversation now, and what became of it?

import { $, h, say } from "./dom.js";
import { ask } from "./keys.js";

const URGENT = ["hoej", "akut"];

export class Moves {
  constructor(move, supervise) {
    this.move = move;
    this.supervise = supervise;
  }

  show(about) {
    this.about = about;
    const may = about?.may ?? [];
    const waiting = about?.state === "waiting";
    const buttons = [];
    if (may.includes("take")) {
      buttons.push(h("button", { class: "primary", onclick: () => this.run("take") }, say(waiting ? "take" : "pick_up"), h("kbd", {}, "t")));
    }
    for (const name of ["transfer", "hand_back", "release", "close"]) {
      if (may.includes(name)) buttons.push(h("button", { class: "quiet", "data-move": name, "aria-label": say(name), onclick: () => this.run(name) },
        h("span", { class: "full" }, say(name)), h("span", { class: "short" }, say(`${name}_short`))));
    }
    const focused = document.activeElement?.dataset?.move;
    $("moves").replaceChildren(...buttons);
    if (focused) $("moves").querySelector(`[data-move=${focused}]`)?.focus();
    if (about?.supervising) this.banner(say("supervising"));
    else if (may.includes("take")) this.banner(say(waiting ? "preview" : "preview_danger"));
    else this.banner("");
  }

  async run(name) {
    const about = this.about;
    if (!about?.may.includes(name)) return;
    if (name === "close" && !await ask(say("confirm_close"), say("confirm_close_text"), say("yes_close"))) return;
    if (name === "hand_back" && URGENT.includes(about.danger)
      && !await ask(say("confirm_hand_back"), say("confirm_hand_back_text"), say("yes_hand_back"))) return;
    this.move(about.id, name);
  }

  // The conversation is no longer here: say where it is, and let it be taken up again where that makes sense.
  left(frame, words) {
    const again = frame?.again ? h("button", { class: "quiet", onclick: () => this.move(frame.conversation, "take") }, say("take_again")) : null;
    this.about = null;
    $("moves").replaceChildren();
    this.banner(words, again, "over");
  }

  banner(words, button = null, kind = "") {
    const place = $("banner");
    place.hidden = !words;
    if (place.dataset.words === words && !button) return;
    place.dataset.words = words;
    place.className = `banner ${kind}`;
    place.replaceChildren(...[words && h("span", {}, words), button].filter(Boolean));
  }
}
