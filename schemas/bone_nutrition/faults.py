"""Faults: what is wrong, where exactly, and how to mend it; as text, JSON, or annotations of a code host."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

FORMATS = ("text", "json", "github")
LONGEST_VALUE_SHOWN = 120


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
        where = " ".join(part for part in (place, self.row_id, cell) if part)
        return f"{where} — {self.reason} (rule {self.rule_id}). {self.mend}"

    def annotation(self) -> str:
        """The fault as a workflow command that a code host shows beside the line."""
        line = f",line={self.line}" if self.line is not None else ""
        message = str(self).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        return f"::error file={self.file}{line},title={self.rule_id}::{message}"


def _shown(value: str) -> str:
    shortened = value if len(value) <= LONGEST_VALUE_SHOWN else value[:LONGEST_VALUE_SHOWN] + "…"
    return "'" + shortened.encode("unicode_escape").decode("ascii") + "'" if not shortened.isprintable() else f"'{shortened}'"


def render(faults: Iterable[Fault], format: str = "text") -> str:
    """All faults in one of ``FORMATS``; JSON is an array of objects with the fields of ``Fault``."""
    if format == "json":
        return json.dumps([asdict(fault) for fault in faults], ensure_ascii=False, indent=2)
    if format == "github":
        return "\n".join(fault.annotation() for fault in faults)
    return "\n".join(map(str, faults))
