"""Half a unit of the last printed decimal: how far a printed number can be from the one it was rounded from."""

from __future__ import annotations

import numpy as np

from .table_data import TableData

# How far off a sum or difference of decimals may be as binary numbers.
ROUNDING = 1e-9


def half_unit(printed: str) -> float:
    """Half a unit of the last decimal of a printed number: '0.80' gives 0.005, '12' gives 0.5."""
    return 0.5 * 10.0 ** -len(printed.partition(".")[2])


def half_units(data: TableData, column: str) -> np.ndarray:
    """The same of each cell of a column, one number a row; NaN where it is missing."""
    return np.array(data.looked_up(column, half_unit, np.nan), dtype=float)
