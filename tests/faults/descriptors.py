"""Faults of the descriptor and of the folder: promises that the files do not keep, paths that leave, links."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from bone_nutrition.export.descriptor import FILE

from .mutants import Cell, Kind, Line, Mutant, Place
from .packages import Package

Resource = dict[str, Any]


def _rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / FILE
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    change(descriptor)
    path.write_text(json.dumps(descriptor, ensure_ascii=False), encoding="utf-8")


def _resource(change: Callable[[Resource, Random], object]) -> Callable[[str, int, Path], None]:
    """A change of one resource; the seed makes the same change each time."""
    def apply(table: str, seed: int, folder: Path) -> None:
        def on_descriptor(descriptor: dict[str, Any]) -> None:
            (found,) = [item for item in descriptor["resources"] if item["name"] == table]
            change(found, Random(seed))
        _rewrite(folder, on_descriptor)
    return apply


def _set(name: str, *values: Any) -> Callable[[Resource, Random], object]:
    return lambda resource, rng: resource.__setitem__(name, rng.choice(values))


def _off_by_some(name: str) -> Callable[[Resource, Random], object]:
    return lambda resource, rng: resource.__setitem__(name, resource[name] + rng.choice((-1, 1, 100)))


def _of_schema(change: Callable[[dict[str, Any], Random], object]) -> Callable[[Resource, Random], object]:
    return lambda resource, rng: change(resource["schema"], rng)


def _field(change: Callable[[dict[str, Any]], object]) -> Callable[[Resource, Random], object]:
    return lambda resource, rng: change(rng.choice(resource["schema"]["fields"]))


def _twice(table: str, seed: int, folder: Path) -> None:
    _rewrite(folder, lambda descriptor: descriptor["resources"].append(next(item for item in descriptor["resources"] if item["name"] == table)))


def _left_out(table: str, seed: int, folder: Path) -> None:
    _rewrite(folder, lambda descriptor: descriptor.update(resources=[item for item in descriptor["resources"] if item["name"] != table]))


def _stray(table: str, seed: int, folder: Path) -> None:
    (folder / "data" / f"my_{table}.csv").write_text("a\n1\n", encoding="utf-8")


def _overwritten(*contents: bytes) -> Callable[[str, int, Path], None]:
    return lambda table, seed, folder: (folder / FILE).write_bytes(Random(seed).choice(contents))


def _file_gone(table: str, seed: int, folder: Path) -> None:
    (folder / "data" / f"{table}.csv").unlink()


def _file_replaced(table: str, seed: int, folder: Path) -> None:
    (folder / "data" / f"{table}.csv").unlink()
    (folder / "data" / f"{table}.csv").mkdir()


def _link_out(table: str, seed: int, folder: Path) -> None:
    path = folder / "data" / f"{table}.csv"
    outside = folder.parent / f"outside-{folder.name}-{table}.csv"
    path.rename(outside)
    path.symlink_to(outside)


def _link_to_nothing(table: str, seed: int, folder: Path) -> None:
    path = folder / "data" / f"{table}.csv"
    path.unlink()
    path.symlink_to("gone.csv")


def _folder_out(table: str, seed: int, folder: Path) -> None:
    outside = folder.parent / f"outside-{folder.name}"
    (folder / "data").rename(outside)
    (folder / "data").symlink_to(outside)


def _not_signed(table: str, seed: int, folder: Path) -> None:
    path = folder / "data" / f"{table}.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: max(2, len(lines) // 2)]) if len(lines) > 2 else lines[0] + lines[1].replace(b",", b",x", 1))


LARGEST_TABLE = 8_000
PATHS_OUT = ("../foods.csv", "data/../../foods.csv", "/etc/hostname", "C:\\foods.csv", "https://example.org/foods.csv", "file:///etc/hostname",
             "data\\foods.csv",
             "data/%2e%2e/%2e%2e/foods.csv/../../../x.csv")

DESCRIPTOR_KINDS: tuple[tuple[str, tuple[str, ...], str, Callable[[str, int, Path], object]], ...] = (
    ("hash not the file's", ("descriptor-hash",), "hash", _resource(_set("hash", "sha256:" + "0" * 64, "md5:0", "", None))),
    ("bytes not the file's", ("descriptor-bytes",), "bytes", _resource(_off_by_some("bytes"))),
    ("rows not the file's", ("descriptor-rows",), "rows", _resource(_off_by_some("rows"))),
    ("promise not made", ("descriptor-hash", "descriptor-bytes", "descriptor-rows", "descriptor-schema"), "hash",
     _resource(lambda resource, rng: resource.pop("hash"))),
    ("field missing in the schema", ("descriptor-schema",), "schema",
     _resource(_of_schema(lambda schema, rng: schema["fields"].pop(rng.randrange(len(schema["fields"])))))),
    ("field of another type", ("descriptor-schema",), "schema", _resource(_field(lambda field: field.update(type="any")))),
    ("constraint loosened", ("descriptor-schema",), "schema", _resource(_field(lambda field: field.update(constraints={})))),
    ("unit of a field changed", ("descriptor-schema",), "schema", _resource(_field(lambda field: field.update(unit="kg")))),
    ("primary key dropped", ("descriptor-schema",), "schema", _resource(_of_schema(lambda schema, rng: schema.pop("primaryKey")))),
    ("missing values widened", ("descriptor-schema",), "schema", _resource(_of_schema(lambda schema, rng: schema.update(missingValues=["", "0"])))),
    ("path out of the folder", ("descriptor-path",), "path", _resource(_set("path", *PATHS_OUT))),
    ("path to another table", ("descriptor-path",), "path", _resource(_set("path", "datapackage.json", "./datapackage.json"))),
    ("encoding changed", ("descriptor-encoding",), "encoding", _resource(_set("encoding", "latin-1", "utf-16"))),
    ("dialect added", ("descriptor-dialect",), "dialect", _resource(_set("dialect", {"delimiter": ";"}, {"header": False}, {"commentChar": "k"}))),
    ("resource twice", ("descriptor-resource",), "", _twice),
    ("resource left out", ("descriptor-resource",), "", _left_out),
    ("stray table", ("descriptor-resource",), "", _stray),
    ("leftover of a write", ("file-leftover",), "", lambda table, seed, folder: (folder / "data" / f".{table}.csv.a1b2c3_4").write_bytes(b"half")),
    ("table changed and not signed", ("descriptor-hash",), "hash", _not_signed),
    ("table missing", ("file-missing",), "path", _file_gone),
    ("folder in place of a table", ("file-missing", "file-unreadable"), "path", _file_replaced),
    ("link out of the folder", ("path-outside", "descriptor-path"), "path", _link_out),
    ("link to nothing", ("file-missing", "file-unreadable"), "path", _link_to_nothing),
    ("data folder a link", ("path-outside", "descriptor-path"), "path", _folder_out),
    ("descriptor no data package", ("descriptor-syntax",), "",
     _overwritten(b"", b"{", b"[]", b"null", b'{"resources": {}}', b"\xef\xbb\xbf{}", b'{"resources": [{}]}', b"\xff\xfe{")),
    ("descriptor missing", ("descriptor-missing",), "", lambda table, seed, folder: (folder / FILE).unlink()),
)


def _place(name: str, column: str, table: str) -> tuple[Place, ...]:
    if name == "stray table":
        return (Cell(f"my_{table}", "", ""),)
    if name == "leftover of a write":
        return (Line(f"data/.{table}.csv.a1b2c3_4"),)
    if name.startswith("descriptor"):
        return (Line(FILE),)
    return (Cell(table, "", column), Line(f"data/{table}.csv"))


def tables(package: Package) -> list[str]:
    """Small tables are enough: a descriptor promises the same of any."""
    return [name for name, table in package.tables.items() if len(table.content) < LARGEST_TABLE]


def _mutants(name: str, column: str, change: Callable[[str, int, Path], object]) -> Callable[[Package, Random], Iterator[Mutant]]:
    def mutants(package: Package, rng: Random) -> Iterator[Mutant]:
        names = tables(package)
        for table in rng.sample(names, len(names)):
            yield Mutant(name, f"{table}: {name}", places=_place(name, column, table), folder=partial(change, table, rng.randrange(10**6)))
    return mutants


KINDS = tuple(Kind(name, rules, _mutants(name, column, change)) for name, rules, column, change in DESCRIPTOR_KINDS)
