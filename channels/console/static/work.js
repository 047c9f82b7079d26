// What does the desk do beside reading and writing? Frames of the casework, and the keys and buttons that begin it.

import { $, announce, say } from "./dom.js";
import * as alerts from "./alerts.js";
import { Casework } from "./casework.js";
import { Closing } from "./closing.js";

// desk: {send(frame), current(), tell(words), open(id), write(reply)}
export class Work {
  constructor(desk) {
    this.desk = desk;
    const ask = (frame) => desk.send({ conversation: desk.current(), ...frame }) || (desk.tell(say("offline")), false);
    this.casework = new Casework({
      transfer: (to) => ask({ type: "transfer", to }),
      note: (text) => ask({ type: "note", text }),
      label: (label, on) => ask({ type: "label", label, on }),
      canned: () => ask({ type: "canned" }),
      use: (reply) => desk.write(reply),
    });
    this.closing = new Closing((form) => ask({ type: "form", ...form }));
    this.handlers = {
      noted: (frame) => { if (this.casework.noted(frame)) announce(say("note_added")); },
      labelled: (frame) => this.casework.labelled(frame),
      canned: (frame) => this.casework.canned(frame),
      form: (frame) => { if (frame.conversation === desk.current()) this.closing.show(frame); },
      formed: (frame) => { if (frame.conversation === desk.current()) this.closing.formed(); },
      given: (frame) => {
        alerts.newWaiting(false);
        desk.tell(say("given", { by: frame.by, alias: frame.alias }));
      },
      supervised: (frame) => desk.tell(say("supervised", { name: frame.name })),
    };
    this.keys = { f: () => this.casework.openCanned(), v: () => this.casework.openTransfer() };
  }

  overview(frame) {
    this.casework.colleagues = frame.colleagues ?? [];
  }

  show(about) {
    this.casework.show(about);
    if (about) this.closing.hide();
  }

  // Whether that refusal was about something of ours and has been shown.
  refused(frame) {
    if (frame.of !== "form") return false;
    this.closing.refused(frame.text);
    return true;
  }
}

// The reminder above the field while a ready sentence stands there as it was; `key` null takes it away.
export function adapt(key) {
  $("adapt").hidden = !key;
  $("adapt").textContent = key ? say(key) : "";
}
