"""The package's nutrients in the foods of a FoodData Central release: read in one pass, put together a shelf of foods at a time.

Memory is bounded by one block of the file and one shelf, so that it does not grow with the release; what waits lies on disk.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from tqdm import tqdm

from .fdc_releases import UNREADABLE, CheckedZip, Release, ReleaseError, open_member

NOT_STATED = "not-stated"
SOURCE_PREFIX = "source-"
UNITS = {"UG": "ug", "MG": "mg", "G": "g", "KCAL": "kcal"}
FOODS_PER_SHELF = 1000
# Small blocks, none of them read ahead.
READ = csv.ReadOptions(block_size=1 << 18, use_threads=False)
# USDA has sixteen, 0 to 13 among them; a larger number is a faulty cell.
MOST_SOURCE_CODES = 99

COMPOSITION = pa.schema([
    ("fdc_id", pa.int64()), ("ndb_number", pa.string()), ("food_description", pa.string()), ("food_category", pa.string()),
    ("nutrient_id", pa.string()), ("amount", pa.float64()), ("unit", pa.string()), ("value_status", pa.string()),
    ("amount_min", pa.float64()), ("amount_max", pa.float64()), ("data_points", pa.int32()), ("derivation_code", pa.string()),
    ("fdc_nutrient_id", pa.int32()),
])

Rows = Sequence[Mapping[str, str]]
Types = Mapping[str, pa.DataType]


def foods(checked: CheckedZip) -> pa.Table:
    """Foods of the release that have an NDB number: the first two columns of ``COMPOSITION``, by fdc_id."""
    food = read_member(checked, "food.csv", {"fdc_id": pa.int64()})
    numbers = read_member(checked, checked.release.ndb_member, {"fdc_id": pa.int64(), "NDB_number": pa.int32()})
    numbered = food.filter(pc.is_in(food["fdc_id"], numbers["fdc_id"].combine_chunks())).sort_by("fdc_id")
    number = _looked_up(numbered["fdc_id"], numbers["fdc_id"], numbers["NDB_number"])
    return numbered.append_column("ndb_number", pc.utf8_lpad(number.cast(pa.string()), 5, "0")).combine_chunks()


def _looked_up(keys: pa.ChunkedArray, known: pa.ChunkedArray, meanings: pa.ChunkedArray) -> pa.ChunkedArray:
    """For each key the meaning that stands beside it among the known ones, else null."""
    return meanings.take(pc.index_in(keys, known.combine_chunks()))


def compositions(checked: CheckedZip, of: pa.Table, nutrient_fdc_ids: Rows, derivations: Rows, amounts: pa.DataType) -> Iterator[pa.Table]:
    """Values of the foods ``of`` (some of ``foods``), shelf by shelf, sorted by fdc_id and nutrient_id.

    Columns of ``COMPOSITION``, amounts as numbers or as text, which keeps the release's digits. Raises ReleaseError for codes that are
    not known, counts that are not whole, values that stand twice, and cells that cannot be read.
    """
    meanings = _meanings(checked.release, nutrient_fdc_ids, derivations)
    with tempfile.TemporaryDirectory(prefix="fdc-") as folder, _said_of(checked.path):
        names, values, codes = (Path(folder) / part for part in ("names", "values", "codes"))
        _shelve(_names(checked, of), names)
        _shelve(_values(checked, of, meanings, amounts), values)
        _shelve(_source_codes(checked, of, meanings), codes)
        for number in range(-(-len(of) // FOODS_PER_SHELF)):
            if (held := _taken(values, number)) is not None:
                yield _composed(held, _taken(codes, number), _taken(names, number), of, meanings)
            else:
                yield COMPOSITION.empty_table()


def read_member(checked: CheckedZip, name: str, types: Types) -> pa.Table:
    """Some columns of a small member, by type; empty cells are null."""
    with _said_of(checked.path), _stream(checked, name) as stream:
        return pa.concat_tables(_blocks(stream, types))


@dataclass(frozen=True)
class Meanings:
    """Texts behind the numbers of a release.

    By place, which sorts nutrients and puts the preferred id of each first: nutrient, unit, FoodData Central's id. By code, first those
    of derivations, then those of sources: what it is in the package, and the value status it stands for (null: no row says).
    """

    nutrients: pa.Array
    units: pa.Array
    fdc_nutrient_ids: pa.Array
    derivation_ids: pa.Array
    source_codes: pa.Array
    codes: pa.Array
    statuses: pa.Array


def _meanings(release: Release, nutrient_fdc_ids: Rows, derivations: Rows) -> Meanings:
    ids = sorted(nutrient_fdc_ids, key=lambda row: (row["nutrient_id"], int(row["priority"])))
    status_of = {row["derivation_code"]: row["value_status"] for row in derivations}
    sources = range(MOST_SOURCE_CODES + 1)
    codes = [*release.derivation_ids, *(f"{SOURCE_PREFIX}{source}" for source in sources)]
    return Meanings(
        nutrients=pa.array([row["nutrient_id"] for row in ids], pa.string()),
        units=pa.array([UNITS[row["fdc_unit"]] for row in ids], pa.string()),
        fdc_nutrient_ids=pa.array([int(row["fdc_nutrient_id"]) for row in ids], pa.int32()),
        derivation_ids=pa.array(release.derivation_ids.values(), pa.int32()),
        source_codes=pa.array(sources, pa.int32()),
        codes=pa.array(codes, pa.string()),
        statuses=pa.array([status_of.get(code) for code in codes], pa.string()),
    )


def _names(checked: CheckedZip, of: pa.Table) -> Iterator[pa.Table]:
    categories = read_member(checked, "food_category.csv", {"id": pa.string(), "description": pa.string()})
    with _stream(checked, "food.csv") as stream:
        for block in _blocks(stream, {"fdc_id": pa.int64(), "description": pa.string(), "food_category_id": pa.string()}):
            category = _looked_up(block["food_category_id"], categories["id"], categories["description"])
            yield _of_foods(block.drop_columns("food_category_id").append_column("category", category), of)


def _values(checked: CheckedZip, of: pa.Table, meanings: Meanings, amounts: pa.DataType) -> Iterator[pa.Table]:
    types = {"fdc_id": pa.int64(), "nutrient_id": pa.int32(), "amount": amounts, "data_points": pa.float64(), "derivation_id": pa.int32(),
             "min": amounts, "max": amounts}
    with _stream(checked, "food_nutrient.csv") as stream:
        for block in _blocks(stream, types):
            yield _of_foods(block.filter(_is_wanted(block, meanings)).filter(pc.field("amount").is_valid()), of)


def _source_codes(checked: CheckedZip, of: pa.Table, meanings: Meanings) -> Iterator[pa.Table]:
    if checked.source_codes is None:
        return
    with pa.input_stream(str(checked.source_codes), compression="gzip") as stream:
        for block in _blocks(stream, {"fdc_id": pa.int64(), "nutrient_id": pa.int32(), "source_code": pa.int32()}):
            yield _of_foods(block.filter(_is_wanted(block, meanings)), of)


def _is_wanted(block: pa.Table, meanings: Meanings) -> pa.ChunkedArray:
    return pc.is_in(block["nutrient_id"], meanings.fdc_nutrient_ids)


def _of_foods(block: pa.Table, of: pa.Table) -> pa.Table:
    """Rows of the foods, with ``food``, the place of the food, for its fdc_id."""
    known, wanted = of["fdc_id"].to_numpy(), block["fdc_id"].fill_null(-1).to_numpy()
    food = np.searchsorted(known, wanted).astype(np.int32)
    is_known = np.append(known, -1)[food] == wanted if len(known) else np.zeros(len(wanted), dtype=bool)
    return block.drop_columns("fdc_id").add_column(0, "food", pa.array(food)).filter(pa.array(is_known))


def _blocks(stream: BinaryIO, types: Types) -> Iterator[pa.Table]:
    conversion = csv.ConvertOptions(column_types=types, include_columns=list(types), null_values=[""], strings_can_be_null=True)
    # Only text holds line breaks, and to look for them takes time.
    reader = csv.open_csv(stream, READ, csv.ParseOptions(newlines_in_values=pa.string() in types.values()), conversion)
    return map(lambda batch: pa.Table.from_batches([batch]), reader)


def _shelve(tables: Iterable[pa.Table], folder: Path) -> None:
    """Write the rows of each ``FOODS_PER_SHELF`` foods to a file of their own."""
    folder.mkdir()
    with ExitStack() as stack:
        shelves: dict[int, Any] = {}
        for table in tables:
            shelf = table["food"].to_numpy() // FOODS_PER_SHELF
            for number in np.unique(shelf).tolist():
                if number not in shelves:
                    shelves[number] = stack.enter_context(pa.ipc.new_stream(str(folder / str(number)), table.schema))
                shelves[number].write_table(table.filter(pa.array(shelf == number)))


def _taken(folder: Path, number: int) -> pa.Table | None:
    path = folder / str(number)
    if not path.exists():
        return None
    with pa.ipc.open_stream(str(path)) as reader:
        return reader.read_all()


def _composed(values: pa.Table, source_codes: pa.Table | None, names: pa.Table, of: pa.Table, meanings: Meanings) -> pa.Table:
    source = _looked_up(_key(values), _key(source_codes), source_codes["source_code"]) if source_codes else pa.nulls(len(values), pa.int32())
    values = _placed(values.append_column("source_code", source), meanings)
    values = _preferred(values.sort_by([("food", "ascending"), ("place", "ascending")]), of, meanings)
    food, place, code = values["food"], values["place"], _code(values, meanings)
    status = _status(meanings.statuses.take(code), values["amount"].cast(pa.float64()))
    return pa.table({
        **{column: of[column].take(food) for column in of.column_names},
        "food_description": _looked_up(food, names["food"], names["description"]), "food_category": _looked_up(food, names["food"], names["category"]),
        "nutrient_id": meanings.nutrients.take(place), "amount": values["amount"], "unit": meanings.units.take(place), "value_status": status,
        "amount_min": values["min"], "amount_max": values["max"], "data_points": _whole(values, of), "derivation_code": meanings.codes.take(code),
        "fdc_nutrient_id": values["nutrient_id"],
    })


def _key(rows: pa.Table) -> pa.ChunkedArray:
    """Food and nutrient as one number."""
    return pc.add(pc.shift_left(rows["food"].cast(pa.int64()), 32), rows["nutrient_id"])


def _placed(values: pa.Table, meanings: Meanings) -> pa.Table:
    """The values with ``place``; one whose id stands for several nutrients comes once for each."""
    ids = meanings.fdc_nutrient_ids.to_numpy()
    order = np.argsort(ids, kind="stable")
    first, end = (np.searchsorted(ids[order], values["nutrient_id"].to_numpy(), side) for side in ("left", "right"))
    row = np.repeat(np.arange(len(values)), end - first)
    within = np.arange(len(row)) - np.repeat(np.cumsum(end - first) - (end - first), end - first)
    return values.take(pa.array(row)).append_column("place", pa.array(order[first[row] + within].astype(np.int32)))


def _preferred(values: pa.Table, of: pa.Table, meanings: Meanings) -> pa.Table:
    """Of sorted values the first of each food and nutrient."""
    food, place = values["food"].to_numpy(), values["place"].to_numpy()
    same_food = food[1:] == food[:-1]
    if (twice := np.flatnonzero(same_food & (place[1:] == place[:-1]))).size:
        raise ReleaseError(f"food_nutrient.csv has two values for {_place(values, of, int(twice[0]))}")
    nutrient = meanings.nutrients.dictionary_encode().indices.to_numpy()[place]
    return values.filter(pa.array(np.append(True, ~(same_food & (nutrient[1:] == nutrient[:-1])))))


def _place(values: pa.Table, of: pa.Table, row: int) -> str:
    return f"fdc_id {of['fdc_id'][values['food'][row].as_py()]}, nutrient {values['nutrient_id'][row]}"


def _whole(values: pa.Table, of: pa.Table) -> pa.ChunkedArray:
    broken = pc.indices_nonzero(pc.not_equal(values["data_points"], pc.floor(values["data_points"])))
    if len(broken):
        row = broken[0].as_py()
        raise ReleaseError(f"food_nutrient.csv: {_place(values, of, row)} has {values['data_points'][row]} data points, not a whole number")
    return values["data_points"].cast(pa.int32())


def _code(values: pa.Table, meanings: Meanings) -> pa.ChunkedArray:
    """Place among the codes: of the derivation, else of the source, else null."""
    derivation = pc.index_in(values["derivation_id"], meanings.derivation_ids)
    unknown = pc.unique(values["derivation_id"].filter(pc.and_(pc.is_valid(values["derivation_id"]), pc.is_null(derivation))))
    if len(unknown):
        raise ReleaseError(f"derivation ids {', '.join(map(str, unknown))} are not in fdc_releases.toml")
    source = pc.add(pc.index_in(values["source_code"], meanings.source_codes), len(meanings.derivation_ids))
    code = pc.coalesce(derivation, source)
    used = pc.unique(code).drop_null()
    if missing := sorted(meanings.codes.take(used.filter(pc.is_null(meanings.statuses.take(used)))).to_pylist()):
        raise ReleaseError(f"codes {', '.join(missing)} have no row in data/derivations.csv; add them")
    return code


def _status(stated: pa.ChunkedArray, amount: pa.ChunkedArray) -> pa.ChunkedArray:
    """Status of the value; a code that says assumed zero contradicts an amount above 0: what is true is then not stated."""
    is_zero = pc.equal(amount, 0.0)
    status = pc.fill_null(stated, NOT_STATED)
    status = pc.if_else(pc.and_(pc.equal(status, "measured"), is_zero), "measured-zero", status)
    return pc.if_else(pc.and_(pc.equal(status, "assumed-zero"), pc.invert(is_zero)), NOT_STATED, status)


@contextmanager
def _stream(checked: CheckedZip, name: str) -> Iterator[BinaryIO]:
    """The bytes of a member, with a progress bar."""
    release = checked.release
    (member,) = [member for member in release.members if member.name == name]
    with (zipfile.ZipFile(checked.path) as archive, open_member(archive, release, member, checked.path) as stream,
          tqdm.wrapattr(stream, "read", total=member.bytes, desc=f"{release.citation_id} {name}", disable=None, leave=False) as watched):
        yield pa.PythonFile(watched, "r")


@contextmanager
def _said_of(path: Path) -> Iterator[None]:
    """What Arrow or the zip says of its bytes, as a ReleaseError in one line."""
    try:
        yield
    except ReleaseError as error:
        raise ReleaseError(f"{path}: {error}") if not str(error).startswith(str(path)) else error
    except (pa.ArrowException, *UNREADABLE) as error:
        raise ReleaseError(f"{path}: {' '.join(str(error).split())[:300]}") from error
