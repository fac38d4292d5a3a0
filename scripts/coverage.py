"""Show what there is of each nutrient in each table; with --raise-floor, let the counts that stand be the least allowed from now on."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bone_nutrition.export.coverage import coverage, floor, markdown, read
from bone_nutrition.files import replace_file
from bone_nutrition.models import MODELS
from bone_nutrition.models.nutrients import BONE_RELEVANCE

ROOT = Path(__file__).resolve().parent.parent
FLOOR = ROOT / "tests" / "coverage_floor.json"


def raised(former: dict[str, int], counts: dict[str, int]) -> dict[str, int]:
    """Each count at its highest so far; a floor is never lowered."""
    return {name: max(count, former.get(name, 0)) for name, count in counts.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--relevance", choices=BONE_RELEVANCE, action="append", help="only nutrients of this bone relevance (default: all)")
    parser.add_argument("--raise-floor", action="store_true", help=f"write {FLOOR.relative_to(ROOT)}; no count there is ever lowered")
    arguments = parser.parse_args()
    covered = coverage(read(ROOT, [table for table in MODELS if (ROOT / "data" / f"{table}.csv").exists()]))
    if not arguments.raise_floor:
        for relevance in arguments.relevance or BONE_RELEVANCE:
            print(relevance, "", *markdown(covered, relevance), "", sep="\n")
        return 0
    former = json.loads(FLOOR.read_text(encoding="utf-8")) if FLOOR.exists() else {}
    counts = raised(former, floor(covered))
    try:
        replace_file(FLOOR, (json.dumps(counts, indent=2) + "\n").encode("utf-8"))
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    for name, count in counts.items():
        print(f"{name}: {count:,}" + (f", was {former[name]:,}" if former.get(name, count) != count else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
