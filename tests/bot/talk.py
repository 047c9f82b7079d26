"""What the tests of the one door share: somebody who writes, what stands in the thread, and who two counsellors are."""

import itertools

from bot.accounts import Counsellor
from bot.gateway import Incoming

ids = (f"m{n}" for n in itertools.count())
ANNA, BO = Counsellor(1, "anna", "Anna", "raadgiver"), Counsellor(2, "bo", "Bo", "raadgiver")


async def write(gateway, token, text, **more):
    receipt = await gateway.receive(Incoming(token, more.pop("client_id", next(ids)), text, **more))
    await gateway.answering.settled()
    return receipt


async def thread(gateway, token):
    return (await gateway.messages(token))[1]


async def said(gateway, token, author):
    return [m.body["text"] for m in await thread(gateway, token) if m.author == author]
