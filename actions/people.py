"""How does somebody reach a human, a letter, or leave the queue?"""

from __future__ import annotations

from rasa_sdk import Action

from actions import turn
from actions.wording import say


class ActionRequestCounsellor(Action):
    """A human please: the gateway is asked to put the conversation in the queue, and says what happens."""

    def name(self) -> str:
        return "action_request_counsellor"

    def run(self, dispatcher, tracker, domain):
        known = turn.facts(tracker) | {"wants_human": True}
        say(dispatcher, known, "utter_human_soon")
        return turn.keep(known, "request_counsellor")


class ActionWriteLetter(Action):
    """Rather a letter."""

    def name(self) -> str:
        return "action_write_letter"

    def run(self, dispatcher, tracker, domain):
        known = turn.facts(tracker)
        again = "letter" in known["asked"]
        say(dispatcher, known, "utter_letter_again" if again else "utter_letter")
        return turn.keep(known | {"asked": [*known["asked"], "letter"]}, "letter")


class ActionLeaveQueue(Action):
    """Out of the queue, back to the robot."""

    def name(self) -> str:
        return "action_leave_queue"

    def run(self, dispatcher, tracker, domain):
        known = turn.facts(tracker)
        say(dispatcher, known, "utter_not_in_queue")  # the robot is only asked outside of the queue
        return turn.keep(known, "leave_queue")
