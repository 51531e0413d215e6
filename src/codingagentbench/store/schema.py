"""The ledger's tables and how its file is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from codingagentbench.core.errors import StoreError

VERSION = 1
_BUSY_MS = 30_000

_TABLES = """
create table meta (key text primary key, value text not null) without rowid;

create table cell (
    digest text primary key,
    ordinal integer not null unique,
    cell_id text not null,
    place text not null,             -- folder of its attempts, shared by cells that differ in limits alone
    tui text not null,
    model text not null,
    task text not null,
    spec text not null,
    planned integer not null,        -- 0: no longer in the sweep's definition; kept, never run
    state text not null default 'todo' check (state in ('todo', 'leased', 'done', 'missing')),
    owner text,
    lease_until real,
    attempt integer not null default 0,   -- of the last lease: the fencing token
    tries integer not null default 0,     -- attempts that ended since it was planned or asked for again
    not_before real not null default 0,
    outcome text,
    cause text,
    shown integer                    -- the attempt that speaks for the cell: the latest valid, else the latest
);
create index cell_todo on cell (ordinal, not_before) where state = 'todo' and planned = 1;
create index cell_leased on cell (lease_until) where state = 'leased';
create index cell_place on cell (place, attempt);
create index cell_tally on cell (planned, tui, model, state, outcome, cause);
create index cell_name on cell (cell_id);

create table attempt (
    cell text not null references cell (digest),
    attempt integer not null,
    outcome text not null,
    cause text,
    wall_s real not null,
    tokens integer,
    usd real,
    summary text not null,
    finished_at real not null,
    primary key (cell, attempt)
);
"""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite says into one clear error.

    Raises:
        StoreError: whatever SQLite raised.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(
            f"the ledger cannot be used: {error}",
            where=str(path),
            remedy="check space and permissions; a damaged ledger can be moved away and is then rebuilt from the "
            "attempt folders by the next `cab sweep run`",
        ) from error


def open_for_writing(path: Path) -> sqlite3.Connection:
    """A connection in WAL mode, in autocommit; makes folder, file and tables where needed.

    Raises:
        StoreError: it cannot be made or opened, or is of a newer schema.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"cannot make this folder ({error.strerror})", where=str(path.parent), remedy="give a writable --out"
        ) from error
    with translated(path):
        connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_MS / 1000)
        try:
            _prepare(connection, path)
        except BaseException:  # whatever it is, nobody else will close it
            connection.close()
            raise
        return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("pragma synchronous = normal")
    if _known_version(connection, path) == 0:
        connection.execute("pragma journal_mode = wal")
        connection.execute("begin immediate")
        if _known_version(connection, path) == 0:  # nobody was faster
            for statement in _TABLES.split(";\n"):
                connection.execute(statement)
            connection.execute(f"pragma user_version = {VERSION}")
        connection.execute("commit")


def open_for_reading(path: Path) -> sqlite3.Connection:
    """A read-only connection; works on a read-only disk as well.

    Raises:
        StoreError: there is no ledger, or it is of a newer schema.
    """
    if not path.is_file():
        raise StoreError("there is no ledger here", where=str(path), remedy="run the sweep first, or check --out")
    uri = path.resolve().as_uri()
    with translated(path):
        connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None, timeout=_BUSY_MS / 1000)
        try:
            _known_version(connection, path)
        except sqlite3.OperationalError:
            # A WAL ledger needs its shared-memory file, which a read-only disk refuses.
            connection.close()
            connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
            _known_version(connection, path)
        return connection


def _known_version(connection: sqlite3.Connection, path: Path) -> int:
    version = int(connection.execute("pragma user_version").fetchone()[0])
    if version > VERSION:
        connection.close()
        raise StoreError(
            f"this ledger has schema {version}, and this version of cab reads up to {VERSION}",
            where=str(path),
            remedy="use the codingagentbench version that wrote it, or a newer one",
        )
    return version
