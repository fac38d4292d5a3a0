"""What a rule across tables is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from ..faults import Fault
from ..table_data import TableData

Tables = Mapping[str, TableData]


@dataclass(frozen=True)
class Rule:
    """A check across tables: ``rule_id`` stands in its messages, ``needs`` names the tables without which it does not run.

    ``also`` names tables that it reads if the package has them: it would blame rows of others for what a broken one does not show.
    """

    rule_id: str
    needs: tuple[str, ...]
    check: Callable[[Tables], Iterator[Fault]]
    also: tuple[str, ...] = ()

    def waits_for(self, tables: Tables, broken: Collection[str]) -> set[str]:
        """Tables for want of which it cannot run; ``broken`` are those that the package has and that cannot be read."""
        return {name for name in self.needs if name not in tables} | {name for name in self.also if name in broken}
