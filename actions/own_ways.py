"""What is said to those on a way of their own: back or over again, in an offer already, afraid of a case, at work?"""

from __future__ import annotations

from rasa_sdk import Action

from actions import offers, turn
from actions.hear import go_on
from actions.wording import say
from bot.dialogue import CRISIS, HEARD, LISTENING, started_over, with_about
from bot.incoming import fold
from bot.place import phrases
from knowledge import municipality as municipalities


class ActionStartOver(Action):
    """One step back, or over again. Danger stays known, and so does what was refused."""

    def name(self) -> str:
        return "action_start_over"

    def run(self, dispatcher, tracker, domain):
        known, words = turn.facts(tracker), set(fold(turn.text(tracker)).split())
        if words & set(phrases()["words_for_back"]) and not words & set(phrases()["words_for_over"]):
            say(dispatcher, known, "utter_tilbage")
            return turn.keep(known | {"step": None})
        say(dispatcher, known, "utter_start_forfra")
        return turn.keep(started_over(turn.before(tracker)) | {"at": known["at"]})


class ActionInCourse(Action):
    """Gets help somewhere already: what is missing?"""

    def name(self) -> str:
        return "action_in_course"

    def run(self, dispatcher, tracker, domain):
        before, known = turn.before(tracker), turn.facts(tracker)
        if before["in_course"] or known["step"] == LISTENING:
            return go_on(dispatcher, tracker, known)
        say(dispatcher, known, "utter_er_i_forloeb")
        return turn.keep(known | {"in_course": True, "asked": [*known["asked"], "open"],
                                  "step": HEARD if known["topics"] else None})


class ActionFearOfCase(Action):
    """A parent is afraid that asking makes a case."""

    def name(self) -> str:
        return "action_fear_of_case"

    def run(self, dispatcher, tracker, domain):
        known = turn.facts(tracker)
        if known["about"] is None and known["audience"] in ("ukendt", "foraelder"):
            known = with_about(known, "child")
        say(dispatcher, known, "utter_frygt_for_sag")
        return turn.keep(known)


class ActionProcedure(Action):
    """A professional asks how to notify: the municipality's own procedure, and where to find what there is."""

    def name(self) -> str:
        return "action_procedure"

    def run(self, dispatcher, tracker, domain):
        known = turn.facts(tracker)
        if known["step"] != CRISIS and known["about"] is None:
            known = with_about(known, "pupil")
        if "procedure" in known["asked"]:
            say(dispatcher, known, "utter_procedure_again")
            return turn.keep(known)
        name = turn.municipality(tracker)
        settings = municipalities.load(name).underretning
        say(dispatcher, known, "utter_underretning_fagperson", receiver=settings["receiver"],
            after_hours=settings["after_hours"])
        say(dispatcher, known, "utter_procedure_steps",
            steps="\n".join(phrases()["step_line"].format(step=step) for step in settings["steps"]))
        dispatcher.utter_message(json_message={"cards": [offers.search_card(name)]})
        say(dispatcher, known, "utter_procedure_next")
        return turn.keep(known | {"asked": [*known["asked"], "procedure"]})
