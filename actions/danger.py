"""How is danger met when the robot itself hears of it, and how does the talk go on after the crisis reply?

The crisis reply proper is the front door's (`bot/crisis.py`) and needs no robot.
"""

from __future__ import annotations

from rasa_sdk import Action

from actions import turn
from actions.hear import go_on, respond
from actions.wording import say
from bot.crisis import open_lines
from bot.dialogue import ASKED_DANGER, CRISIS, HEARD, LISTENING
from bot.place import fill
from knowledge import municipality as municipalities
from nlu.vocabulary import DANGER


class ActionCrisis(Action):
    """Danger, said in answer to a question, or when Rasa is used without the gateway (`rasa shell`)."""

    def name(self) -> str:
        return "action_crisis"

    def run(self, dispatcher, tracker, domain):
        level = "akut" if turn.understanding(tracker)["intent"] == "fare_akut" else "hoej"
        place, known = municipalities.load(turn.municipality(tracker)), turn.facts(tracker)
        say(dispatcher, known, f"utter_crisis_{level}", **fill(place))
        say(dispatcher, known, f"utter_crisis_lines_{level}",
            lines=open_lines(place, None, turn.now(tracker), known["audience"]))
        return turn.keep(known | {"step": CRISIS, "danger": level}, f"danger:{level}")


class ActionUnsure(Action):
    """It may be grave, it may not: asked kindly and once instead of guessed."""

    def name(self) -> str:
        return "action_unsure"

    def run(self, dispatcher, tracker, domain):
        before, known = turn.before(tracker), turn.facts(tracker)
        if "danger" in known["asked"]:
            if known["step"] == LISTENING or not known["topics"]:
                return go_on(dispatcher, tracker, known)
            return respond(dispatcher, tracker, known, before)
        say(dispatcher, known, "utter_unsure")
        return turn.keep(known | {"asked": [*known["asked"], "danger"], "step": ASKED_DANGER,
                                  "listening": known["step"] == LISTENING})


class ActionNotInDanger(Action):
    """No danger after all: taken as said, and the trouble itself is heard."""

    def name(self) -> str:
        return "action_not_in_danger"

    def run(self, dispatcher, tracker, domain):
        before, known = turn.before(tracker), turn.facts(tracker)
        say(dispatcher, known, "utter_not_in_danger")
        if known.pop("listening", False):
            return turn.keep(known | {"step": LISTENING})
        known["step"] = None
        if known["topics"]:
            return respond(dispatcher, tracker, known, before)
        return go_on(dispatcher, tracker, known)


class ActionDangerUnknown(Action):
    """"Ved ikke" to the question about danger: taken seriously."""

    def name(self) -> str:
        return "action_danger_unknown"

    def run(self, dispatcher, tracker, domain):
        known = turn.facts(tracker)
        say(dispatcher, known, "utter_danger_unknown")
        return turn.keep(known | {"step": CRISIS})


class ActionCrisisStep(Action):
    """After the crisis reply: safe or not safe is answered, all else is heard; it never ends with a list.

    A bare yes or no may answer any of the questions that were put, so it is asked once which.
    """

    def name(self) -> str:
        return "action_crisis_step"

    def run(self, dispatcher, tracker, domain):
        before, known, intent = turn.before(tracker), turn.facts(tracker), turn.understanding(tracker)["intent"]
        if before["step"] not in (CRISIS, ASKED_DANGER) and known.get("danger") not in DANGER:
            return self._unasked(dispatcher, tracker, known, intent)
        known["step"] = CRISIS
        if intent in ("hilsen", "nlu_fallback") and turn.is_back(before, turn.now(tracker)):
            return turn.keep(known)  # they were greeted with the question that counts
        if known.pop("crisis_asked", False):
            intent = {"ja": "i_sikkerhed", "nej": "ikke_i_sikkerhed"}.get(intent, intent)
        if intent in ("ikke_i_sikkerhed", "i_fare"):
            say(dispatcher, known, "utter_crisis_not_safe")
            return turn.keep(known | {"safe": False}, "danger:akut", "request_counsellor")
        if intent in ("i_sikkerhed", "ikke_i_fare", "har_det_godt") and not known.get("safe"):
            say(dispatcher, known, "utter_crisis_safe")
            known["safe"] = True
        elif intent in ("ja", "nej") and "crisis_which" not in known["asked"]:
            say(dispatcher, known, "utter_crisis_yes_or_no")
            known |= {"crisis_asked": True, "asked": [*known["asked"], "crisis_which"]}
        else:
            say(dispatcher, known, "utter_crisis_after" if known.get("safe") else "utter_crisis_more")
        return turn.keep(known)

    @staticmethod
    def _unasked(dispatcher, tracker, known: dict, intent: str):
        """Safe, or not safe, out of the blue: the one is told like anything else, the other is asked about."""
        if intent == "ikke_i_sikkerhed" and "danger" not in known["asked"]:
            say(dispatcher, known, "utter_unsure")
            return turn.keep(known | {"asked": [*known["asked"], "danger"], "step": ASKED_DANGER})
        if known["step"] == HEARD:
            say(dispatcher, known, "utter_more")
        return go_on(dispatcher, tracker, known)
