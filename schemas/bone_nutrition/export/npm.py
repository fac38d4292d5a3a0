"""The npm package: a JSON file a table, read on demand, with TypeScript types made from the models."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .. import cells, schema
from ..files import read_rows
from ..metadata import package
from ..models import MODELS

FOLDER = "npm"
# The first Node.js that imports JSON as browsers do.
ENGINE = ">=20.10"

TYPE = {"number": "number", "integer": "number", "boolean": "boolean"}

JAVASCRIPT = """\
export const name = {name};
export const version = {version};

const READ = {{
{readers}
}};

export const tables = Object.freeze(Object.keys(READ));

export async function load(table) {{
  if (!Object.hasOwn(READ, table)) {{
    throw new RangeError(`no table "${{table}}"; the tables are ${{tables.join(", ")}}`);
  }}
  return (await READ[table]()).default;
}}
"""
DECLARATIONS = """\
/** {title}. A missing cell is null, an empty list []; a date is text such as 2026-01-31. */

export declare const name: {name};
export declare const version: {version};

/** Names of the tables. */
export declare const tables: readonly (keyof Tables)[];

/** Rows of a table in the order of its key; its file is read at the first call, and later calls give the same array. */
export declare function load<Name extends keyof Tables>(table: Name): Promise<readonly Tables[Name][]>;

/** What one row of each table is. */
export interface Tables {{
{rows}
}}
"""
README = """\
# {name}

{description}

```js
import {{ load }} from "{name}";

const foods = await load("foods");
```

`tables` lists the tables, `load` reads one; `{name}/data/foods.json` is the file itself. The types say what each column means.

Not medical advice: the package states what sources say. Version {version}, {license}.
"""


def write(folder: Path, rows: Mapping[str, int], target: Path) -> Path:
    """Write the published tables of the package in ``folder`` to ``target/npm``, and that packed as ``npm pack`` does beside it."""
    unpacked = target / FOLDER
    (unpacked / "data").mkdir(parents=True)
    for table in rows:
        (unpacked / "data" / f"{table}.json").write_bytes(table_json(folder, table))
    for name, text in _texts(list(rows)).items():
        (unpacked / name).write_text(text, encoding="utf-8", newline="\n")
    shutil.copyfile(folder / "LICENSE", unpacked / "LICENSE")
    return _packed(unpacked, target)


def table_json(folder: Path, table: str) -> bytes:
    """Rows of a table as an array of objects, one a line."""
    columns = schema.columns(table)
    rows = ({name: cells.value(row[name], metadata["type"]) for name, metadata in columns.items()} for row in read_rows(folder / "data" / f"{table}.csv"))
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    return f"[\n{lines}\n]\n".encode()


def _texts(tables: list[str]) -> dict[str, str]:
    about = package()
    stated = {name: json.dumps(about[name], ensure_ascii=False) for name in ("name", "version")}
    readers = "\n".join(f'  {table}: () => import("./data/{table}.json", {{ with: {{ type: "json" }} }}),' for table in tables)
    row_types = "\n".join(f"{_comment(schema.description(table), '  ')}\n  {table}: {row_type(table)};" for table in tables)
    declared = [DECLARATIONS.format(title=about["title"], rows=row_types, **stated), *map(_interface, tables)]
    return {
        "package.json": json.dumps(_manifest(about), ensure_ascii=False, indent=2) + "\n",
        "index.js": JAVASCRIPT.format(readers=readers, **stated),
        "index.d.ts": "\n".join(declared),
        "README.md": README.format(**about, license=about["licenses"][0]["name"]),
    }


def _manifest(about: Mapping[str, Any]) -> dict[str, Any]:
    """``package.json``; its words are those of package.toml."""
    return {
        "name": about["name"],
        "version": about["version"],
        "description": about["description"],
        "keywords": about["keywords"],
        "license": about["licenses"][0]["name"],
        "author": about["contributors"][0]["title"],
        "type": "module",
        "exports": {".": {"types": "./index.d.ts", "default": "./index.js"}, "./data/*.json": "./data/*.json", "./package.json": "./package.json"},
        "types": "./index.d.ts",
        "files": ["index.js", "index.d.ts", "data"],
        "sideEffects": False,
        "engines": {"node": ENGINE},
    } | ({"homepage": about["homepage"]} if "homepage" in about else {})


def row_type(table: str) -> str:
    return f"{MODELS[table].__name__}Row"


def _interface(table: str) -> str:
    """The interface of a row, and before it one union type for each of its enumerations."""
    columns = schema.columns(table)
    unions = [_union(_enumeration(table, name), metadata) for name, metadata in columns.items() if _is_enumeration(metadata)]
    fields = "\n".join(f"{_comment(' '.join(_meaning(metadata)), '  ')}\n  readonly {name}: {_type(table, name, metadata)};" for name, metadata in columns.items())
    return "\n".join([*unions, f"{_comment(schema.description(table))}\nexport interface {row_type(table)} {{\n{fields}\n}}\n"])


def _is_enumeration(metadata: Mapping[str, Any]) -> bool:
    return "enum" in metadata and metadata["type"] == "string"


def _enumeration(table: str, column: str) -> str:
    return MODELS[table].__name__ + "".join(word.capitalize() for word in column.split("_"))


def _union(name: str, metadata: Mapping[str, Any]) -> str:
    members = "\n".join(f"{_comment(label, '  ')}\n  | {json.dumps(value, ensure_ascii=False)}" for value, label in metadata["enum"].items())
    return f"{_comment(metadata['description'])}\nexport type {name} =\n{members};\n"


def _type(table: str, column: str, metadata: Mapping[str, Any]) -> str:
    if metadata["type"] == "list":
        return "readonly string[]"
    type_ = _enumeration(table, column) if _is_enumeration(metadata) else TYPE.get(metadata["type"], "string")
    return type_ if metadata["required"] else f"{type_} | null"


def _meaning(metadata: Mapping[str, Any]) -> Iterator[str]:
    yield metadata["description"]
    if metadata.get("unit"):
        yield f"Unit: {metadata['unit']}."
    if metadata.get("references"):
        yield f"{'Keys' if metadata['type'] == 'list' else 'A key'} of {metadata['references']}."


def _comment(text: str, indent: str = "") -> str:
    return f"{indent}/** {text.replace('*/', '*∕')} */"


def _packed(unpacked: Path, target: Path) -> Path:
    """The folder as a .tgz whose bytes depend on nothing but its files and the release date."""
    about = package()
    released = int(datetime.combine(about["created"], datetime.min.time(), timezone.utc).timestamp())
    path = target / f"{about['name']}-{about['version']}.tgz"
    with (path.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=released) as stream,
          tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive):
        for member in sorted(member for member in unpacked.rglob("*") if member.is_file()):
            content = member.read_bytes()
            info = tarfile.TarInfo(f"package/{member.relative_to(unpacked).as_posix()}")
            info.size, info.mtime, info.mode = len(content), released, 0o644
            archive.addfile(info, io.BytesIO(content))
    return path
