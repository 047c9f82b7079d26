"""Which offer of each kind suits this person, and which of them can be used now?"""
from __future__ import annotations

from knowledge import wording
from knowledge.catalogue import Snapshot, View
from knowledge.hours import COPENHAGEN
from knowledge.municipality import Municipality
from knowledge.need import COUNSELLOR, DANGER, LETTERBOX, REMOTE, SERVES, Need, Suggestion, reader_of
from knowledge.offer import Offer


class Picker:
    """Chooses offers for the kinds, one of each, and keeps a usable way among them."""

    def __init__(self, state: Snapshot, place: Municipality, need: Need):
        self.state, self.place, self.need = state, place, need
        self.view: View = state.view(place.id, need.now.astimezone(COPENHAGEN).date(), need.audience == "fagperson")
        self.rules = state.routing
        self.refused_kinds = {self.view.by_id[i].kind for i in need.refused if i in self.view.by_id}

    def choose(self, kinds: list[str], limit: int) -> list[Offer]:
        chosen: list[Offer] = []
        for kind in kinds:
            if len(chosen) == limit:
                break
            found = next((o for o in self._of_kind(kind) if o not in chosen), None)
            if found:
                chosen.append(found)
        if not chosen:
            chosen = self._of_kind(COUNSELLOR, last_resort=True)[:1]
        return self._with_open_way(self._order(chosen), limit)

    def _order(self, chosen: list[Offer]) -> list[Offer]:
        need = self.need
        if need.risk == "hoej" and chosen and chosen[0].here and not self._counsellor_open():
            # Serious, and nobody sits here: a line that answers now comes before a window that does not.
            chosen.sort(key=lambda o: not self.open_now(o))
        if need.anonymous and need.risk not in DANGER:
            chosen.sort(key=lambda o: o.anonymous is not True and not o.here)
        if need.formats and need.risk not in DANGER:
            chosen.sort(key=lambda o: not set(need.formats) & set(o.formats))
        return chosen

    def _of_kind(self, kind: str, last_resort: bool = False) -> list[Offer]:
        need = self.need
        fitting = [o for o in self.view.by_kind.get(kind, ()) if self._fits(o, last_resort)]
        topics = need.topics or ("andet",)
        if kind in self.rules["topic_bound"]:
            fitting = [o for o in fitting if set(topics) & set(o.topics)]
        if kind == "akuthjaelp":
            return self._emergency(fitting)
        if kind == "krisecenter_vold":
            fitting = [o for o in fitting if set(topics) & set(o.topics)] or fitting
        if kind in self.refused_kinds and not last_resort and "tried" in need.not_for_me:
            return []
        lines = set(self.place.crisis.values())
        return sorted(fitting, key=lambda o: (not o.local, need.risk in DANGER and o.to_confirm, o.id not in lines,
                                              _closeness(o, topics), o.to_confirm))

    def _emergency(self, fitting: list[Offer]) -> list[Offer]:
        """112 first; the doctor's line only while it is open."""
        order = [self.place.crisis["alarm"], self.place.crisis["doctor"]]
        usable = (o for o in fitting if o.id == order[0] or o.id == order[1] and self.open_now(o))
        return sorted(usable, key=lambda o: order.index(o.id))

    def _fits(self, offer: Offer, last_resort: bool) -> bool:
        need = self.need
        if not SERVES.get(need.audience, SERVES["ukendt"]) & set(offer.audiences):
            return False
        if need.audience != "foraelder" and not offer.for_age(need.age):
            return False
        if need.audience == "foraelder" and not offer.for_child_age(need.child_age):
            return False
        if last_resort:
            return True
        if offer.id in need.refused or (need.anonymous and offer.anonymous is False and need.risk not in DANGER):
            return False
        if "no_groups" in need.not_for_me and self._only_a_group(offer):
            return False
        return not ("too_far" in need.not_for_me and not (offer.here or set(offer.formats) & REMOTE))

    def _only_a_group(self, offer: Offer) -> bool:
        meets = set(offer.formats) - {"fysisk"}
        return meets == {"gruppe"} or (offer.kind in self.rules["groups"] and "gruppe" in meets and len(meets) == 1)

    def _counsellor_open(self) -> bool:
        if self.need.counsellor_ready is not None:
            return self.need.counsellor_ready
        hours = self.place.counsellor_hours
        return bool(hours and hours.open_at(self.need.now))

    def open_now(self, offer: Offer) -> bool:
        if offer.here:
            return self._counsellor_open()
        return any(c.public and c.hours and c.hours.open_at(self.need.now) for c in offer.contacts)

    def reachable_now(self, offer: Offer) -> bool:
        return offer.here or (offer.kind == LETTERBOX and offer.local) or self.open_now(offer)

    def _with_open_way(self, chosen: list[Offer], limit: int) -> list[Offer]:
        """Somebody who answers now takes the last place when nobody chosen does; the counsellor stays at least."""
        if any(self.open_now(o) for o in chosen):
            return chosen
        alarm = self.view.by_id.get(self.place.crisis["alarm"]) if self.need.risk in DANGER else None
        for offer in (*self._open_lines(), *([alarm] if alarm else [])):
            if self._fits(offer, last_resort=False):
                return [*chosen[:max(1, limit - 1)], offer][:limit]
        if not any(self.reachable_now(o) for o in chosen):
            human = self._of_kind(COUNSELLOR, last_resort=True)[:1]
            return [*chosen[:limit - len(human)], *human] if limit > 1 else human
        return chosen

    def _open_lines(self) -> list[Offer]:
        """Lines that answer at this moment, the gentlest first; emergency numbers are no everyday suggestion."""
        names = ("child_line", "suicide_line") if self.need.risk in DANGER else ("child_line",)
        lines = [self.view.by_id[i] for name in names if (i := self.place.crisis[name]) in self.view.by_id]
        return [line for line in lines if self.open_now(line)]

    def say(self, offer: Offer) -> Suggestion:
        texts, need = self.state.texts, self.need
        reader = reader_of(need)
        serious = need.risk in DANGER or bool(set(need.topics) & set(self.rules["duty_topics"]))
        if offer.here:
            lines = [line for line in self._open_lines() if self._fits(line, False)]
            told = wording.reach_here(texts, self.place, need.counsellor_ready, lines, need.now)
        else:
            told = wording.reach(texts, offer, need.now)
        return Suggestion(offer, offer.kind or "", wording.why(texts, offer, need.topics, reader),
                          wording.next_step(texts, offer, self.place, reader, need.age, serious), told,
                          self.open_now(offer), self.reachable_now(offer))


def _closeness(offer: Offer, topics: tuple[str, ...]) -> int:
    """How near the offer's topics are to the need's first topic; the offer's main topic comes first in its list."""
    places = [offer.topics.index(t) + 20 * n for n, t in enumerate(topics) if t in offer.topics]
    nearest = min(places, default=1000)
    # A team for everything beats a special course whose main matter is another one.
    return nearest if nearest == 0 or offer.role in ("handoff_team", "channel") else nearest + 1000
