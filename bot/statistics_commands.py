"""The commands `indgang report` and `indgang simulate`."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.periods import BadPeriod, Period, months_back
from bot.settings import SettingError, Settings, load
from knowledge.hours import COPENHAGEN


def register(commands) -> None:
    """Adds both to the parser of `indgang`."""
    report = commands.add_parser("report", help="the report for the committee, as HTML, PDF, XLSX or CSV",
                                 description="Figures are made up in whole months; days are widened to them.")
    report.add_argument("--from", dest="first", type=date.fromisoformat, metavar="YYYY-MM-DD")
    report.add_argument("--to", dest="last", type=date.fromisoformat, metavar="YYYY-MM-DD")
    report.add_argument("--municipality", help="only this one; default: all together")
    report.add_argument("--format", choices=("html", "pdf", "xlsx", "csv"), default="pdf")
    report.add_argument("--out", type=Path, help="a file, or with --monthly a folder; - is standard output")
    report.add_argument("--monthly", action="store_true",
                        help="last month, for each municipality, as PDF and XLSX: for a scheduler")
    report.add_argument("--simulated", action="store_true", help="of the simulated visitors")
    report.set_defaults(run=run_report)
    simulate = commands.add_parser("simulate", help="fill the figures with synthetic visitors, marked as simulated",
                                   description="Drives the real gateway through simulated weeks.")
    simulate.add_argument("--weeks", type=_positive, default=26)
    simulate.add_argument("--visitors", type=_positive, help="default: 40 a week")
    simulate.add_argument("--from", dest="first", type=date.fromisoformat, metavar="YYYY-MM-DD",
                          help="default: the last half-year that is over")
    simulate.add_argument("--seed", type=int, default=1)
    simulate.add_argument("--fast", action="store_true",
                          help="the reader and the routing without Rasa's rules; else the trained robot is started")
    simulate.add_argument("--live", action="store_true",
                          help="into the installation's own statistics, marked as simulated, not into one apart")
    simulate.set_defaults(run=run_simulate)


def _positive(value: str) -> int:
    number = int(value)
    if not 1 <= number <= 1_000_000:
        raise argparse.ArgumentTypeError("a number of 1 or more")
    return number


def run_report(given) -> int:
    """Writes one report, or those of last month."""
    settings, today = load(), datetime.now(COPENHAGEN).date()
    if given.monthly:
        period = months_back(today, 1)
    elif given.first and given.last:
        try:
            period = Period.covering(given.first, given.last)
        except BadPeriod as error:
            raise SettingError(f"--from, --to: {error.reason}") from error
    else:
        raise SettingError("report needs --from and --to, or --monthly")
    return _write(settings, given, period, today)


def _write(settings: Settings, given, period: Period, today: date) -> int:
    from bot.reporting import Reporting
    reporting = Reporting.of(settings, simulated=given.simulated)
    try:
        places = reporting.places()
        if given.municipality and given.municipality not in places:
            raise SettingError(f"--municipality: {given.municipality!r} is none of {', '.join(places)}")
        wanted = [given.municipality] if given.municipality else [None]
        forms = [given.format]
        if given.monthly:
            wanted, forms = wanted if given.municipality else list(places), ["pdf", "xlsx"]
        folder = given.out if given.monthly and given.out else settings.data / "reports"
        for place in wanted:
            report = reporting.make(period, place, today)
            for form in forms:
                data = reporting.as_file(report, form)
                if str(given.out) == "-":
                    sys.stdout.buffer.write(data)
                    continue
                path = given.out if given.out and not given.monthly else folder / reporting.name(period, place, form)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                print(path, flush=True)
    finally:
        reporting.close()
    return 0


def run_simulate(given) -> int:
    """Simulates and says where the counts are."""
    settings, today = load(), datetime.now(COPENHAGEN).date()
    start = given.first or _last_half_year(today)
    count = given.visitors or 40 * given.weeks
    started = time.monotonic()
    if not settings.catalogue.exists():
        print("indgang: there is no catalogue: run `indgang setup`", file=sys.stderr)
        return 2
    if given.fast:
        print("fast: the reader, the moves and the routing are the real ones; Rasa's rules are left out", flush=True)
        done = asyncio.run(_fast(settings, given, start, count))
    else:
        from bot import training
        from bot.cli import robot_process
        if not training.model_path(settings).exists():
            print("indgang: there is no trained model: run `indgang setup`, or simulate with --fast", file=sys.stderr)
            return 2
        with robot_process(settings) as url:
            done = asyncio.run(_with_rasa(settings, given, start, count, url))
    print(f"\n{done.visits} simulated visitors from {done.first} to {done.last} in "
          f"{time.monotonic() - started:.0f} s\nstatistics:   {done.statistics}\n"
          f"report:       indgang report --simulated --from {done.first} --to {done.last - timedelta(days=1)}\n"
          f"dashboard:    /console/statistik?simuleret=1", flush=True)
    return 0


async def _fast(settings: Settings, given, start: date, count: int):
    from bot.quick_robot import QuickRobot
    from bot.texts import Texts
    from knowledge.catalogue import Catalogue
    from nlu.understanding import Reader
    catalogue = Catalogue.open(settings.catalogue)
    robot = QuickRobot(Reader.load(), catalogue, Texts.load(), random.Random(given.seed))
    return await _simulated(settings, given, start, count, robot, catalogue)


async def _with_rasa(settings: Settings, given, start: date, count: int, url: str):
    from bot.rasa_client import RasaClient
    from knowledge.catalogue import Catalogue
    robot = RasaClient(url, timeout_seconds=60)
    try:
        return await _simulated(settings, given, start, count, robot, Catalogue.open(settings.catalogue))
    finally:
        await robot.aclose()


async def _simulated(settings: Settings, given, start: date, count: int, robot, catalogue):
    from bot import simulation

    def told(number: int) -> None:
        if number % 50 == 0 or number == count:
            print(f"\r{number} of {count} visitors", end="", file=sys.stderr, flush=True)
    return await simulation.run(settings, robot, catalogue, start=start, weeks=given.weeks, count=count,
                                seed=given.seed, told=told,
                                statistics_url=settings.statistics if given.live else None)


def _last_half_year(today: date) -> date:
    return date(today.year, 1, 1) if today >= date(today.year, 7, 1) else date(today.year - 1, 7, 1)
