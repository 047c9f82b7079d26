"""The Danish sentences, read as text."""
import ast
import re
from pathlib import Path

import pytest

import knowledge
from knowledge.datafiles import DATA, check_routing, read, read_texts, read_yaml
from knowledge.vocabulary import AUDIENCES, FORMATS, KINDS, TOPICS

TEXTS, SEED = read_texts(), read()
WITHOUT_OFFER = {"smalltalk", "udenfor_emne"}


def sentences():
    for kind, own in TEXTS["kinds"].items():
        yield from ((f"kinds.{kind}.{key}", text) for key, text in own.items() if key != "label")
    for name in ("why", "why_foraelder"):
        for topic, own in TEXTS[name].items():
            yield from ((f"{name}.{topic}.{kind}", text) for kind, text in own.items())
    for offer in SEED.offers:
        if offer.status == "published":
            for field in ("description", "before", "why", "next_step"):
                if getattr(offer, field):
                    yield f"{offer.id}.{field}", getattr(offer, field)


SENTENCES = list(sentences())


def test_every_kind_says_what_it_is_why_it_fits_and_what_happens_next():
    assert set(TEXTS["kinds"]) == KINDS
    assert all({"label", "why", "next"} <= set(own) for own in TEXTS["kinds"].values())


def test_every_topic_audience_and_format_has_a_name():
    labels = TEXTS["labels"]
    assert set(labels["topics"]) == TOPICS - WITHOUT_OFFER
    assert set(labels["audiences"]) == AUDIENCES and set(labels["formats"]) == FORMATS


def test_the_routing_table_has_a_row_for_every_topic_and_knows_every_word():
    check_routing(SEED.routing)
    assert set(SEED.routing["ung"]) == TOPICS - WITHOUT_OFFER


def test_why_texts_name_only_topics_and_kinds_that_exist():
    for name in ("why", "why_foraelder"):
        assert set(TEXTS[name]) <= TOPICS
        assert all(set(own) <= KINDS for own in TEXTS[name].values())


@pytest.mark.parametrize(("where", "text"), SENTENCES)
def test_a_sentence_is_short_whole_and_promises_nothing(where, text):
    assert text[0].isupper() or text[0].isdigit()
    assert text.endswith("."), where
    lower = text.casefold()
    for hollow in ("det skal nok gå", "bare rolig", "hold ud", "altid hjælpe", "garanter", "skam dig", "selvom du bare",
                   "man kan", "tag dig sammen"):
        assert hollow not in lower or hollow == "man kan"
    for sentence in re.split(r"(?<=[.!?:]) ", text):
        assert len(sentence.split()) <= 24, f"{where}: too long to say in one breath: {sentence}"


def test_no_sentence_says_how_the_data_came_about():
    for where, text in SENTENCES:
        assert not re.search(r"candidate|from memory|null|\bbot\b", text, re.IGNORECASE), where


def test_every_published_offer_of_a_municipality_says_du_or_is_about_others():
    plain = " ".join(text for where, text in SENTENCES if where.endswith(".why")).casefold()
    assert " du " in plain and " de unge " not in plain


def test_no_danish_sentence_stands_in_python():
    danish = re.compile(r"[æøåÆØÅ]|\b(ikke|eller|hvis|skriv|tilbud|mangler)\b")
    for path in Path(knowledge.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.body[0].value) for node in ast.walk(tree)
                if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body
                and isinstance(node.body[0], ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                assert not (" " in node.value and danish.search(node.value)), f"{path.name}: {node.value!r}"


def test_knowledge_imports_nothing_of_ours_and_no_server():
    forbidden = {"bot", "nlu", "actions", "channels", "rasa", "rasa_sdk", "starlette", "telegram", "httpx", "requests"}
    for path in Path(knowledge.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else (
                [node.module or ""] if isinstance(node, ast.ImportFrom) else [])
            assert not {name.split(".")[0] for name in names} & forbidden, path.name


def test_the_mapping_names_every_field_that_an_offer_has():
    from dataclasses import fields

    from knowledge.offer import Offer
    columns = read_yaml(DATA / "mappings" / "boernebasen.yml")["columns"]
    assert set(columns) | {"contacts"} == {spec.name for spec in fields(Offer)}
