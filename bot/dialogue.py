"""What is the next thing to say, given what has been told?

Pure: facts and an understanding in, changed facts and the keys of texts out. The rules (`bot/rules`) decide which
move answers which intent; here is only what a move does. People are asked at most two things, none twice.
"""

from __future__ import annotations

from bot.facts import age_band, fresh

# Steps: where the conversation is. A rule may depend on them.
HEARD, ASKED_ABOUT, ASKED_AGE, OFFERED, ASKED_WHY_NOT, HELPED, LISTENING, ASKED_DANGER, ASKED_HUMAN, CRISIS = (
    "heard", "asked_about", "asked_age", "offered", "asked_why_not", "helped", "listening", "asked_danger",
    "asked_human", "crisis")
ABOUT_DANGER = (ASKED_DANGER, CRISIS)  # where a "no" is an answer to whether there is danger
NO_TROUBLE = ("smalltalk", "udenfor_emne")
SURE = 0.5  # a topic less likely than this is a guess
ABOUT_BY_AUDIENCE = {"foraelder": "child", "fagperson": "pupil"}
# Troubles that one has with others: "min mor" or "min kæreste" does not make them somebody else's.
WITH_OTHERS = ("foraeldre_alkohol_misbrug", "psykisk_syg_foraelder", "skilsmisse_familiekonflikt", "vold_i_hjemmet",
               "kaereste_venner", "mobning", "sorg", "ensomhed", "andet")
# What starting over does not wipe: danger, what was refused, and what keeps the robot from repeating itself.
KEPT_AT_START = ("danger", "danger_kind", "crisis_told", "masked_told", "said", "refused", "language", "at",
                 "letters_suggested")


def learned(facts: dict, understanding: dict) -> dict:
    """The facts with what this message told. A clear new topic comes first; what was said before is kept."""
    facts, intent = dict(facts), understanding.get("intent")
    topics = _told_topics(facts, understanding)
    known = [t for t in facts["topics"] if t != "andet"]
    if topics and topics != ["andet"]:
        facts["topics"] = list(dict.fromkeys([*(t for t in topics if t != "andet"), *known]))[:4]
    elif topics and not known:
        facts["topics"] = ["andet"]
    audience = understanding.get("audience", "ukendt")
    about = understanding.get("about")
    # Who writes, once known, is not changed by how a later sentence sounds: only by words that say it.
    says_so = facts["about"] is None and about in ("child", "pupil") and ABOUT_BY_AUDIENCE.get(audience) == about
    if says_so or (facts["audience"] == "ukendt" and (audience in ABOUT_BY_AUDIENCE or (audience == "ung" and topics))):
        facts["audience"] = audience
        facts["about"] = facts["about"] or ABOUT_BY_AUDIENCE.get(audience)
    if about and facts["step"] != CRISIS and (intent == "om" or facts["step"] == ASKED_ABOUT):
        facts = with_about(facts, about)
    elif about == "other" and facts["about"] is None and topics and not set(topics) & set(WITH_OTHERS):
        facts["about"] = "other"
    if understanding.get("age") is not None:
        facts = with_age(facts, int(understanding["age"]))
    if understanding.get("language"):
        facts["language"] = understanding["language"]
    return facts


def _told_topics(facts: dict, understanding: dict) -> list[str]:
    """The troubles of this message. A guess does not push aside what was told before."""
    topics = [t for t in understanding.get("topics", ()) if t not in NO_TROUBLE]
    first = next(iter(understanding.get("topic_scores") or ()), 1.0)
    troubled = understanding.get("intent") in (None, *topics) or str(understanding.get("intent")).endswith("_fare")
    return topics if first >= SURE or (troubled and not facts["topics"]) else []


def with_age(facts: dict, age: int) -> dict:
    return facts | {"age": age, "age_band": age_band(age)}


def with_about(facts: dict, about: str) -> dict:
    audience = {"self": "ung", "other": "ung", "child": "foraelder", "pupil": "fagperson"}[about]
    return facts | {"about": about, "audience": audience}


def asked(facts: dict, question: str, step: str | None) -> dict:
    return facts | {"asked": [*facts["asked"], question], "step": step}


def started_over(facts: dict) -> dict:
    """As at the beginning, but for danger and what was refused: neither is undone by a wish."""
    kept = {key: facts[key] for key in KEPT_AT_START if key in facts}
    told = [question for question in facts.get("asked", ()) if question.startswith("said:")]
    return fresh(**kept) | {"shown": list(facts.get("refused", ())), "asked": told}


def next_question(facts: dict) -> str | None:
    """The one thing still worth asking before offers: "about", "age", "child_age", or None. Never one twice."""
    if facts["about"] is None and facts["audience"] in ("ukendt",) and "about" not in facts["asked"]:
        return "about"
    if facts["age"] is None and facts["audience"] != "fagperson":
        question = "child_age" if facts["audience"] == "foraelder" else "age"
        if question not in facts["asked"]:
            return question
    return None


def main_topic(facts: dict) -> str:
    return facts["topics"][0] if facts["topics"] else "andet"


def impossible_moves(facts: dict) -> list[str]:
    """The moves of a talk that make no sense at this point, whatever the words look like."""
    moves = ["forlad_koe"]  # the robot is not asked while somebody is in the queue
    if not facts["shown"]:
        moves += ["ikke_for_mig", "andet_forslag", "hjalp"]
    if facts["step"] != CRISIS:
        moves += ["i_sikkerhed", "ikke_i_sikkerhed"]
    return moves
