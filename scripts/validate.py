"""Check a copy of the package: files, models, rules across tables, descriptor. Exit status 0 only if all holds."""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path

from bone_nutrition.faults import FORMATS, render
from bone_nutrition.printing import show
from bone_nutrition.validation import expect_folder, validate

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT, metavar="DIR", help="folder that holds datapackage.json (default: this repository)")
    parser.add_argument("--format", choices=FORMATS, default="text", help="text for people, json for programs, github for annotations")
    arguments = parser.parse_args()
    try:
        expect_folder(arguments.folder)
    except NotADirectoryError as error:
        parser.error(str(error))
    gc.freeze()  # what was imported stays: looking through it takes the collector a twentieth of the time
    report = validate(arguments.folder)
    if report.faults or arguments.format == "json":
        show(render(report.faults, arguments.format))
    print(*report.notes(), sep="\n", file=sys.stderr)
    return 0 if report.ok else 1


if __name__ == "__main__":
    sys.exit(main())
