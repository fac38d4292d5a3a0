"""A data package in a folder, and how its tables are read."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

DESCRIPTOR = "datapackage.json"
_CITE_STYLES = ("text", "bibtex", "csl-json")


class IntegrityError(RuntimeError):
    """A file is not the one that was promised."""


class Package:
    """The tables of one version.

    ``restore`` says in a few words what to do about a file that is missing or changed. A changed file is an error, or only a warning if
    ``is_edited_here``, as in a checkout. ``descriptor`` is given where the one in the folder is not to be trusted.
    """

    def __init__(self, folder: Path, *, restore: str, is_edited_here: bool = False, descriptor: dict[str, Any] | None = None):
        self.folder = folder
        self._restore = restore
        self._is_edited_here = is_edited_here
        self._verified: set[str] = set()
        if descriptor is not None:
            self._descriptor = descriptor

    def __repr__(self) -> str:
        return f"<{self._descriptor['name']} {self._descriptor['version']} in {self.folder}>"

    def tables(self) -> tuple[str, ...]:
        """Names of the published tables."""
        return tuple(self._resources)

    def path(self, table: str) -> Path:
        """Where the CSV of a table lies.

        Raises KeyError for a table that is not published, FileNotFoundError if its file is gone.
        """
        file = self.folder / self._resource(table)["path"]
        if not file.is_file():
            raise FileNotFoundError(f"{file} is missing: {self._restore}")
        return file

    def rows(self, table: str, *, verify: bool = True) -> Iterator[dict[str, str]]:
        """Rows of a table as dictionaries of text, in file order; a missing cell is an empty string.

        Raises KeyError for an unknown table and IntegrityError if the file is not the promised one.
        """
        file = self.path(table)
        if verify:
            self._verify(table)
        return _read(file)

    def load(self, table: str, verify: bool = True) -> pandas.DataFrame:
        """A table as a DataFrame with the declared types.

        Text is ``str``, an enumeration ``category`` (with all its values), a number ``Float64``, a whole number ``Int64``, a flag
        ``boolean``, a date ``datetime64``, a list a Python list of str (empty if the cell is). Missing cells are missing values.

        Raises ImportError without pandas, KeyError for an unknown table, IntegrityError if ``verify`` and the file is not the promised one.
        """
        try:
            import pandas
        except ImportError:
            raise ImportError("load() needs pandas: pip install 'bone-nutrition[pandas]'") from None
        file = self.path(table)
        if verify:
            self._verify(table)
        fields = {field["name"]: field for field in self._resource(table)["schema"]["fields"]}
        dates = [name for name, field in fields.items() if field["type"] == "date"]
        dtypes = {name: _dtype(field, pandas) for name, field in fields.items() if name not in dates}
        frame = pandas.read_csv(file, dtype=dtypes, parse_dates=dates, date_format="%Y-%m-%d", keep_default_na=False, na_values=[""])
        for name in dates:
            frame[name] = frame[name].astype("datetime64[s]")
        for name, field in fields.items():
            if field["type"] == "list":
                cells = [cell.split(field["delimiter"]) if isinstance(cell, str) else [] for cell in frame[name].tolist()]
                frame[name] = pandas.Series(cells, dtype=object, index=frame.index)
        frame.attrs = {"table": table, "version": self._descriptor["version"]}
        return frame

    def describe(self, table: str | None = None) -> dict[str, Any]:
        """The descriptor of a table (its ``schema`` holds fields, keys and units), or of the whole package.

        Raises KeyError for a table that is not published.
        """
        return json.loads(json.dumps(self._descriptor if table is None else self._resource(table)))

    def cite(self, citation_id: str | None = None, style: str = "text") -> str:
        """How to cite a work of the citations table, or the package itself, as ``text``, ``bibtex`` or ``csl-json``.

        A retracted work says so in every style. Raises KeyError for an unknown work, ValueError for an unknown style.
        """
        from . import citing

        if style not in _CITE_STYLES:
            raise ValueError(f"style is one of {', '.join(_CITE_STYLES)}, not {style!r}")
        work = citing.package_as_work(self._descriptor) if citation_id is None else self._work(citation_id)
        return citing.STYLES[style](work)

    def intakes(self, nutrient_id: str, *, sex: str, age_years: float, life_stage: str = "general", authority: str | None = None) -> list[dict[str, str]]:
        """The current reference intakes of a nutrient that apply to a person, by authority and value type.

        ``sex`` is ``female`` or ``male``, ``life_stage`` ``general``, ``pregnancy`` or ``lactation``. Each item is a row of
        ``reference_intakes`` (with ``basis``, ``per``, ``condition`` and ``citation_id``, which are part of the value) and ``total``: the
        value that applies, in ``unit``; for an increment its sum with the value of the same kind outside pregnancy and lactation (one item
        for each condition of that value), empty if there is no such value; empty as well where the authority sets none.

        Raises ValueError for an impossible person, LookupError for a nutrient, authority, age or stage that no value covers.
        """
        from . import person

        return person.applying(self.rows("reference_intakes"), nutrient_id, sex, age_years, life_stage, authority)

    @cached_property
    def _descriptor(self) -> dict[str, Any]:
        file = self.folder / DESCRIPTOR
        try:
            return json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise FileNotFoundError(f"{file} is missing: {self._restore}") from None

    @cached_property
    def _resources(self) -> dict[str, dict[str, Any]]:
        return {resource["name"]: resource for resource in self._descriptor["resources"]}

    def _resource(self, table: str) -> dict[str, Any]:
        try:
            return self._resources[table]
        except KeyError:
            raise KeyError(f"no table {table!r}; the tables are {', '.join(self._resources)}") from None

    def _verify(self, table: str) -> None:
        if table in self._verified:
            return
        import hashlib

        file, expected = self.path(table), self._resource(table)["hash"]
        with file.open("rb") as stream:
            found = "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()
        if found != expected:
            message = f"{file} is not the table that {DESCRIPTOR} promises (found {found}, expected {expected})"
            if not self._is_edited_here:
                raise IntegrityError(f"{message}: {self._restore}")
            import warnings

            warnings.warn(f"{message}: run make to check it and write the descriptor anew", stacklevel=3)
        self._verified.add(table)

    @cached_property
    def _works(self) -> dict[str, dict[str, str]]:
        return {work["citation_id"]: work for work in self.rows("citations")}

    def _work(self, citation_id: str) -> dict[str, str]:
        if citation_id not in self._works:
            from . import near

            called = ((known, near.names(work, known)) for known, work in self._works.items())
            raise KeyError(f"no citation {citation_id!r}; the ids are in {self.path('citations')}{near.hint(citation_id, called)}")
        return self._works[citation_id]


def _read(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _dtype(field: dict[str, Any], pandas: Any) -> Any:
    if "categories" in field:
        return pandas.CategoricalDtype([category["value"] for category in field["categories"]])
    return {"number": "Float64", "integer": "Int64", "boolean": "boolean"}.get(field["type"], "str")
