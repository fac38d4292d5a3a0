"""The whole site, built from the files of one package."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from ..building import put_in_place
from ..export import archive
from ..export.coverage import coverage
from ..files import folder_aside
from ..loading import DESCRIPTOR
from . import about, claims, drawing, evidence, food_values, foods, home, interactions, nutrients, persons, shipped, tables, works
from .contents import Contents
from .page import Page, Renderer

FOLDER = "site"


def build(folder: Path, target: Path, *, tools: Path, against: str | None = None) -> list[Path]:
    """Build the site of the package in ``folder`` aside, and put it at ``target`` at once; paths of its files.

    ``tools`` is the repository whose ``tools/site`` holds the libraries; ``against`` is the release with which the page of changes compares.
    Raises ``shipped.ToolsMissing`` without the libraries.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with folder_aside(target.parent, FOLDER) as aside:
        _write(folder, aside, tools, against)
        put_in_place(aside, target)
    return sorted(path for path in target.rglob("*") if path.is_file())


def _write(folder: Path, target: Path, tools: Path, against: str | None) -> None:
    contents = Contents(folder)
    shipped.copy(tools, target)
    downloads = _copy_data(folder, contents, target)
    intakes = persons.intakes(contents)
    for path, content in home.data_files(contents, intakes).items():
        (target / path).write_bytes(content)
    renderer = Renderer(contents)
    for page in _pages(contents, intakes, downloads, against):
        path = target / page.path
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(renderer.html(page))


def _pages(contents: Contents, intakes: persons.Intakes, downloads: Path, against: str | None) -> Iterator[Page]:
    drawn = drawing.draw(chain(nutrients.drawings(contents), evidence.drawings(contents)))
    values = food_values.Values(contents, intakes)
    covered = coverage({"gaps": (), **contents.tables})
    yield from home.pages(contents, covered, downloads)
    yield from nutrients.pages(contents, values, drawn, covered)
    yield from foods.pages(contents, values)
    yield from evidence.pages(contents, drawn)
    yield from interactions.pages(contents)
    yield from claims.pages(contents)
    yield from works.pages(contents)
    yield from tables.pages(contents)
    yield from about.pages(contents, against)


def _copy_data(folder: Path, contents: Contents, target: Path) -> Path:
    """Tables one by one, and all of them as the package's zip; the folder of the zip."""
    (target / "data").mkdir()
    shutil.copyfile(folder / DESCRIPTOR, target / "data" / DESCRIPTOR)
    for table in contents.tables:
        shutil.copyfile(folder / "data" / f"{table}.csv", target / "data" / f"{table}.csv")
    downloads = target / "download"
    downloads.mkdir()
    archive.write(folder, downloads)
    return downloads
