"""Faults: what is wrong, where exactly, and how to mend it; as text, JSON, or annotations of a code host."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sized
from dataclasses import asdict, dataclass

FORMATS = ("text", "json", "github")
LONGEST_VALUE_SHOWN = 120
REPEATS_SHOWN = 3


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a package.

    ``file`` is relative to the package folder; ``line`` counts from 1 (None: the whole file); ``row_id`` names the row as
    ``column='value'``; ``key`` is the bare key of the row, parts joined by ``/``, as ``exceptions.row_id`` has it.
    """

    rule_id: str
    reason: str
    mend: str
    file: str = ""
    line: int | None = None
    table: str = ""
    key: str = ""
    row_id: str = ""
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        cell = f"{self.column}={_shown(self.value)}" if self.column else ""
        # A cell of the key is named already.
        where = " ".join(part for part in (place, self.row_id, "" if cell in self.row_id.split(" ") else cell) if part)
        return f"{where} — {self.reason} (rule {self.rule_id}). {self.mend}"

    def annotation(self) -> str:
        """The fault as a workflow command that a code host shows beside the line."""
        line = f",line={self.line}" if self.line is not None else ""
        message = str(self).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        return f"::error file={self.file}{line},title={self.rule_id}::{message}"


def counted(faults: Sized) -> str:
    """How many faults, in words."""
    return "1 fault" if len(faults) == 1 else f"{len(faults):,} faults"


def _shown(value: str) -> str:
    shortened = value if len(value) <= LONGEST_VALUE_SHOWN else value[:LONGEST_VALUE_SHOWN] + "…"
    return "'" + shortened.encode("unicode_escape").decode("ascii") + "'" if not shortened.isprintable() else f"'{shortened}'"


def render(faults: Iterable[Fault], format: str = "text") -> str:
    """Faults in one of ``FORMATS``: JSON is an array of objects with the fields of ``Fault``, text counts what repeats itself."""
    if format == "json":
        return json.dumps([asdict(fault) for fault in faults], ensure_ascii=False, indent=2)
    if format == "github":
        return "\n".join(fault.annotation() for fault in faults)
    return "\n".join(_folded(faults))


def _folded(faults: Iterable[Fault]) -> Iterator[str]:
    """A line for each fault; of those that name the same value for the same reason the first few, and after all how many more there are."""
    alike: dict[tuple[str, ...], list[Fault]] = {}
    for fault in faults:
        of_one_cause = alike.setdefault((fault.rule_id, fault.table, fault.column, fault.value, fault.reason), [])
        of_one_cause.append(fault)
        if len(of_one_cause) <= REPEATS_SHOWN:
            yield str(fault)
    for first, *others in alike.values():
        left = len(others) + 1 - REPEATS_SHOWN
        if left > 0:
            cell = f"{first.column}={_shown(first.value)}" if first.column else "the same"
            yield f"{first.file} — {left:,} more rows with {cell}: {first.reason} (rule {first.rule_id}). --format json lists them."
