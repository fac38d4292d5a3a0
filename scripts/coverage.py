"""Show what there is of each nutrient in each table; with --raise-floor, let the counts that stand be the least allowed from now on."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bone_nutrition.export.coverage import coverage, floor, markdown, read
from bone_nutrition.files import replace_file
from bone_nutrition.models import MODELS
from bone_nutrition.models.nutrients import BONE_RELEVANCE
from bone_nutrition.printing import show

ROOT = Path(__file__).resolve().parent.parent
FLOOR = ROOT / "tests" / "coverage_floor.json"


def tables(covered: Mapping[str, Any], relevances: Iterable[str]) -> list[str]:
    return [line for relevance in relevances for line in (relevance, "", *markdown(covered, relevance), "")]


def raise_floor(counts: dict[str, int]) -> list[str]:
    """Write the floor anew; a line for each count."""
    former = json.loads(FLOOR.read_text(encoding="utf-8")) if FLOOR.exists() else {}
    counts = raised(former, counts)
    replace_file(FLOOR, (json.dumps(counts, indent=2) + "\n").encode("utf-8"))
    return [f"{name}: {count:,}" + (f", was {former[name]:,}" if former.get(name, count) != count else "") for name, count in counts.items()]


def raised(former: dict[str, int], counts: dict[str, int]) -> dict[str, int]:
    """Each count at its highest so far; a floor is never lowered."""
    return {name: max(count, former.get(name, 0)) for name, count in counts.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--relevance", choices=BONE_RELEVANCE, action="append", help="only nutrients of this bone relevance (default: all)")
    parser.add_argument("--raise-floor", action="store_true", help=f"write {FLOOR.relative_to(ROOT)}; no count there is ever lowered")
    arguments = parser.parse_args()
    try:
        covered = coverage(read(ROOT, [table for table in MODELS if (ROOT / "data" / f"{table}.csv").exists()]))
        lines = raise_floor(floor(covered)) if arguments.raise_floor else tables(covered, arguments.relevance or BONE_RELEVANCE)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    show("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
