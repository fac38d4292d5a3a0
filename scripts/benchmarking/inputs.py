"""Packages and releases that the benchmark measures: larger ones, and broken ones. Each command prints the folder or file it wrote."""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import shutil
import sys
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from bone_nutrition import schema
from bone_nutrition.derive.fdc_releases import RELEASES
from bone_nutrition.export import descriptor
from bone_nutrition.files import read_rows

ROOT = Path(__file__).resolve().parents[2]
RELEASE = RELEASES["usda-sr-legacy-2018"]
# Cells that no two foods may share.
OWN_TO_ONE_FOOD = ("ndb_number", "foundation_ndb_number", "foodon")
# FoodData Central ids are far below this, so shifted ids never meet.
ID_SHIFT = 10_000_000
CHANGED_EVERY = 100

Cells = list[list[str]]
Edit = Callable[[Cells], None]


def grow(target: Path, values: int) -> Path:
    """A valid package with at least that many food values: the shipped one, and copies of its foods with their values under new ids."""
    copy_package(target)
    exceptional = {row["row_id"].split("/")[0] for row in read_rows(ROOT / "data" / "exceptions.csv") if row["table"] == "food_sources"}
    foods = {row["food_id"]: row for row in read_rows(ROOT / "data" / "foods.csv")}
    values_of = defaultdict(list)
    for row in read_rows(ROOT / "data" / "food_sources.csv"):
        values_of[row["food_id"]].append(row)
    copied = {food_id: food_id for food_id in foods}
    copied |= copied_foods([food_id for food_id in values_of if food_id not in exceptional], values_of, values)
    ids = sorted(copied)
    write_table(target, "foods", (foods[food_id] if food_id in foods else copy_of(foods[copied[food_id]], food_id) for food_id in ids))
    write_table(target, "food_sources", ({**row, "food_id": food_id} for food_id in ids for row in values_of[copied[food_id]]))
    sign(target)
    return target


def change(source: Path, target: Path) -> Path:
    """A copy of a package in which one food value in a hundred is another."""
    shutil.copytree(source, target)
    rows = read_rows(target / "data" / "food_sources.csv")
    for row in rows[::CHANGED_EVERY]:
        row["amount"] = row["amount"] and f"{float(row['amount']) + 1:.3f}"
    write_table(target, "food_sources", rows)
    sign(target)
    return target


def copied_foods(food_ids: list[str], values_of: dict[str, list], values: int) -> dict[str, str]:
    """New ids, and the food each is a copy of, until there are as many values."""
    copied: dict[str, str] = {}
    lacking = values - sum(map(len, values_of.values()))
    copy = 0
    while lacking > 0:
        copy += 1
        for food_id in food_ids:
            if lacking <= 0:
                break
            copied[f"{food_id}-copy-{copy}"] = food_id
            lacking -= len(values_of[food_id])
    return copied


def copy_of(food: dict[str, str], food_id: str) -> dict[str, str]:
    return {**food, **dict.fromkeys(OWN_TO_ONE_FOOD, ""), "food_id": food_id}


