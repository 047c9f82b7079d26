"""Which need do these facts make? (What `knowledge.routing` is asked for.)"""

from __future__ import annotations

from datetime import datetime

from knowledge.routing import Need


def need_from(facts: dict, municipality: str, now: datetime, faq: str | None = None,
              sure: bool = True, counsellor_ready: bool | None = None) -> Need:
    """The need of the one who shall get help. A parent's told age is the child's, not the parent's."""
    parent = facts.get("audience") == "foraelder"
    age = facts.get("age")
    return Need(
        topics=tuple(facts.get("topics") or ()), risk=facts.get("danger") or "ingen",
        audience=facts.get("audience") or "ukendt", age=None if parent else age,
        child_age=age if parent else None, municipality=municipality, now=now,
        refused=tuple((*facts.get("refused", ()), *facts.get("shown", ()))) if facts.get("refused") else (),
        not_for_me=tuple(facts.get("not_for_me", ())), wants_human=bool(facts.get("wants_human")), faq=faq,
        danger=facts.get("danger_kind"), sure=sure, counsellor_ready=counsellor_ready)
