"""Food values from USDA FoodData Central: a release joined with ``foods`` and ``nutrient_fdc_ids``.

No other list of foods or nutrients exists. Amounts that go to ``food_sources`` stay text, so that the release's digits are kept.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from tqdm import tqdm

from .. import files
from . import fdc_values, preferred
from .fdc_releases import RELEASES, CheckedZip, Release, ReleaseError, check_zip, fetch_release, find_release
from .fdc_values import COMPOSITION, UNITS, compositions

__all__ = ["RELEASES", "Differences", "ImportSummary", "ReleaseError", "check_zip", "derived_rows", "differences", "fetch_release",
           "find_release", "import_release", "write_all"]

DERIVATION_MEMBER = "food_nutrient_derivation.csv"
NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
DIFFERENCES_SHOWN = 20
COMPARED = ("amount", "unit", "value_status", "amount_min", "amount_max", "data_points", "derivation_code", "fdc_id", "fdc_nutrient_id")
# What this module reads of each table.
NEEDED = {
    "foods": ("food_id", "ndb_number", "foundation_ndb_number"),
    "nutrients": ("nutrient_id", "unit"),
    "nutrient_fdc_ids": ("nutrient_id", "fdc_nutrient_id", "fdc_unit", "priority"),
    "derivations": ("derivation_code", "value_status"),
    "citations": ("citation_id", "year"),
    "food_sources": ("food_id", "nutrient_id", "citation_id", *COMPARED),
}


@dataclass(frozen=True)
class Differences:
    """How newly derived rows differ from the committed ones of the same release.

    ``changed`` holds (relative change of the amount, food_id, nutrient_id, what changed), largest first.
    """

    added: Counter[str]
    removed: Counter[str]
    changed: tuple[tuple[float, str, str, str], ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def __str__(self) -> str:
        per_nutrient = Counter(nutrient for _, _, nutrient, _ in self.changed)
        lines = [f"{self.added.total()} rows added, {self.removed.total()} removed, {len(self.changed)} changed"]
        lines += [f"  {nutrient}: {self.added[nutrient]} added, {self.removed[nutrient]} removed, {per_nutrient[nutrient]} changed"
                  for nutrient in sorted(self.added.keys() | self.removed.keys() | per_nutrient.keys())]
        lines += [f"  {food} {nutrient}: {what}" for _, food, nutrient, what in self.changed[:DIFFERENCES_SHOWN]]
        if len(self.changed) > DIFFERENCES_SHOWN:
            lines.append(f"  and {len(self.changed) - DIFFERENCES_SHOWN} smaller changes")
        return "\n".join(lines)


@dataclass(frozen=True)
class ImportSummary:
    """What an import did; ``imported`` is False where the bytes deviate and were not accepted: nothing was written then."""

    citation_id: str
    imported: bool
    rows: int
    deviations: tuple[str, ...]
    warnings: tuple[str, ...]
    differences: Differences

    def __str__(self) -> str:
        outcome = f"{self.rows:,} rows derived" if self.imported else "not imported, the table stands as it was; --accept imports it"
        notes = [*self.deviations, *self.warnings]
        return "\n".join([f"{self.citation_id}: {outcome}", *(f"  {note}" for note in notes), f"  {self.differences}"])


def derived_rows(citation_id: str, zip_path: Path, foods: Sequence[Mapping[str, str]], nutrient_fdc_ids: Sequence[Mapping[str, str]],
                 derivations: Sequence[Mapping[str, str]], *, releases: Mapping[str, Release] = RELEASES) -> list[dict[str, str]]:
    """Rows of ``food_sources`` that a release gives for ``foods``, all cells text, in the order of food and nutrient.

    Amounts are per 100 g edible portion, with the release's digits; ``is_preferred`` is ``false`` throughout.
    Raises ReleaseError for a zip that is not the release, for NDB numbers that it lacks, and for units or codes that are unknown.
    """
    return _derived_rows(check_zip(citation_id, zip_path, releases), foods, nutrient_fdc_ids, derivations)[0]


def import_release(package_dir: Path, citation_id: str, zip_path: Path, accept: bool = False, *,
                   releases: Mapping[str, Release] = RELEASES) -> ImportSummary:
    """Rewrite the rows of ``data/food_sources.csv`` whose citation is the release, mark the preferred ones, touch no other row.

    A zip whose bytes are not known is imported only with ``accept``. The file is replaced as a whole or not at all.
    Raises ReleaseError as ``derived_rows`` does, and where ``nutrients`` counts a nutrient in another unit than the release.
    """
    from .. import schema  # here, so that write_all does not wait for Pandera

    data = Path(package_dir) / "data"
    checked = check_zip(citation_id, zip_path, releases)
    derived, warnings = _derived_for(data, checked)
    committed = _read(data, "food_sources", may_lack=True)
    found = _differences([row for row in committed if row["citation_id"] == citation_id], derived)
    imported = accept or not checked.deviations
    if imported:
        others = [row for row in committed if row["citation_id"] != citation_id]
        years = {row["citation_id"]: row["year"] for row in _read(data, "citations", may_lack=True)}
        rows = schema.sorted_rows("food_sources", preferred.mark([*others, *derived], years))
        files.replace_file(data / "food_sources.csv", files.csv_bytes(list(schema.columns("food_sources")), rows))
    return ImportSummary(citation_id, imported, len(derived), checked.deviations, tuple(warnings), found)


def differences(package_dir: Path, citation_id: str, zip_path: Path, *, releases: Mapping[str, Release] = RELEASES) -> Differences:
    """How the rows that a release gives differ from the committed ones (false if they do not); writes nothing.

    Raises ReleaseError as ``import_release`` does.
    """
    data = Path(package_dir) / "data"
    derived, _ = _derived_for(data, check_zip(citation_id, zip_path, releases))
    return _differences([row for row in _read(data, "food_sources", may_lack=True) if row["citation_id"] == citation_id], derived)


def write_all(package_dir: Path, citation_id: str, zip_path: Path, out: Path, accept: bool = False, *,
              releases: Mapping[str, Release] = RELEASES) -> int:
    """Write the package's nutrients in *every* food of a release to ``out`` as Parquet (columns ``COMPOSITION``); returns the rows.

    Rows are sorted by fdc_id and nutrient_id; same input, same bytes; memory does not grow with the release. Raises ReleaseError as
    ``derived_rows`` does, and for bytes that are neither known nor accepted.
    """
    data = Path(package_dir) / "data"
    checked = check_zip(citation_id, zip_path, releases)
    if checked.deviations and not accept:
        raise ReleaseError(f"{'; '.join(checked.deviations)}: --accept takes it as it is")
    nutrient_fdc_ids = _read(data, "nutrient_fdc_ids")
    derivations = _read(data, "derivations")
    out.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as aside:
        written = Path(aside) / out.name
        foods = _checked_foods(checked, nutrient_fdc_ids)
        with pq.ParquetWriter(written, COMPOSITION) as writer, tqdm(total=len(foods), desc=citation_id, unit=" foods", disable=None) as bar:
            for table in compositions(checked, foods, nutrient_fdc_ids, derivations, pa.float64()):
                if len(table):
                    writer.write_table(table.cast(COMPOSITION), row_group_size=len(table))
                rows += len(table)
                bar.update(min(fdc_values.FOODS_PER_SHELF, bar.total - bar.n))
        written.replace(out)
    return rows


def plain_number(text: str) -> str:
    """A number with its digits kept and its exponent written out: ``5.6E-4`` becomes ``0.00056``. Raises ValueError for other text."""
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{text!r} is not a number")
    return format(Decimal(text), "f")


def _derived_for(data: Path, checked: CheckedZip) -> tuple[list[dict[str, str]], list[str]]:
    nutrient_fdc_ids = _read(data, "nutrient_fdc_ids")
    _check_package_units(_read(data, "nutrients"), nutrient_fdc_ids)
    return _derived_rows(checked, _read(data, "foods"), nutrient_fdc_ids, _read(data, "derivations"))


def _derived_rows(checked: CheckedZip, foods: Sequence[Mapping[str, str]], nutrient_fdc_ids: Sequence[Mapping[str, str]],
                  derivations: Sequence[Mapping[str, str]]) -> tuple[list[dict[str, str]], list[str]]:
    """Derived rows, and warnings for the reader."""
    from .. import schema

    release = checked.release
    published = _checked_foods(checked, nutrient_fdc_ids)
    food_ids = _food_ids(published, release, foods)
    wanted = published.filter(pc.is_in(published["fdc_id"], pa.array(food_ids, pa.int64()))).combine_chunks()
    values = [value for table in compositions(checked, wanted, nutrient_fdc_ids, derivations, pa.string()) for value in table.to_pylist()]
    rows, warnings = [], []
    for value in values:
        place = f"{release.citation_id}: fdc_id {value['fdc_id']}, nutrient {value['fdc_nutrient_id']}"
        if value["amount"].startswith("-"):
            warnings.append(f"{place}: left out, its amount {value['amount']} is below zero")
            continue
        rows.append({
            **dict.fromkeys(schema.columns("food_sources"), ""),
            **{column: value[column] or "" for column in ("nutrient_id", "unit", "value_status", "derivation_code")},
            **{column: _number(value[column], place) for column in ("amount", "amount_min", "amount_max", "data_points")},
            "food_id": food_ids[value["fdc_id"]], "citation_id": release.citation_id, "fdc_id": str(value["fdc_id"]),
            "fdc_nutrient_id": str(value["fdc_nutrient_id"]), "is_preferred": "false",
        })
    empty = sorted(set(food_ids.values()) - {row["food_id"] for row in rows})
    warnings += [f"{release.citation_id}: no value for {food_id}" for food_id in empty]
    return sorted(rows, key=lambda row: (row["food_id"], row["nutrient_id"])), warnings


def _number(value: str | int | None, place: str) -> str:
    try:
        return "" if value is None else plain_number(str(value))
    except ValueError as error:
        raise ReleaseError(f"{place}: {error}") from error


def _checked_foods(checked: CheckedZip, nutrient_fdc_ids: Sequence[Mapping[str, str]]) -> pa.Table:
    """Foods of the release, once its units and derivation ids are those that are known."""
    _check_units(_pairs(checked, "nutrient.csv", "id", "unit_name"), nutrient_fdc_ids)
    if any(member.name == DERIVATION_MEMBER for member in checked.release.members):
        _check_derivation_ids(_pairs(checked, DERIVATION_MEMBER, "code", "id"), checked.release)
    return fdc_values.foods(checked)


def _pairs(checked: CheckedZip, member: str, key: str, value: str) -> dict[str, str]:
    table = fdc_values.read_member(checked, member, {key: pa.string(), value: pa.string()})
    return dict(zip(table[key].to_pylist(), table[value].to_pylist()))


def _check_units(published: Mapping[str, str], nutrient_fdc_ids: Sequence[Mapping[str, str]]) -> None:
    for line, row in enumerate(nutrient_fdc_ids, start=2):
        place = f"data/nutrient_fdc_ids.csv:{line} nutrient_id='{row['nutrient_id']}' fdc_nutrient_id='{row['fdc_nutrient_id']}'"
        if row["fdc_unit"] not in UNITS:
            raise ReleaseError(f"{place}: unit {row['fdc_unit']} is none of {', '.join(UNITS)}")
        unit = published.get(row["fdc_nutrient_id"], row["fdc_unit"])
        if unit != row["fdc_unit"]:
            raise ReleaseError(f"{place}: the release's nutrient.csv has unit {unit}, the table {row['fdc_unit']}")


def _check_package_units(nutrients: Sequence[Mapping[str, str]], nutrient_fdc_ids: Sequence[Mapping[str, str]]) -> None:
    units = {row["nutrient_id"]: row["unit"] for row in nutrients}
    for line, row in enumerate(nutrient_fdc_ids, start=2):
        unit = units.get(row["nutrient_id"])
        if unit != UNITS.get(row["fdc_unit"]):
            raise ReleaseError(f"data/nutrient_fdc_ids.csv:{line} nutrient_id='{row['nutrient_id']}': USDA counts it in {row['fdc_unit']}, "
                               f"nutrients.unit is {unit or 'missing'}; make them agree")


def _check_derivation_ids(published: Mapping[str, str], release: Release) -> None:
    known = {code: str(id_) for code, id_ in release.derivation_ids.items()}
    if published != known:
        codes = sorted(code for code, _ in published.items() ^ known.items())
        raise ReleaseError(f"food_nutrient_derivation.csv and fdc_releases.toml disagree on {', '.join(dict.fromkeys(codes))}")


def _food_ids(published_foods: pa.Table, release: Release, foods: Sequence[Mapping[str, str]]) -> dict[int, str]:
    """fdc_id -> food_id of the foods that have the release's NDB number.

    Raises ReleaseError naming file line and food for each number that the release lacks.
    """
    published = dict(zip(published_foods["ndb_number"].to_pylist(), published_foods["fdc_id"].to_pylist()))
    found, missing = {}, []
    for line, food in enumerate(foods, start=2):
        number = food[release.food_key].zfill(5) if food[release.food_key] else ""
        if number in published:
            found[published[number]] = food["food_id"]
        elif number:
            missing.append(f"data/foods.csv:{line} food_id='{food['food_id']}' {release.food_key}='{number}'")
    if missing:
        raise ReleaseError(f"not in {release.title}: {'; '.join(missing)}. Copy the number from {release.ndb_member}")
    return found


def _differences(old: Sequence[Mapping[str, str]], new: Sequence[Mapping[str, str]]) -> Differences:
    before = {(row["food_id"], row["nutrient_id"]): row for row in old}
    after = {(row["food_id"], row["nutrient_id"]): row for row in new}
    changed = [_change(before[key], after[key]) for key in before.keys() & after.keys()
               if any(before[key][column] != after[key][column] for column in COMPARED)]
    return Differences(
        added=Counter(nutrient for _, nutrient in after.keys() - before.keys()),
        removed=Counter(nutrient for _, nutrient in before.keys() - after.keys()),
        changed=tuple(sorted(changed, key=lambda change: (-change[0], *change[1:]))),
    )


def _change(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[float, str, str, str]:
    what = ", ".join(f"{column} {old[column] or 'empty'} → {new[column] or 'empty'}" for column in COMPARED if old[column] != new[column])
    return _relative_change(old["amount"], new["amount"]), new["food_id"], new["nutrient_id"], what


def _relative_change(old: str, new: str) -> float:
    """Change as a fraction of the old amount; infinite where that is zero or missing."""
    if old == new:
        return 0.0
    if not old or not new or not float(old):
        return float("inf")
    return abs(float(new) - float(old)) / float(old)


def _read(data: Path, table: str, may_lack: bool = False) -> list[dict[str, str]]:
    path = data / f"{table}.csv"
    if may_lack and not path.exists():
        return []
    try:
        rows = files.read_rows(path)
    except (OSError, ValueError, csv.Error) as error:
        raise ReleaseError(f"data/{table}.csv cannot be read: {error}") from error
    if rows and (missing := [column for column in NEEDED[table] if column not in rows[0]]):
        raise ReleaseError(f"data/{table}.csv lacks columns {', '.join(missing)}")
    return rows
