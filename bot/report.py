"""What does the committee read?

One report from the same blocks as the dashboard: HTML and PDF for people, XLSX and CSV for those who go on with the
numbers. Templates and sentences are data (`report_templates/`, `report_texts.yml`).
"""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from bot import charts
from bot.counts_read import Reader
from bot.figure_words import FigureWords
from bot.figures import Figures, Rate, View
from bot.offer_counts import OfferCounts
from bot.offer_figures import Told, told
from bot.overview import Block, Headline, Overview, by_key
from knowledge import municipality as municipalities

HERE = Path(__file__).parent
FORMATS = ("html", "pdf", "xlsx", "csv")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take it for a formula


@lru_cache(maxsize=1)
def report_texts() -> Mapping:
    return yaml.load((HERE / "report_texts.yml").read_text(encoding="utf-8"), Loader=LOADER)


@dataclass(frozen=True)
class Report:
    """Everything that a report says, in whatever form."""

    view: View
    words: FigureWords
    headlines: tuple[Headline, ...]
    blocks: tuple[Block, ...]
    offers: tuple[Told, ...]
    made: date

    @property
    def place(self) -> str:
        chosen = dict(self.view.filters).get("municipality")
        return self.words.places.get(chosen, chosen) if chosen else report_texts()["place_all"]

    def sentences(self) -> list[str]:
        """The one-page summary: a sentence for each figure that may be shown and says something."""
        say, blocks = report_texts()["sentences"], by_key(self.blocks)
        head = {h.key: h for h in self.headlines}
        total = head["conversations"]
        if not total.count:
            return [say["nothing"]]
        said = [say["conversations"].format(n=number(total.count))]
        if total.before:
            said[0] += " " + say["compared"].format(
                n=number(total.before), before=self.words.period(self.view.period.before()))
        top = [row.name.lower() for row in blocks["topics"].rows if row.key not in ("ukendt", "smalltalk",
                                                                                   "udenfor_emne", "andet")][:3]
        if len(top) > 1:
            said.append(say["topics"].format(names=f"{', '.join(top[:-1])} og {top[-1]}"))
        for key, sentence in (("counsellor", "served"), ("danger", "danger"), ("helped", "helped")):
            if head[key].share:
                said.append(say[sentence].format(share=percent(head[key].share.share)))
        if head["unmet"].count and blocks["unmet"].rows:
            said.append(say["unmet"].format(n=number(head["unmet"].count), name=blocks["unmet"].rows[0].name.lower()))
        if blocks["never_chosen"].rows:
            said.append(say["never"].format(n=len(blocks["never_chosen"].rows)))
        return said


def make(reader: Reader, words: FigureWords, counts: OfferCounts, view: View, made: date) -> Report:
    """The report of a view, compared with as many months before."""
    before = View(view.period.before(), view.filters, view.simulated)
    overview = Overview(Figures(reader, view), words, Figures(reader, before))
    return Report(view, words, tuple(overview.headlines()), tuple(overview.blocks()),
                  tuple(told(counts, view.period, dict(view.filters).get("municipality"))), made)


def environment() -> Environment:
    made = Environment(loader=FileSystemLoader(HERE / "report_templates"), undefined=StrictUndefined,
                       autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True)
    made.filters.update(FILTERS)
    return made


@lru_cache(maxsize=1)
def fonts() -> tuple[str, str]:
    """The typeface inside the page itself, so that the file can be sent on."""
    folder = HERE.parent / "channels" / "static" / "fonts"
    found = (folder / f"atkinson-hyperlegible-next-latin-{weight}-normal.woff2" for weight in (400, 700))
    return tuple("data:font/woff2;base64," + base64.b64encode(f.read_bytes()).decode() for f in found)


def html(report: Report) -> str:
    place = dict(report.view.filters).get("municipality") or municipalities.default_id()
    return environment().get_template("report.html").render(
        report=report, say=report_texts(), ui=report.words.texts["ui"], texts=report.words.texts, words=report.words,
        accent=municipalities.load(place).colours["accent"], fonts=fonts(),
        blocks=by_key(report.blocks))


