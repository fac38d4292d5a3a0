"""What a mutant is: a few edits of a valid package, one fault, and the places at which it may be reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from bone_nutrition.faults import Fault

if TYPE_CHECKING:
    from .packages import Package

Row = Mapping[str, str]


class Cell(NamedTuple):
    """One cell; in the descriptor the resource's name, no key, and the property."""

    table: str
    key: str
    column: str

    def holds(self, fault: Fault) -> bool:
        return (fault.table, fault.key, fault.column) == self


class Line(NamedTuple):
    """One line of a file; without number the file as a whole."""

    file: str
    number: int | None = None

    def holds(self, fault: Fault) -> bool:
        return fault.file == self.file and self.number in (None, fault.line)


Place = Cell | Line


@dataclass(frozen=True)
class Edit:
    """Changes of one table; positions count rows from 0. Rows are brought into order again unless the bytes themselves are edited."""

    table: str
    cells: Mapping[int, Row] = field(default_factory=dict)
    delete: frozenset[int] = frozenset()
    insert: Sequence[Row] = ()
    content: Callable[[bytes], bytes] | None = None


@dataclass(frozen=True)
class Mutant:
    """One fault: ``places`` are the cells or lines that were changed, ``related`` those that contradict them and may be reported instead.

    ``folder`` is set for mutants that need a folder on disk, ``zipped`` for those of the zip made from it.
    """

    kind: str
    says: str
    edits: tuple[Edit, ...] = ()
    places: tuple[Place, ...] = ()
    related: tuple[Place, ...] = ()
    folder: Callable[[Path], object] | None = None
    zipped: Callable[[Path], object] | None = None


@dataclass(frozen=True)
class Kind:
    """A way to be wrong, the rules of which one must find it, and the mutants of it that a package allows."""

    name: str
    rules: tuple[str, ...]
    mutants: Callable[[Package, Random], Iterator[Mutant]]
    # Kinds that no rule must find say what would.
    caught_by: str = ""


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: the rules that spoke, whether one that ought to spoke, and where."""

    mutant: Mutant
    rules: tuple[str, ...]
    found: bool
    located: bool
    exact: bool


def judged(mutant: Mutant, kind: Kind, faults: Sequence[Fault]) -> Verdict:
    meant = [fault for fault in faults if not kind.rules or fault.rule_id in kind.rules]
    exact = any(place.holds(fault) for fault in meant for place in mutant.places)
    related = any(place.holds(fault) for fault in meant for place in mutant.related)
    return Verdict(mutant, tuple(sorted({fault.rule_id for fault in faults})), bool(meant), exact or related, exact)
