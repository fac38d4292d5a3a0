"""Pages: what a page kind hands over, and how it becomes HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2

from .. import citing
from ..export.forest_rows import DESIGN, SUPPORT, unit_text
from ..metadata import package
from . import links, persons, wording
from .contents import Contents, is_unsound
from .linked_data import Described

TEMPLATES = Path(__file__).with_name("templates")
# Address, name, and the table without which there is no such page.
SECTIONS = (
    ("nutrients/index.html", "Nutrients", "nutrients"),
    ("foods/index.html", "Foods", "foods"),
    ("evidence/index.html", "Evidence", "questions"),
    ("interactions.html", "Interactions", "interactions"),
    ("claims/index.html", "Claims", "articles"),
    ("works/index.html", "Works", "citations"),
    ("tables/index.html", "Tables", ""),
    ("dictionary.html", "Dictionary", ""),
    ("changes.html", "Changes", ""),
)


@dataclass(frozen=True)
class Page:
    """One page: where it lies, the template that lays it out, and the values it shows."""

    path: str
    template: str
    title: str
    summary: str
    data: Described
    values: Mapping[str, Any] = field(default_factory=dict)
    scripts: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        folder = self.path.partition("/")[0]
        own = f"{folder}/index.html" if "/" in self.path else folder
        return {"food-values": "nutrients/index.html", "compare.html": "foods/index.html"}.get(folder, own)


class Renderer:
    """Turns pages into HTML; nothing from the tables reaches it unescaped."""

    def __init__(self, contents: Contents):
        self._positions = {table: {key: position for position, key in enumerate(contents.by_id(table))} for table in contents.tables
                           if table not in links.ELSEWHERE}
        loader = jinja2.FileSystemLoader(TEMPLATES)
        self._environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        about = package()
        self._environment.globals |= {
            "contents": contents,
            "about": about,
            "cite_package": citing.text(citing.package_as_work({**about, "created": about["created"].isoformat()})),
            "sections": [(path, name) for path, name, table in SECTIONS if not table or contents.rows(table)],
            "registry": links.registry,
            "external": links.external,
            "is_unsound": is_unsound,
            "persons": persons.PERSONS,
            "default_person": persons.DEFAULT_PERSON,
            "default_authority": persons.DEFAULT_AUTHORITY,
            "authorities": wording.AUTHORITY,
            "status_words": wording.STATUS_WORD,
            "supports": SUPPORT,
        }
        self._environment.filters |= {
            "words": wording.words,
            "sentence": wording.sentence,
            "grouped": wording.grouped,
            "unit": unit_text,
            "food_amount": wording.food_amount,
            "design": lambda code: DESIGN.get(code, wording.words(code)),
        }

    def html(self, page: Page) -> bytes:
        to = links.Links("../" * page.path.count("/"), self._positions)
        return self._environment.get_template(page.template).render(page=page, to=to, **page.values).encode("utf-8")
