"""What a rule across tables is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ..faults import Fault
from ..reading import TableData

Tables = Mapping[str, TableData]


@dataclass(frozen=True)
class Rule:
    """A check across tables: ``rule_id`` stands in its messages, ``needs`` names the tables without which it does not run."""

    rule_id: str
    needs: tuple[str, ...]
    check: Callable[[Tables], Iterator[Fault]]
