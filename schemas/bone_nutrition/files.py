"""Reading and writing the bytes of a table: strict on the way in, canonical and atomic on the way out."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` so that a reader finds the old file or the new one, never half of either.

    Raises OSError if the folder cannot be written; the old file then stands.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


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
