// What does the counsellor know of this conversation, and which help could be offered?

import { $, h, onDay, at, page, say } from "./dom.js";
import { card } from "./cards.js";

export class Panel {
  constructor(actions) {
    this.actions = actions;
    this.about = null;
    $("search").addEventListener("submit", (event) => { event.preventDefault(); this.ask(); });
    $("words").addEventListener("input", () => {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.ask(), 250);
    });
    this.show(null);
  }

  show(about) {
    const other = about?.id !== this.about?.id, could = this.canInsert;
    this.about = about;
    for (const place of document.querySelectorAll(".underretning")) {
      place.hidden = place.dataset.place !== (about?.municipality ?? page.municipality);
    }
    $("danger-words").replaceChildren(about ? this.danger(about) : h("p", { class: "small" }, say("no_facts")));
    $("facts").replaceChildren(about ? this.facts(about) : h("p", { class: "small" }, say("no_facts")));
    $("words").disabled = !about;
    if (other) {
      $("words").value = "";
      $("offers").replaceChildren();
      $("offers-told").textContent = "";
      if (about) this.ask();
    } else if (could !== this.canInsert) this.offers(this.found ?? { words: "", offers: [] });
  }

  get canInsert() {
    return Boolean(this.about?.may.includes("write"));
  }

  danger(about) {
    return h("div", { class: `danger level-${about.danger}` },
      h("p", { class: "level" }, h("span", { class: "level-mark", "aria-hidden": "true" }), h("b", {}, page.levels[about.danger])),
      about.reasons.length ? h("ul", {}, about.reasons.map((reason) => h("li", {}, reason)))
        : h("p", { class: "small" }, say("no_reasons")));
  }

  facts(about) {
    const row = (key, value) => h("div", {}, h("dt", {}, say(key)), h("dd", {}, value));
    const told = [["fact_topics", about.topics.join(", ")], ["fact_audience", about.audience === say("unknown") ? "" : about.audience],
      ["fact_about", about.about], ["fact_age", about.age_band]];
    const untold = told.filter(([, value]) => !value).map(([key]) => say(key).toLowerCase());
    const seen = h("ul", { class: "plain" }, about.offers.map((offer) => h("li", { class: offer.refused ? "refused" : null },
      offer.name, offer.refused && h("span", { class: "small" }, ` (${say("fact_refused")})`),
      offer.chosen && h("span", { class: "small" }, ` (${say("fact_chosen")})`))));
    return h("div", {}, h("dl", { class: "pairs" },
      told.filter(([, value]) => value).map(([key, value]) => row(key, value)),
      typeof about.safe === "boolean" && row("fact_safe", say(about.safe ? "fact_safe_yes" : "fact_safe_no")),
      about.in_course && row("fact_in_course", say("fact_in_course_yes")),
      about.language && row("fact_language", about.language),
      about.offers.length > 0 && row("fact_offers", seen),
      about.not_for_me.length > 0 && row("fact_not_for_me", about.not_for_me.join(", ")),
      row("fact_team", about.team),
      row("fact_started", `${onDay(about.created_at)} ${at(about.created_at)}, ${[about.channel, page.places[about.municipality]].join(", ")}`)),
    untold.length > 0 && h("p", { class: "small untold" }, say("untold", { what: untold.join(", ") })), this.teams(about));
  }

  // Another team takes over only when the visitor has said yes in writing: here they can be asked.
  teams(about) {
    if (about.team_asked) return h("p", { class: "small" }, say("team_asked", { team: about.team_asked }));
    if (!about.may.includes("write")) return null;
    return h("div", { class: "offer-moves" }, about.teams.map((team) => h("button", { class: "quiet", "data-team": team.id,
      onclick: () => this.actions.askTeam(team) }, say("team_ask", { team: team.name }))));
  }

  ask() {
    if (!this.about) return;
    this.asked = $("words").value.trim();
    $("offers-told").textContent = say("offers_searching");
    this.actions.search(this.about.id, this.asked);
  }

  offers(frame) {
    if (frame.conversation && (frame.conversation !== this.about?.id || frame.words !== this.asked)) return;
    this.found = frame;
    const found = frame.offers;
    $("offers-told").textContent = !found.length ? say("offers_none")
      : frame.words ? say("offers_found", { n: found.length }) : say("offers_suggested");
    $("offers").replaceChildren(...found.map((offer) => h("li", {}, card(offer, true),
      this.canInsert && h("div", { class: "offer-moves" },
        h("button", { class: "quiet", onclick: () => this.actions.insertCard(offer), "aria-label": `${say("insert_card")}: ${offer.name}` }, say("insert_card")),
        h("button", { class: "quiet", onclick: () => this.actions.insertText(offer), "aria-label": `${say("insert_text")}: ${offer.name}` }, say("insert_text"))))));
  }

  refused(text) {
    $("offers-told").textContent = text;
  }
}
