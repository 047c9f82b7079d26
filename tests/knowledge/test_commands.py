import argparse

import pytest

from knowledge import commands


@pytest.fixture
def run(tmp_path):
    def call(*words):
        parser = argparse.ArgumentParser()
        commands.register(parser.add_subparsers(required=True), tmp_path / "home")
        arguments = parser.parse_args(["catalogue", *map(str, words)])
        return arguments.run(arguments)
    return call


def test_build_then_search_from_an_empty_folder(run, capsys):
    assert run("build", "--no-meaning") == 0
    assert "Kataloget er bygget: 81 tilbud" in capsys.readouterr().out
    assert run("search", "sorg") == 0
    assert capsys.readouterr().out.startswith("hed-sorggruppe: Sorggruppe")
    assert run("search", "xqzw") == 0


def test_search_without_a_catalogue_says_so(run, capsys):
    assert run("search", "sorg") == 1
    assert "findes ikke" in capsys.readouterr().out


def test_a_dry_run_an_import_and_a_rollback(run, tmp_path, capsys):
    run("build", "--no-meaning")
    (tmp_path / "in.csv").write_text("Id;Navn\nhed-sorggruppe;Sorggruppen\n", encoding="utf-8")
    assert run("import", tmp_path / "in.csv", "--from", "boernebasen", "--dry-run") == 0
    out = capsys.readouterr().out
    assert "Navn: Sorggruppe → Sorggruppen" in out and "Intet er ændret" in out
    assert run("import", tmp_path / "in.csv", "--from", "boernebasen", "--no-meaning") == 0
    assert "Fortryd med: indgang catalogue rollback 2" in capsys.readouterr().out
    assert run("rollback", "2") == 0 and run("rollback", "2") == 1 and run("rollback", "77") == 1
    assert "ingen ændring nr. 77" in capsys.readouterr().out
    assert run("rollback") == 0


def test_a_wrong_file_prints_its_faults_and_fails(run, tmp_path, capsys):
    (tmp_path / "in.csv").write_text("Navn;Kommune\nX;Mars\n", encoding="utf-8")
    assert run("import", tmp_path / "in.csv", "--from", "boernebasen") == 1
    out = capsys.readouterr().out
    assert "in.csv:2: Kommune: “Mars”" in out and "Intet er ændret" in out
    assert run("import", tmp_path / "none.csv", "--from", "boernebasen") == 1


def test_export_by_ending_and_a_wrong_ending(run, tmp_path, capsys):
    for name in ("out.csv", "out.xlsx", "out.json"):
        assert run("export", tmp_path / name) == 0 and (tmp_path / name).stat().st_size > 10_000
    assert run("export", tmp_path / "hsds.json", "--as", "hsds", "--public") == 0
    assert run("export", tmp_path / "out.pdf") == 1
    assert "kendes ikke" in capsys.readouterr().out


def test_stale_lists_by_keeper_and_fails_when_there_is_something(run, capsys):
    assert run("stale") == 1
    assert "hed-sorggruppe: Sorggruppe: mangler oplysninger fra kommunen" in capsys.readouterr().out
