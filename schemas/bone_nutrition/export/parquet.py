"""One Parquet file a table, with the models' types, titles, descriptions and units in the column metadata."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .. import schema
from ..files import read_rows
from ..metadata import package

TYPE = {"number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_(), "date": pa.date32(), "list": pa.list_(pa.string())}
READ = {"number": float, "integer": int, "boolean": "true".__eq__, "date": date.fromisoformat, "list": lambda cell: cell.split("|")}


def write(folder: Path, rows: Mapping[str, int], target: Path) -> list[Path]:
    """Write the published tables of the package in ``folder`` to ``target/parquet``; missing cells are null."""
    parquet = target / "parquet"
    parquet.mkdir()
    paths = []
    for table in rows:
        paths.append(parquet / f"{table}.parquet")
        pq.write_table(_table(folder, table), paths[-1], compression="zstd")
    return paths


def _table(folder: Path, table: str) -> pa.Table:
    columns = schema.columns(table)
    rows = read_rows(folder / "data" / f"{table}.csv")
    arrays = [_array([row[name] for row in rows], metadata) for name, metadata in columns.items()]
    about = package()
    fields = [pa.field(name, array.type, nullable=not metadata["required"], metadata=_described(metadata)) for (name, metadata), array in zip(columns.items(), arrays)]
    described = {"name": table, "description": schema.description(table), "package": about["name"], "version": about["version"], "license": about["licenses"][0]["name"]}
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=described))


def _array(cells: list[str], metadata: Mapping[str, Any]) -> pa.Array:
    read = READ.get(metadata["type"], str)
    array = pa.array([read(cell) if cell else None for cell in cells], TYPE.get(metadata["type"], pa.string()))
    return array.dictionary_encode() if "enum" in metadata and metadata["type"] == "string" else array


def _described(metadata: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(metadata[name]) for name in ("title", "description", "unit", "references") if metadata.get(name)}
