"""Build the explorer into dist/site/: a static site, made from the package's own files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bone_nutrition.building import DIST_FOLDER
from bone_nutrition.comparison import ComparisonError
from bone_nutrition.releasing import last_release
from bone_nutrition.site import building, shipped

ROOT = Path(__file__).resolve().parent.parent


def newest_release() -> str | None:
    try:
        return last_release(ROOT)
    except ComparisonError:
        return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT, metavar="DIR", help="package folder (default: this repository)")
    parser.add_argument("--out", type=Path, default=ROOT / DIST_FOLDER / building.FOLDER, help="where to put the site (default: dist/site)")
    parser.add_argument("--against", metavar="OLD", help="release with which the page of changes compares (default: the newest tag v*)")
    arguments = parser.parse_args()
    try:
        paths = building.build(arguments.folder.resolve(), arguments.out, tools=ROOT, against=arguments.against or newest_release())
    except (shipped.ToolsMissing, ComparisonError, OSError) as error:
        print(f"{error}; nothing was written", file=sys.stderr)
        return 1
    pages = sum(path.suffix == ".html" for path in paths)
    print(f"{pages:,} pages, {sum(path.stat().st_size for path in paths):,} bytes: {arguments.out / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
