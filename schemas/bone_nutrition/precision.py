"""Half a unit of the last printed decimal: how far a printed number can be from the one it was rounded from."""

from __future__ import annotations

import pandas as pd


def half_unit(text: pd.Series) -> pd.Series:
    """For each printed number half a unit of its last decimal: '0.80' gives 0.005, '12' gives 0.5; missing gives NaN."""
    point = text.str.find(".")
    decimals = (text.str.len() - point - 1).where(point >= 0, 0).astype(float)
    return (0.5 * 10.0 ** -decimals).where(text.notna())
