"""What the site ships besides its pages: our own styles and scripts, and the libraries that npm put into ``tools/site``."""

from __future__ import annotations

import shutil
from pathlib import Path

ASSETS = Path(__file__).with_name("assets")
TOOLS = "tools/site"
INSTALL = f"npm ci --prefix {TOOLS}"
FONT = "@fontsource/{family}/files/{family}-{subset}-{weight}-normal.woff2"
FONTS = (("source-sans-3", (400, 600)), ("source-serif-4", (600,)))
SUBSETS = ("latin", "latin-ext", "greek")
LIBRARY = "datatables.net/js/dataTables.min.js"
# With their licences, under the names by which pages ask for them.
LICENCES = {
    "datatables.net/License.txt": "dataTables-licence.txt",
    "@fontsource/source-sans-3/LICENSE": "source-sans-3-licence.txt",
    "@fontsource/source-serif-4/LICENSE": "source-serif-4-licence.txt",
}


class ToolsMissing(RuntimeError):
    """The libraries are not installed."""


def copy(folder: Path, target: Path) -> None:
    """Copy assets and libraries of the repository ``folder`` into the site ``target``.

    Raises ToolsMissing, which names the command that gets the libraries.
    """
    shutil.copytree(ASSETS, target / "assets", dirs_exist_ok=True)
    modules = folder / TOOLS / "node_modules"
    vendor = target / "assets" / "vendor"
    vendor.mkdir(parents=True)
    for source, name in wanted().items():
        if not (modules / source).is_file():
            raise ToolsMissing(f"{modules / source} is missing: run {INSTALL}")
        shutil.copyfile(modules / source, vendor / name)


def wanted() -> dict[str, str]:
    """Files of npm packages -> their names in the site."""
    fonts = [FONT.format(family=family, subset=subset, weight=weight) for family, weights in FONTS for weight in weights for subset in SUBSETS]
    return {path: Path(path).name for path in (*fonts, LIBRARY)} | LICENCES
