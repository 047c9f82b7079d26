"""What stands in the lists of a desk now?"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime

from anyio import to_thread

from bot.accounts import Counsellor
from bot.conversation import CLOSED, LEVELS
from bot.letter_desk import LetterDesk
from bot.store import NotFound
from channels.console import view

TOGETHER_SECONDS = 0.1  # a burst of notices is one overview


async def overview(console, me: Counsellor) -> dict:
    """The frame with every list, and who else is at a desk. Several windows of one counsellor, which hear the same
    notice and wait the same moment, share one reading."""
    now = asyncio.get_running_loop().time()
    started, task = console.overviews.get(me.id, (0.0, None))
    if task is None or now - started >= 0.9 * TOGETHER_SECONDS:
        task = asyncio.create_task(_read(console, me))
        console.overviews[me.id] = (now, task)
    return await asyncio.shield(task)


async def _read(console, me: Counsellor) -> dict:
    found, now = await console.desk.overview(me), console.parts.clock()
    # Closed by a counsellor: nobody has to write first any more. The worst and the latest come first.
    alone = [c for c in found["danger"] if c.state != CLOSED]
    found["danger"] = sorted(alone, key=lambda c: (-LEVELS.index(c.danger), -c.last_at.timestamp()))
    lists = await to_thread.run_sync(_lists, console, me, found, now)
    letters = await to_thread.run_sync(LetterDesk(console.parts, console.gateway.letters).waiting, me)
    # Read last and in one go: a pause that came while the lists were read must not be told half.
    presence = console.parts.presence
    present = presence.present(now)
    return dict(type="overview", now=view.millis(now), present=len(present), letters=letters,
                colleagues=[{"id": c, "name": console.name_of(c)} for c in present if c != me.id],
                paused=presence.is_paused(me.id), **lists)


def _lists(console, me: Counsellor, found: dict, now: datetime) -> dict:
    filled = console.desk.forms.closed_by(me.id, now)
    found["closed"] = []
    for conversation in filled:
        with contextlib.suppress(NotFound):
            found["closed"].append(console.parts.store.get(conversation))
    labels = console.notes.labels([c.id for conversations in found.values() for c in conversations])
    lists = {name: [view.brief(c, me, console.words) | {"labels": labels.get(c.id, [])} for c in conversations]
             for name, conversations in found.items()}
    for row in lists["closed"]:
        row["owes_form"] = not filled[row["id"]]
    for row, conversation in zip(lists.get("others", ()), found.get("others", ()), strict=True):
        row["owner"] = console.name_of(conversation.owner)
    return lists