def write_table(folder: Path, table: str, rows: Iterable[dict[str, str]]) -> None:
    with (folder / "data" / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(schema.columns(table)), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def copy_package(target: Path) -> None:
    (target / "data").mkdir(parents=True)
    for name in published(ROOT):
        shutil.copy(ROOT / "data" / f"{name}.csv", target / "data")
    sign(target, published(ROOT))


def published(folder: Path) -> list[str]:
    return [resource["name"] for resource in json.loads((folder / descriptor.FILE).read_text(encoding="utf-8"))["resources"]]


def sign(folder: Path, tables: list[str] | None = None) -> None:
    """Write the descriptor anew, so that sizes, sums and row counts are those of the files."""
    rows = {name: (folder / "data" / f"{name}.csv").read_bytes().count(b"\n") - 1 for name in tables or published(folder)}
    (folder / descriptor.FILE).write_bytes(descriptor.descriptor_bytes(folder, rows))


def cell(column: str, value: str) -> Edit:
    """Put a value into the first filled cell of a column."""
    def edit(cells: Cells) -> None:
        at = cells[0].index(column)
        next(row for row in cells[1:] if row[at])[at] = value
    return edit


def same_cell(column: str) -> Edit:
    """Give the second filled cell of a column the value of the first."""
    def edit(cells: Cells) -> None:
        at = cells[0].index(column)
        first, second, *_ = (row for row in cells[1:] if row[at])
        second[at] = first[at]
    return edit


def repeated_row(cells: Cells) -> None:
    cells.insert(2, list(cells[1]))


def short_row(cells: Cells) -> None:
    cells[5].pop()


def long_row(cells: Cells) -> None:
    cells[5].append("more")


def blank_row(cells: Cells) -> None:
    cells.insert(5, [])


def renamed_column(cells: Cells) -> None:
    cells[0][1] += "_x"


# What is broken -> table, and the edit.
BROKEN: dict[str, tuple[str, Edit]] = {
    "number that is none": ("food_sources", cell("amount", "12 mg")),
    "whole number with decimals": ("food_sources", cell("fdc_id", "2001.5")),
    "flag that is neither true nor false": ("food_sources", cell("is_preferred", "yes")),
    "date that is none": ("food_sources", cell("read_on", "31.01.2026")),
    "value outside the enumeration": ("food_sources", cell("value_status", "estimated")),
    "text that misses its pattern": ("foods", cell("ndb_number", "1123x")),
    "number below its minimum": ("food_sources", cell("amount", "-1")),
    "number above its maximum": ("foods", cell("serving_g", "98000")),
    "required cell empty": ("foods", cell("name", "")),
    "primary key twice": ("food_sources", repeated_row),
    "unique value twice": ("foods", same_cell("ndb_number")),
    "foreign key without its row": ("food_sources", cell("nutrient_id", "unobtainium")),
    "row too short": ("foods", short_row),
    "row too long": ("foods", long_row),
    "blank row": ("foods", blank_row),
    "column renamed": ("foods", renamed_column),
    "unit of another nutrient": ("food_sources", cell("unit", "kcal")),
}
UNSIGNED = {
    "hash and size of other bytes": ("foods", cell("name", "Something else")),
}


def break_copies(target: Path) -> Path:
    """One copy of the package for each item of ``BROKEN`` and ``UNSIGNED``, named by its place in the list and what is broken."""
    for number, (what, (table, edit)) in enumerate({**BROKEN, **UNSIGNED}.items(), start=1):
        folder = target / f"{number:02} {what}"
        copy_package(folder)
        path = folder / "data" / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            cells = list(csv.reader(stream))
        edit(cells)
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(cells)
        if what not in UNSIGNED:
            sign(folder)
    return target


def repeat_release(source: Path, target: Path, times: int) -> Path:
    """A release with every food that many times, under shifted ids, and its source codes beside it; the zip's path."""
    target.mkdir(parents=True)
    repeated = target / RELEASE.file_name
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(repeated, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for member in RELEASE.members:
            name = f"{RELEASE.folder}/{member.name}"
            with old.open(name) as stream, new.open(name, "w", force_zip64=True) as out:
                repeat_rows(io.TextIOWrapper(stream, encoding="utf-8", newline=""), out, times)
    codes = RELEASE.source_codes.file_name
    with gzip.open(source.with_name(codes), "rt", encoding="utf-8", newline="") as stream, gzip.open(target / codes, "wb", compresslevel=1) as out:
        repeat_rows(stream, out, times)
    return repeated


def repeat_rows(source: io.TextIOBase, target: io.BufferedIOBase, times: int) -> None:
    """Rows of a CSV that many times if they belong to a food, else once."""
    header, *rows = csv.reader(source)
    out = io.TextIOWrapper(target, encoding="utf-8", newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(header)
    at = header.index("fdc_id") if "fdc_id" in header else None
    for copy in range(1 if at is None else times):
        if copy:
            for row in rows:
                row[at] = str(int(row[at]) + ID_SHIFT)
        writer.writerows(rows)
    out.flush()
    out.detach()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    grown = commands.add_parser("grow", help=grow.__doc__)
    grown.add_argument("target", type=Path)
    grown.add_argument("values", type=int)
    commands.add_parser("break", help=break_copies.__doc__).add_argument("target", type=Path)
    changed = commands.add_parser("change", help=change.__doc__)
    changed.add_argument("source", type=Path)
    changed.add_argument("target", type=Path)
    repeated = commands.add_parser("repeat", help=repeat_release.__doc__)
    repeated.add_argument("source", type=Path)
    repeated.add_argument("target", type=Path)
    repeated.add_argument("times", type=int)
    match parser.parse_args():
        case argparse.Namespace(command="grow", target=target, values=values):
            print(grow(target, values))
        case argparse.Namespace(command="break", target=target):
            print(break_copies(target))
        case argparse.Namespace(command="change", source=source, target=target):
            print(change(source, target))
        case argparse.Namespace(command="repeat", source=source, target=target, times=times):
            print(repeat_release(source, target, times))
    return 0


if __name__ == "__main__":
    sys.exit(main())
