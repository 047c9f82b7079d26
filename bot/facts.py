"""What has the young person told so far, as the robot may use it?

Facts are plain JSON kept with the conversation (sealed). Nothing here is guessed: each value was said or tapped.
"""

from __future__ import annotations

AGE_BANDS = ((0, 12, "under13"), (13, 15, "13-15"), (16, 17, "16-17"), (18, 20, "18-20"), (21, 25, "21-25"),
             (26, 120, "over25"))

EMPTY: dict = {
    "topics": [],          # best first, as understood
    "audience": "ukendt",  # ung, foraelder, fagperson, ukendt
    "about": None,         # self, other, child, pupil
    "age": None,           # of the one who shall get help, in years; the middle of a tapped band
    "age_band": None,
    "step": None,          # where the conversation is: see bot/rules
    "asked": [],           # questions that were put already; none is put twice
    "shown": [],           # ids of offers
    "refused": [],
    "chosen": [],
    "not_for_me": [],      # too_far, no_groups, tried
    "language": "da",
    "at": None,            # local time of the robot's last answer, ISO 8601
    "shown_for": [],       # topics that offers were shown for
    "whys": [],            # name and reason of each card that was shown last
    "in_course": False,    # gets help somewhere already
    "wants_human": False,
    "not_understood": 0,   # times in a row
}


def fresh(**told: object) -> dict:
    return {key: list(value) if isinstance(value, list) else value for key, value in EMPTY.items()} | told


def age_band(age: int | None) -> str | None:
    """The band that statistics may hold; None when no age was told."""
    if age is None:
        return None
    return next((name for low, high, name in AGE_BANDS if low <= age <= high), None)
