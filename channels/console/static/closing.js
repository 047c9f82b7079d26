// How did it end? The anonymous form, prefilled with what is known: three clicks are usual, five the most.

import { $, h, page, say } from "./dom.js";

const FEW = 3; // topics that stand as buttons; the others are in a list

export class Closing {
  constructor(send) {
    this.send = send;
    this.form = $("form");
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.done(); });
  }

  hide() {
    this.form.hidden = true;
    this.form.replaceChildren();
  }

  show(known) {
    this.known = known;
    this.answers = { topic: known.topic, age_band: known.age_band, suggested: known.suggested.map((offer) => offer.id),
      outcome: null, underretning: null };
    const topics = [known.topic, "kaereste_venner", "ensomhed", "andet"].filter((t, n, all) => t && all.indexOf(t) === n).slice(0, FEW);
    this.told = h("p", { class: "small", role: "status" });
    this.form.replaceChildren(...[
      h("h2", { id: "form-title" }, say("form_title")), h("p", { class: "small" }, say("form_hint")),
      this.one("topic", say("form_topic"), topics.map((t) => [t, page.topics[t]]), this.more()),
      this.one("age_band", say("form_age"), [...Object.entries(page.age_bands), [null, say("form_age_unknown")]]),
      known.suggested.length > 0 && this.many(),
      this.one("outcome", say("form_outcome"), Object.entries(page.outcomes)),
      this.one("underretning", say("form_underretning"), [[true, say("form_yes")], [false, say("form_no")]]),
      this.told, h("button", { class: "primary", id: "form-send" }, say("form_send"))].filter(Boolean));
    this.form.hidden = false;
    this.check();
  }

  one(name, title, choices, more = null) {
    const set = h("fieldset", { "data-name": name }, h("legend", {}, title));
    const row = h("div", { class: "answers" }, choices.map(([value, label], n) => {
      const input = h("input", { type: "radio", name, id: `${name}-${n}`, checked: this.answers[name] === value && value !== null,
        onchange: () => { this.answers[name] = value; if (more) more.value = ""; this.check(); } });
      return h("label", { class: "answer", for: `${name}-${n}` }, input, h("span", {}, label));
    }), more);
    set.append(row);
    return set;
  }

  more() {
    const list = h("select", { "aria-label": say("form_more") }, h("option", { value: "" }, say("form_more")),
      Object.entries(page.topics).map(([code, label]) => h("option", { value: code }, label)));
    list.addEventListener("change", () => {
      if (!list.value) return;
      this.answers.topic = list.value;
      for (const input of this.form.querySelectorAll("[name=topic]")) input.checked = false;
      this.check();
    });
    return list;
  }

  many() {
    return h("fieldset", {}, h("legend", {}, say("form_suggested")), h("div", { class: "answers" },
      this.known.suggested.map((offer, n) => h("label", { class: "answer", for: `offer-${n}` },
        h("input", { type: "checkbox", id: `offer-${n}`, checked: true, onchange: (event) => {
          const kept = this.answers.suggested.filter((id) => id !== offer.id);
          this.answers.suggested = event.target.checked ? [...kept, offer.id] : kept;
        } }), h("span", {}, offer.name)))));
  }

  check() {
    $("form-send").disabled = !(this.answers.topic && this.answers.outcome && this.answers.underretning !== null);
  }

  done() {
    this.send({ conversation: this.known.conversation, ...this.answers });
  }

  formed() {
    this.form.replaceChildren(h("p", { role: "status" }, say("form_done")));
  }

  refused(text) {
    if (this.told) this.told.textContent = text;
  }
}
