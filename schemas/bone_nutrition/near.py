"""What may have been meant by an id that is not there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

MOST = 3
# So that calcum finds calcium, and kryptonite not tryptophan.
CLOSE = 0.75


def names(row: Mapping[str, str], key: str) -> list[str]:
    """All that a row is called, its key first."""
    return [key, *(row[column] for column in ("name", "title") if row.get(column)), *filter(None, row.get("synonyms", "").split("|"))]


def hint(wanted: str, called: Iterable[tuple[str, Iterable[str]]]) -> str:
    """``; did you mean a, b?`` with the ids of which a name begins with what was wanted or else is spelt alike, or nothing.

    ``called`` gives each id and its names.
    """
    ids: dict[str, str] = {}
    for key, spellings in called:
        for spelling in spellings:
            ids.setdefault(_folded(spelling), key)
    sought = _folded(wanted)
    beginning = sorted((spelling for spelling in ids if sought and spelling.startswith(sought)), key=lambda spelling: (len(spelling), spelling))
    alike = beginning or difflib.get_close_matches(sought, ids, MOST, CLOSE)
    meant = list(dict.fromkeys(ids[spelling] for spelling in alike))[:MOST]
    return f"; did you mean {', '.join(meant)}?" if meant else ""


def _folded(spelling: str) -> str:
    return spelling.casefold().replace(" ", "-").replace("_", "-")
