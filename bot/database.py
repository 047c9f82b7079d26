"""How is a database opened so that what was committed is on the disk?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url


class Database:
    """One database by its URL. Every write is one transaction; SQLite's are immediate, so two never interleave."""

    def __init__(self, url: str, lasting: bool = True):
        """`lasting`: each commit is on the disk when it returns. Without it a power cut may cost the last ones; what is
        there stays whole either way."""
        parsed = make_url(url)
        self.url = url
        sqlite = parsed.get_backend_name() == "sqlite"
        if sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Kept open: to open a file and set its pragmas anew costs more than most questions to it.
        options = {"connect_args": {"timeout": 15, "check_same_thread": False}, "poolclass": sa.pool.QueuePool,
                   "pool_size": 20, "max_overflow": 40} if sqlite else {"pool_pre_ping": True}
        self.engine: Engine = sa.create_engine(url, future=True, **options)
        if sqlite:
            sa.event.listen(self.engine, "connect", partial(_sqlite_connect, "full" if lasting else "normal"))
            sa.event.listen(self.engine, "begin", _sqlite_begin)

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed at the end of the block, or rolled back by an exception."""
        with self.engine.connect().execution_options(indgang_write=True) as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def check(self) -> None:
        """Raises what the driver raises when the database does not answer."""
        with self.read() as connection:
            connection.execute(sa.text("select 1"))

    def close(self) -> None:
        self.engine.dispose()


def _sqlite_connect(synchronous: str, connection, _record) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" event decides, not the driver
    connection.execute("pragma journal_mode=wal")
    connection.execute(f"pragma synchronous={synchronous}")
    connection.execute("pragma foreign_keys=on")
    connection.execute("pragma secure_delete=on")  # what is deleted is overwritten, not only unlinked


def _sqlite_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("indgang_write")
    connection.exec_driver_sql("begin immediate" if write else "begin")
