from dataclasses import replace

from knowledge.poster import ages, qr_png, qr_svg

ADDRESS = "https://hjaelp.example.org/tilbud/hed-diamantforloeb"


def test_the_code_comes_as_svg_and_as_png():
    assert qr_svg(ADDRESS).startswith("<svg") and qr_png(ADDRESS).startswith(b"\x89PNG")


def test_ages_are_said_as_a_dane_says_them(catalogue):
    texts, offer = catalogue.snapshot().texts, catalogue.offer("hed-diamantforloeb")
    assert ages(offer, texts) == "13-18 år"
    assert ages(replace(offer, age_max=None), texts) == "fra 13 år"
    assert ages(replace(offer, age_min=None), texts) == "til og med 18 år"
    assert ages(replace(offer, age_min=None, age_max=None), texts) == ""
