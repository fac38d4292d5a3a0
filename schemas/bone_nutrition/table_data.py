"""One table as read, and what rules ask of it: distinct texts, groups of rows, faults of its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from . import schema
from .faults import Fault


@dataclass(eq=False)
class TableData:
    """One table as read.

    ``encoded`` holds, of each column, for each row the place of its text among the distinct texts of the column, -1 where it is
    missing, and these texts. ``text`` holds every cell as text, missing cells as None; ``typed`` the same cells by declared type,
    cells of a wrong type as NA; ``ill_typed`` names the columns that have such cells; ``lines`` the line of the file on which each
    row begins.
    """

    name: str
    file: str
    encoded: dict[str, tuple[np.ndarray, list[str]]]
    lines: np.ndarray
    text: pd.DataFrame = field(init=False)
    typed: pd.DataFrame = field(default_factory=pd.DataFrame)
    ill_typed: set[str] = field(default_factory=set)
    _distinct: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    def __post_init__(self):
        # One object for each distinct text, however often it stands: quicker to compare, and smaller, than strings of their own.
        self.text = pd.DataFrame({name: np.array([*texts, None], dtype=object)[codes] for name, (codes, texts) in self.encoded.items()}, dtype=object)

    def distinct(self, column: str) -> frozenset[str]:
        """Texts that stand in a column, without the missing ones; long tables have few of them, so rules ask for these first."""
        if column not in self._distinct:
            self._distinct[column] = frozenset(self.encoded[column][1])
        return self._distinct[column]

    def groups(self, *columns: str) -> np.ndarray:
        """For each row a number that it shares with the rows of the same texts in these columns; a missing cell counts as a text."""
        numbers = np.zeros(len(self.text), dtype=np.int64)
        for column in columns:
            codes, texts = self.encoded[column]
            numbers = pd.factorize(numbers * (len(texts) + 1) + codes + 1)[0]
        return numbers

    @cached_property
    def records(self) -> list[dict[str, str]]:
        """Rows as dictionaries of text; a missing cell is an empty string."""
        names = list(self.text)
        return [dict(zip(names, cells)) for cells in zip(*(self.looked_up(name, lambda text: text, "") for name in names))]

    def looked_up(self, column: str, look_up: Callable[[str], Any], missing: Any = None) -> list[Any]:
        """For each row what its text in the column stands for; each distinct text is looked up once."""
        codes, texts = self.encoded[column]
        found = [*map(look_up, texts), missing]  # where the code of a missing cell leads
        return [found[code] for code in codes.tolist()]

    def has_missing(self, column: str) -> bool:
        return bool((self.encoded[column][0] < 0).any())

    def fault(self, position: int, rule_id: str, column: str, reason: str, mend: str) -> Fault:
        """A fault of the cell in ``column`` of the row at ``position``."""
        key = schema.primary_key(self.name)
        row = self.text.iloc[position]
        parts = ["" if pd.isna(row[name]) else row[name] for name in key]
        value = "" if column not in row or pd.isna(row[column]) else row[column]
        row_id = " ".join(f"{name}='{part}'" for name, part in zip(key, parts))
        return Fault(rule_id=rule_id, reason=reason, mend=mend, file=self.file, line=int(self.lines[position]), table=self.name,
                     key="/".join(parts), row_id=row_id, column=column, value=value)

    def faults_where(self, mask: pd.Series | np.ndarray, rule_id: str, column: str, reason: str, mend: str) -> Iterator[Fault]:
        """A fault for each row in which ``mask`` is true."""
        for position in np.flatnonzero(np.asarray(mask, dtype=bool)):
            yield self.fault(int(position), rule_id, column, reason, mend)