def pdf(report: Report) -> bytes:
    """The same page, printed; with a tag structure for screen readers. Nothing is fetched from the network."""
    import weasyprint
    return weasyprint.HTML(string=html(report), url_fetcher=_local_only).write_pdf(pdf_variant="pdf/ua-1")


def _local_only(url: str, *args, **kwargs):
    import weasyprint
    if not url.startswith(("file:", "data:")):
        raise ValueError("a report fetches nothing")
    return weasyprint.default_url_fetcher(url, *args, **kwargs)


def rows(report: Report) -> list[list]:
    """All figures as lines of one flat table, as the data dictionary describes it."""
    found = []
    for block in report.blocks:
        for row in block.rows:
            share = [round(v, 4) for v in (row.share.share, row.share.low, row.share.high)] if row.share else [""] * 3
            before = "" if row.before is None else row.before
            if block.kind in ("heat", "flow", "offers"):
                heads = block.heads[1:] if block.kind == "offers" else block.heads
                first = block.heads[0] if block.kind == "offers" else ""
                found.append([block.title, row.name, first, _count(row.count), *[""] * 4])
                found += [[block.title, row.name, head, _count(n), *[""] * 4]
                          for head, n in zip(heads, row.more, strict=True)]
            else:
                found.append([block.title, row.name, "", _count(row.count), *share, before])
        found += [[block.title, name, "", _count(None), *[""] * 4] for name in block.few]
    title, columns = report.words.texts["titles"]["offer_counts"], report.words.texts["offer_counts"]["columns"]
    for offer in report.offers:
        name = report.words.label("offers", "offer", offer.offer)
        found += [[title, name, columns[field], _count(getattr(offer, field)), *[""] * 4]
                  for field in ("enquiries", "starts", "completed", "waiting", "scored")]
        found += [[title, name, columns[field], getattr(offer, field), *[""] * 4]
                  for field in ("before_mean", "after_mean") if getattr(offer, field) is not None]
    return [[_plain(v) for v in row] for row in found]


def _count(n: int | None) -> int | str:
    return report_texts()["files"]["hidden"] if n is None else n


def _plain(value):
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


def _about(report: Report) -> list[list]:
    say, ui = report_texts(), report.words.texts["ui"]
    about = [[say["title"]], [say["files"]["period"], report.words.period(report.view.period)],
             [say["files"]["place"], report.place], [say["made"].format(day=day(report.made))]]
    return [*about, *([[ui["simulated_long"]]] if report.view.simulated else []), [say["wall"]]]


def csv_file(report: Report) -> bytes:
    """Semicolons and a byte order mark, as Danish spreadsheets want it; the first lines say what it is."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([["# " + " ".join(map(str, line))] for line in _about(report)])
    writer.writerow(report_texts()["files"]["columns"])
    writer.writerows([[str(v).replace(".", ",") if isinstance(v, float) else v for v in row] for row in rows(report)])
    return ("\ufeff" + out.getvalue()).encode()


def xlsx_file(report: Report) -> bytes:
    """Three sheets: what it is, the figures, and the data dictionary."""
    from bot.report_sheets import workbook
    say = report_texts()
    return workbook(((say["files"]["sheet_read"], [*_about(report), [], *([line] for line in say["method_text"])]),
                     (say["figures"], [say["files"]["columns"], *rows(report)]),
                     (say["files"]["sheet_words"], [say["files"]["dictionary_columns"], *say["files"]["dictionary"]])))


def as_file(report: Report, form: str) -> bytes:
    return {"html": lambda r: html(r).encode(), "pdf": pdf, "xlsx": xlsx_file, "csv": csv_file}[form](report)


def number(n: int | None) -> str:
    return report_texts()["few"] if n is None else f"{n:,}".replace(",", ".")


def percent(share: float) -> str:
    return f"{share * 100:.0f} %" if share >= .1 or share == 0 else f"{share * 100:.1f} %".replace(".", ",")


def span(rate: Rate) -> str:
    return f"{percent(rate.low)[:-2]}–{percent(rate.high)}"


def day(at: date) -> str:
    return f"{at.day}.{at.month}.{at.year}"


def decimal(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


FILTERS = {"number": number, "percent": percent, "span": span, "decimal": decimal,
           "bar": lambda width: Markup(charts.bar(width)), "svg": Markup}
