"""Which of several values of a nutrient in a food is the preferred one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .fdc_releases import RELEASES

# Best first: the statuses of one rank, and whether USDA's releases go before other works (and in their own order) within it.
RANKING: tuple[tuple[frozenset[str], bool], ...] = (
    (frozenset({"measured"}), True),
    # USDA writes 0 for what lies below the limit of its method, so an amount measured elsewhere says more.
    (frozenset({"measured-zero"}), True),
    (frozenset({"literature", "trace", "below-limit"}), False),
    (frozenset({"calculated"}), True),
    (frozenset({"label-claim"}), True),
    (frozenset({"imputed"}), True),
    (frozenset({"not-stated"}), False),
    (frozenset({"assumed-zero"}), False),
)
_PLACE_OF_STATUS = {status: (rank, releases_first) for rank, (statuses, releases_first) in enumerate(RANKING) for status in statuses}
_PLACE_OF_RELEASE = {citation_id: place for place, citation_id in enumerate(RELEASES)}


def mark(rows: Iterable[Mapping[str, str]], years: Mapping[str, str]) -> list[dict[str, str]]:
    """Copies of rows of ``food_sources`` with ``is_preferred`` ``true`` for exactly one row per food and nutrient, else ``false``.

    ``years`` maps citation_id to year of issue (empty or missing: older than any). Equals are told apart by: not read in a
    secondary source, more data points, newer citation, citation_id. The order of rows is kept.
    Raises ValueError for a value_status that has no rank.
    """
    marked = [{**row, "is_preferred": "false"} for row in rows]
    best: dict[tuple[str, str], tuple[tuple, dict[str, str]]] = {}
    for row in marked:
        key, standing = (row["food_id"], row["nutrient_id"]), _standing(row, years)
        if key not in best or standing < best[key][0]:
            best[key] = standing, row
    for _, row in best.values():
        row["is_preferred"] = "true"
    return marked


def _standing(row: Mapping[str, str], years: Mapping[str, str]) -> tuple:
    """Sort key of a row: the smallest is preferred."""
    if row["value_status"] not in _PLACE_OF_STATUS:
        raise ValueError(f"value_status {row['value_status']!r} has no rank in preferred.RANKING")
    rank, releases_first = _PLACE_OF_STATUS[row["value_status"]]
    return (
        rank,
        _PLACE_OF_RELEASE.get(row["citation_id"], len(_PLACE_OF_RELEASE)) if releases_first else 0,
        row.get("read_in") == "secondary-source",
        -int(row.get("data_points") or 0),
        -int(years.get(row["citation_id"]) or 0),
        row["citation_id"],
    )
