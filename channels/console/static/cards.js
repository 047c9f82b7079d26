// How does an offer look at the desk?

import { h, say } from "./dom.js";

export function card(offer, folded = false) {
  const facts = h("dl", { class: "pairs" },
    [["card_why", offer.why], ["card_next", offer.next_step], ["card_reach", offer.reach]].filter(([, text]) => text)
      .map(([key, text]) => h("div", {}, h("dt", {}, say(key)), h("dd", {}, text))));
  const name = [h("b", {}, offer.name), offer.organisation && h("span", { class: "small" }, offer.organisation),
    offer.open_now && h("span", { class: "tag" }, say("open_now"))];
  if (!folded) return h("div", { class: "offer" }, h("p", { class: "offer-name" }, name), facts);
  return h("details", { class: "offer folded" }, h("summary", { class: "offer-name" }, name), facts);
}

// For those who would rather write it in their own words, or whose channel has no cards.
export function asText(offer) {
  return [offer.name, offer.why, offer.reach].filter(Boolean).join("\n");
}
