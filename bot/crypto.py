"""How is a message kept so that only this installation can read it?"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class KeyFileError(RuntimeError):
    """The key file is missing, too open or not a key; the message says what to do."""


class Box:
    """Encrypts and opens JSON values with the keys of one file; the first key writes, every key reads."""

    def __init__(self, keys: list[bytes]):
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._marking = [hmac.new(key, b"indgang: marks", "sha256").digest() for key in keys]

    @classmethod
    def from_file(cls, path: Path) -> Box:
        """The box of that key file, which is made (mode 0600) if there is none. One key a line, the newest first."""
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(Fernet.generate_key() + b"\n")
        if path.stat().st_mode & 0o077:
            raise KeyFileError(f"{path.name} may be read by others: chmod 600 {path.name}")
        keys = path.read_bytes().split()
        try:
            return cls(keys)
        except ValueError as error:
            raise KeyFileError(f"{path.name} holds no usable key; restore it from the backup") from error

    def seal(self, value: object) -> bytes:
        return self._fernet.encrypt(json.dumps(value, ensure_ascii=False).encode())

    def open(self, sealed: bytes) -> object:
        """What was sealed. Raises InvalidToken when it was sealed with another key or changed."""
        return json.loads(self._fernet.decrypt(bytes(sealed)))

    def marks(self, *parts: str) -> tuple[str, ...]:
        """What is stored in place of a value that must be found again, one for each key, the newest key's first.
        Whoever has the database without the key file cannot try out all telephone numbers."""
        value = "\0".join(parts).encode()
        return tuple(hmac.new(key, value, "sha256").hexdigest() for key in self._marking)


def new_token() -> str:
    """A token that cannot be guessed: 192 random bits."""
    return secrets.token_urlsafe(24)


def fingerprint(token: str) -> str:
    """What is stored in place of a token: whoever reads the database cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


__all__ = ["Box", "InvalidToken", "KeyFileError", "fingerprint", "new_token"]
