"""The command `indgang`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot import training
from bot.settings import ROOT, SettingError, Settings, load


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit status. A setting that cannot be used is said in one line."""
    parser = argparse.ArgumentParser(prog="indgang", description="Én indgang: hører unge, ser fare, finder hjælp.")
    commands = parser.add_subparsers(dest="command", required=True)
    _add(commands, "serve", serve, "start the front door and the robot, and keep both alive")
    train_parser = _add(commands, "train", train, "train the robot, when data or configuration are newer")
    train_parser.add_argument("--force", action="store_true")
    train_parser.add_argument("--deep", action="store_true", help="the encoder too (needs the group `deep`)")
    assess_parser = _add(commands, "assess", assess, "what would the robot make of these messages?")
    assess_parser.add_argument("file", nargs="?", default="-", help=(
        "JSON lines with id and text, and optionally age, audience, municipality, now (ISO 8601) and history (a list); "
        "one JSON line comes out for each, with `error` and the line's number for a broken one"))
    _add(commands, "setup", setup, "build the catalogue, train, and create the first account, each when needed")
    _add(commands, "evaluate", evaluate, "how well are messages understood? writes docs/understanding.md",
         add_help=False)  # it has its own
    from bot.statistics_commands import register as register_statistics
    register_statistics(commands)
    from bot.text_tools import register as register_texts
    register_texts(commands)
    from knowledge.commands import register
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        register(commands, load().data)  # where the catalogue is, the settings say
        given, rest = parser.parse_known_args(argv)
        if rest and given.run is not evaluate:
            parser.error(f"unrecognized arguments: {' '.join(rest)}")
        given.rest = rest
        return given.run(given)
    except SettingError as error:
        print(f"indgang: {error}", file=sys.stderr)
        return 2


def _add(commands, name: str, run, help_text: str, **more) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=help_text, description=help_text, **more)
    parser.set_defaults(run=run)
    return parser


def serve(_given) -> int:
    from bot.supervisor import Supervisor, children
    settings = load()
    model = training.model_path(settings)
    if not model.exists():
        print("indgang: there is no trained model yet: run `indgang setup`", file=sys.stderr)
        return 2
    for host, port in ((settings.host, settings.port), ("127.0.0.1", settings.robot_port)):
        if not _is_free(host, port):
            print(f"indgang: port {port} is taken, maybe by an Indgang that runs already. End that one, or choose "
                  "others with INDGANG_PORT and INDGANG_ROBOT_PORT.", file=sys.stderr)
            return 2
    shown = f"http://{'localhost' if settings.host in ('127.0.0.1', '0.0.0.0') else settings.host}:{settings.port}"
    print(f"Chat:         {shown}/demo\nRådgivere:    {shown}/console\nTilstand:     {shown}/readyz", flush=True)
    asyncio.run(Supervisor(children(settings, model), settings.data / "pids").run())
    return 0


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def train(given) -> int:
    if given.deep:
        return subprocess.run([sys.executable, "-m", "nlu.deep.train"], cwd=ROOT).returncode
    done = training.train(load(), force=given.force)
    print("trained" if done else "the model is as new as its data")
    return 0


def setup(_given) -> int:
    """Each step says what it did, and does nothing when it is done already."""
    settings = load()
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    from knowledge.catalogue import build_if_stale
    print("catalogue:    " + ("built" if build_if_stale(settings.catalogue) else "up to date"), flush=True)
    started = time.monotonic()
    if not training.is_fresh(settings):
        print("model:        training, about two minutes; Rasa says below what it is at", flush=True)
    print("model:        " + (f"trained in {time.monotonic() - started:.0f} s" if training.train(settings)
                              else "up to date"), flush=True)
    from bot.accounts import Accounts
    from bot.crypto import Box
    from bot.database import Database
    from bot.migrations import upgrade
    Box.from_file(settings.key_file)
    database = Database(settings.database)
    upgrade(database)
    first = Accounts(database, timedelta(minutes=settings.session_minutes)).create_first()
    database.close()
    if first:
        print(f"account:      {first[0]}   one-time password: {first[1]}   (shown only now)", flush=True)
    return 0


def assess(given) -> int:
    """Exit status 1 when a line could not be assessed."""
    settings = load()
    try:
        source = sys.stdin.buffer if given.file == "-" else open(given.file, "rb")  # noqa: SIM115
    except OSError as error:
        print(f"indgang: {given.file}: {error.strerror}", file=sys.stderr)
        return 2
    with source, robot_process(settings) as url:
        return asyncio.run(_assess(settings, source, url))


async def _assess(settings: Settings, source, url: str) -> int:
    from bot.assess import Assessor
    from bot.rasa_client import RasaClient
    from bot.texts import Texts
    from knowledge.catalogue import Catalogue
    from nlu.safety import Safety
    robot, broken = RasaClient(url, timeout_seconds=30), 0
    assessor = Assessor(Safety.load(), robot, Catalogue.open(settings.catalogue), Texts.load(), settings.municipality)
    async for answer in assessor.lines(source):
        broken += "error" in answer
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    await robot.aclose()
    return 1 if broken else 0


@contextlib.contextmanager
def robot_process(settings: Settings) -> Iterator[str]:
    """A robot of one's own on a free loopback port, ended with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "actions.server", "--port", str(port), "--model",
               str(training.model_path(settings))]
    process = subprocess.Popen(command, cwd=ROOT, stdout=sys.stderr)
    url = f"http://127.0.0.1:{port}"
    try:
        _until_ready(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _until_ready(url: str, process: subprocess.Popen, seconds: float = 120) -> None:
    import httpx
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/ready", trust_env=False, timeout=2).status_code == 200:
                return
        time.sleep(0.3)
    raise SettingError("the robot did not start; its own lines above say why (`indgang train` makes its model)")


def evaluate(given) -> int:
    return subprocess.run([sys.executable, "-m", "nlu.evaluate", *given.rest], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
