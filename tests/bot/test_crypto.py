import os
import stat

import pytest
from cryptography.fernet import Fernet

from bot.crypto import Box, InvalidToken, KeyFileError, fingerprint, new_token


def test_the_key_file_is_made_once_and_only_for_its_owner(tmp_path):
    path = tmp_path / "data" / "message.key"
    first = Box.from_file(path).seal({"text": "hej"})
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert Box.from_file(path).open(first) == {"text": "hej"}
    assert b"hej" not in first


def test_a_key_file_that_others_may_read_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "message.key"
    Box.from_file(path)
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        Box.from_file(path)


def test_a_new_key_in_the_first_line_reads_what_the_old_one_wrote(tmp_path):
    path = tmp_path / "message.key"
    old = Box.from_file(path).seal("hemmeligt")
    path.write_bytes(Fernet.generate_key() + b"\n" + path.read_bytes())
    both = Box.from_file(path)
    assert both.open(old) == "hemmeligt"
    assert both.open(both.seal("nyt")) == "nyt"


def test_another_key_opens_nothing(tmp_path):
    sealed = Box.from_file(tmp_path / "a.key").seal("x")
    with pytest.raises(InvalidToken):
        Box.from_file(tmp_path / "b.key").open(sealed)


def test_a_broken_key_file_says_so(tmp_path):
    path = tmp_path / "message.key"
    path.write_text("not a key\n")
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="no usable key"):
        Box.from_file(path)


def test_tokens_are_long_different_and_stored_as_fingerprints():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100 and all(len(t) >= 32 for t in tokens)
    assert fingerprint("a") != "a" and len(fingerprint("a")) == 64
