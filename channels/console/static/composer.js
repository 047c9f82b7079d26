// What is the counsellor about to say? A draft lives in this window only, one for each conversation.

import { $, h, page, say } from "./dom.js";
import { adapt } from "./work.js";

const TYPING_EVERY = 2500, NEAR = 300;

export class Composer {
  constructor(actions) {
    this.actions = actions;
    this.drafts = new Map();
    this.conversation = null;
    this.lastTyping = 0;
    this.text = $("text");
    $("composer").addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.send(); }
    });
    this.text.addEventListener("input", () => this.changed(true));
  }

  show(conversation, allowed) {
    if (this.conversation !== conversation) {
      this.keep();
      this.conversation = conversation;
      this.canned = null;
      adapt(null);
      const draft = this.drafts.get(conversation);
      this.text.value = draft?.text ?? "";
      this.offer = draft?.offer ?? null;
      this.drawOffer();
      this.changed(false);
    }
    $("composer").hidden = !allowed;
  }

  keep() {
    if (!this.conversation) return;
    if (this.text.value || this.offer) this.drafts.set(this.conversation, { text: this.text.value, offer: this.offer });
    else this.drafts.delete(this.conversation);
  }

  forget(conversation) {
    this.drafts.delete(conversation);
    if (this.conversation === conversation) { this.text.value = ""; this.offer = null; this.conversation = null; }
  }

  changed(typed) {
    if (typed && this.canned && this.text.value.trim() !== this.canned) { this.canned = null; adapt(null); }
    this.text.style.height = "auto";
    this.text.style.height = `${Math.min(this.text.scrollHeight + 2, innerHeight * 0.3)}px`;
    const left = page.max_characters - this.text.value.trim().length;
    $("left").textContent = left < 0 ? say("too_long", { n: -left }) : left < NEAR ? say("near_limit", { n: left }) : "";
    $("left").classList.toggle("over", left < 0);
    $("send").disabled = left < 0;
    if (typed && this.text.value.trim() && Date.now() - this.lastTyping > TYPING_EVERY) {
      this.lastTyping = Date.now();
      this.actions.typing(this.conversation);
    }
  }

  send() {
    const text = this.text.value.trim();
    if (!text || text.length > page.max_characters || !this.conversation) return;
    if (this.canned && text === this.canned) { // a second press sends it as it is
      this.canned = null;
      adapt("canned_anyway");
      return;
    }
    this.canned = null;
    adapt(null);
    this.actions.write(this.conversation, text, this.offer);
    this.text.value = "";
    this.offer = null;
    this.lastTyping = 0;
    this.drafts.delete(this.conversation);
    this.drawOffer();
    this.changed(false);
    this.text.focus();
  }

  // A ready sentence, with what must be filled in selected. It wants to be made one's own before it goes.
  ready(words) {
    this.insertText(words);
    this.canned = this.text.value.trim();
    adapt("canned_adapt");
    const gap = /\[[^\]]+\]/.exec(this.text.value);
    if (gap) this.text.setSelectionRange(gap.index, gap.index + gap[0].length);
  }

  insertText(words) {
    const { selectionStart: from, selectionEnd: to, value } = this.text;
    const gap = from && !/\s$/.test(value.slice(0, from)) ? "\n" : "";
    this.text.setRangeText(gap + words, from, to, "end");
    this.changed(true);
    this.text.focus();
  }

  // A card never goes alone: a sentence says why it comes, and waits here to be made one's own.
  attach(offer) {
    this.offer = offer;
    if (!this.text.value.trim()) this.text.value = say("card_default");
    this.drawOffer();
    this.changed(true);
    this.text.focus();
    this.text.select();
  }

  drawOffer() {
    const place = $("attached");
    place.hidden = !this.offer;
    place.replaceChildren();
    if (!this.offer) return;
    place.append(h("span", {}, say("card_attached", { name: this.offer.name })),
      h("button", { type: "button", class: "quiet", onclick: () => { this.offer = null; this.drawOffer(); this.text.focus(); } },
        say("card_remove")));
  }
}
