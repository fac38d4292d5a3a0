"""All that ``dist/`` holds, made from one package in one order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from . import archive, citations, coverage, croissant, figures, kgx, npm, parquet, schema_org, sqlite, sssom, workbook


def write(folder: Path, rows: Mapping[str, int], target: Path) -> None:
    """Write every format of the package in ``folder``, whose published tables have these numbers of rows, into ``target``."""
    archive.write(folder, target)
    archive.write_distributions(folder, target)
    sqlite.write(folder, rows, target)
    parquet.write(folder, rows, target)
    workbook.write(folder, rows, target)
    citations.write(folder, rows, target)
    sssom.write(folder, rows, target)
    kgx.write(folder, rows, target)
    figures.write(folder, rows, target)
    coverage.write(folder, rows, target)
    npm.write(folder, rows, target)
    # These two describe files that stand beside them: Croissant hashes the Parquet, schema.org lists zip, SQLite and workbook.
    croissant.write(folder, rows, target)
    schema_org.write(folder, rows, target)
