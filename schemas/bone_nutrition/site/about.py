"""The data dictionary and the changes."""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markupsafe import Markup

from .. import schema
from ..comparison import compare, open_package
from ..comparison.report import render
from ..models import GROUPS
from . import linked_data
from .contents import Contents
from .page import Page
from .tables import columns

CHANGELOG = "CHANGELOG.md"


def pages(contents: Contents, against: str | None) -> Iterator[Page]:
    groups = {group: [table for table in tables if table in contents.tables] for group, tables in GROUPS.items()}
    yield Page("dictionary.html", "dictionary.html", "Data dictionary", "What every table, column and code of the package means.", linked_data.page(None), {
        "groups": {group: tables for group, tables in groups.items() if tables},
        "columns": {table: columns(table) for table in contents.tables},
        "descriptions": {table: schema.description(table) for table in contents.tables},
        "keys": {table: schema.primary_key(table) for table in contents.tables},
    })
    yield Page("changes.html", "changes.html", "Changes", "What changed from version to version.", linked_data.page(None), {
        "changes": _changes(contents), "against": against, "comparison": _compared(contents, against),
    })


def _changes(contents: Contents) -> Markup:
    """The changelog; HTML in it is shown, not run."""
    path = contents.folder / CHANGELOG
    if not path.exists():
        return Markup("")
    text = path.read_text(encoding="utf-8")
    body = text.partition("\n")[2] if text.startswith("# ") else text
    return _html(body)


def _html(markdown: str) -> Markup:
    return Markup(MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown))


def _compared(contents: Contents, against: str | None) -> Markup:
    """What differs from a release: schema, rows, values."""
    if against is None:
        return Markup("")
    with open_package(against, contents.folder) as old, open_package(contents.folder) as new:
        return _html(render(compare(old, new), "markdown"))
