"""How do the processes of this house stay alive?

The front door and the robot are children of one supervisor. A child that dies is started again after a pause that
doubles up to 30 seconds; the other one is not touched.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.settings import ROOT

log = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS = 0.5, 30.0, 60.0


@dataclass
class Child:
    """One process that shall run. `pause` is how long to wait before the next start, in seconds."""

    name: str
    command: Sequence[str]
    pause: float = FIRST_PAUSE
    process: asyncio.subprocess.Process | None = field(default=None, repr=False)

    def next_pause(self, lived_seconds: float) -> float:
        """The pause after a life of that length: short again after a steady one, else doubled."""
        if lived_seconds >= STEADY_SECONDS:
            self.pause = FIRST_PAUSE
        pause, self.pause = self.pause, min(self.pause * 2, LONGEST_PAUSE)
        return pause


class Supervisor:
    """Starts the children, restarts them, and ends them all when it is told to stop."""

    def __init__(self, children: Sequence[Child], pid_folder: Path | None = None):
        self._children = children
        self._pids = pid_folder
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until SIGINT or SIGTERM."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopping.set)
        keepers = [asyncio.create_task(self._keep(child)) for child in self._children]
        await self._stopping.wait()
        await asyncio.gather(*(self._end(child) for child in self._children))
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)

    async def _keep(self, child: Child) -> None:
        while not self._stopping.is_set():
            started = time.monotonic()
            child.process = await asyncio.create_subprocess_exec(*child.command, cwd=ROOT)
            self._note(child)
            code = await child.process.wait()
            if self._stopping.is_set():
                return
            pause = child.next_pause(time.monotonic() - started)
            log.warning("%s ended with status %s; started again in %.1f s", child.name, code, pause)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)

    async def _end(self, child: Child) -> None:
        process = child.process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 8)
        except asyncio.TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if self._pids:
            (self._pids / f"{child.name}.pid").unlink(missing_ok=True)

    def _note(self, child: Child) -> None:
        """The process id in a file, so that whoever runs the machine can find and end one process."""
        if self._pids:
            self._pids.mkdir(parents=True, exist_ok=True)
            (self._pids / f"{child.name}.pid").write_text(f"{child.process.pid}\n")


def children(settings, model: Path) -> list[Child]:
    """The two processes: the one that faces the network, and the robot behind it on loopback."""
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    for name, value in quiet.items():
        os.environ.setdefault(name, value)
    return [
        Child("front-door", [sys.executable, "-m", "channels.front_door"]),
        Child("robot", [sys.executable, "-m", "actions.server", "--port", str(settings.robot_port),
                        "--model", str(model)]),
    ]
