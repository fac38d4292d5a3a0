"""Compare two packages: schema, rows and cells that changed, and the smallest version step that this allows."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bone_nutrition.comparison import ComparisonError, compare, open_package
from bone_nutrition.comparison.report import FORMATS, MOST, render
from bone_nutrition.printing import show

ROOT = Path(__file__).resolve().parent.parent


def count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("old", "new"):
        parser.add_argument(name, metavar=name.upper(), help="zip, wheel, folder, address of a zip, or tag or commit of this repository")
    parser.add_argument("--format", choices=FORMATS, default="text", help="text for people, markdown for release notes, json for programs")
    parser.add_argument("--most", type=count, default=MOST, metavar="N", help=f"list at most N rows and cells of each kind (default: {MOST})")
    arguments = parser.parse_args()
    try:
        with open_package(arguments.old, ROOT) as old, open_package(arguments.new, ROOT) as new:
            comparison = compare(old, new)
    except (ComparisonError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    show(render(comparison, arguments.format, arguments.most))
    return 0


if __name__ == "__main__":
    sys.exit(main())
