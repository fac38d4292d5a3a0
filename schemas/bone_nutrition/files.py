"""Reading and writing the bytes of a table: strict on the way in, canonical and atomic on the way out."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

# How a file ends that ``replace_file`` writes into before it renames it; a process that was killed leaves it.
TEMPORARY = re.compile(r"[a-z0-9_]{8}")


def replace_file(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` so that a reader finds the old file or the new one, never half of either.

    Raises OSError, which names ``path``, if it cannot be written; the old file then stands.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OSError(error.errno, f"cannot be written, it stands as it was: {error.strerror or error}", str(path)) from error


@contextmanager
def folder_aside(parent: Path, name: str) -> Iterator[Path]:
    """A new folder in ``parent`` that is gone afterwards, unless it was renamed, however the work in it ends.

    Its name is known before it is there: a signal finds no moment at which it would be left.
    """
    folder = parent / f".{name}-{os.urandom(4).hex()}"
    try:
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def leftovers(path: Path) -> list[Path]:
    """What writes of this file left that were cut short; the file itself is whole."""
    return sorted(found for found in path.parent.glob(f".{path.name}.*") if TEMPORARY.fullmatch(found.name.rpartition(".")[2]))


def csv_bytes(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows as canonical CSV: UTF-8, LF, minimal quotes, missing cells empty."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return stream.getvalue().encode("utf-8")


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a well-formed CSV as text; cells that are missing are empty.

    Raises ValueError if a row has more or fewer cells than the header.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        columns = next(reader, None)
        if columns is None:
            raise ValueError(f"{path}: the file is empty")
        rows = []
        for cells in reader:
            if len(cells) != len(columns):
                raise ValueError(f"{path}:{reader.line_num}: {len(cells)} cells under {len(columns)} columns")
            rows.append(dict(zip(columns, cells)))
    return rows
