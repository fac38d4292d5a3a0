"""Works: their list, and a page for each with what rests on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from .. import citing, schema
from . import linked_data
from .contents import Contents, Row
from .links import LINES_ON_A_PAGE, parts
from .page import Page
from .wording import words

# Longer lists of rows would hide what the page is for; food values have pages of their own.
MOST_ROWS = 200


def pages(contents: Contents) -> Iterator[Page]:
    resting = rows_resting(contents)
    works = list(contents.rows("citations"))
    counts = {work["citation_id"]: sum(map(len, resting[work["citation_id"]].values())) for work in works}
    all_parts = parts("works/index", len(works), LINES_ON_A_PAGE)
    for first, last, path in all_parts:
        yield Page(path, "works.html", "Works" if first == 1 else f"Works, {first} to {last}",
                   "Every work that carries rows of the package, with design, verification and retraction status.", linked_data.page(None),
                   {"all_works": works, "works": works[first - 1:last], "counts": counts, "first": first, "parts": all_parts},
                   scripts=("vendor/dataTables.min.js", "tables.js"))
    for work in works:
        rows = resting[work["citation_id"]]
        yield Page(f"works/{work['citation_id']}.html", "work.html", work["title"], citing.text(work), linked_data.work(work), {
            "work": work,
            "citation": citing.text(work), "bibtex": citing.bibtex(work),
            "resting": {table: (len(keys), keys[:MOST_ROWS]) for table, keys in rows.items()},
            "said": lambda table, row: _said(contents, table, row),
        })


def rows_resting(contents: Contents) -> defaultdict[str, dict[str, list[Row]]]:
    """Citation -> table -> rows that name it; rows that link to works stand for what they link."""
    resting: defaultdict[str, dict[str, list[Row]]] = defaultdict(dict)
    for table in contents.tables:
        for column, metadata in schema.references(table).items():
            if metadata["references"] == "citations" and table != "citations":
                for citation_id, rows in contents.grouped(table, column).items():
                    resting[citation_id].setdefault(table, []).extend(rows)
    return resting


def _said(contents: Contents, table: str, row: Row) -> str:
    """A row in a few words."""
    linked = {"function_citations": ("functions", "function_id"), "claim_citations": ("claims", "claim_id")}
    if table in linked:
        target, column = linked[table]
        return contents.get(target, row[column]).get("statement", row[column])
    if table == "interaction_citations":
        found = contents.get("interactions", row["interaction_id"])
        return f"{contents.label(found['subject_id'])} {words(found['relation'])} {contents.label(found['object_id'])}" if found else row["interaction_id"]
    if table == "effect_estimates":
        return contents.get("questions", row["question_id"]).get("text", row["effect_id"])
    return schema.row_key(table, row)
