"""Build the package: derive, validate, write descriptor and dictionary, pack dist/. With --check: only say what is stale."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bone_nutrition.building import BuildError, build, pack, stale
from bone_nutrition.derive import fdc
from bone_nutrition.faults import render
from bone_nutrition.printing import accept_any_text

ROOT = Path(__file__).resolve().parent.parent


def check(folder: Path) -> int:
    lines, report = stale(folder)
    if report.faults:
        print(render(report.faults))
    for citation_id in fdc.RELEASES:
        path = fdc.find_release(citation_id)
        if path is None:
            print(not_rederived(citation_id), file=sys.stderr)
        elif fdc.differences(folder, citation_id, path):
            lines.append(f"data/food_sources.csv: rows of {citation_id} are not what {path.name} gives")
    for line in lines:
        print(f"stale: {line}. Run make.")
    return 1 if lines or report.faults else 0


def not_rederived(citation_id: str) -> str:
    return f"not re-derived: rows of {citation_id} in data/food_sources.csv (set FDC_DIR to the folder that holds {fdc.RELEASES[citation_id].file_name})"


def run(folder: Path, *, with_dist: bool) -> int:
    try:
        for citation_id in fdc.RELEASES:
            path = fdc.find_release(citation_id)
            print(fdc.import_release(folder, citation_id, path) if path else not_rederived(citation_id))
        rows = build(folder)
        for table, count in rows.items():
            print(f"{count:>9,}  data/{table}.csv")
        if with_dist:
            print_made(folder, pack(folder, rows))
    except BuildError as error:
        print(render(error.faults))
        print(f"{error}; nothing further was written", file=sys.stderr)
        return 1
    except (fdc.ReleaseError, OSError, RuntimeError) as error:
        print(f"{error}; nothing further was written", file=sys.stderr)
        return 1
    return 0


def print_made(folder: Path, paths: list[Path]) -> None:
    """One line per file of dist/ and per folder in it, with bytes."""
    made: dict[str, list[int]] = {}
    for path in paths:
        dist, first, *below = path.relative_to(folder).parts
        made.setdefault(f"{dist}/{first}{'/' if below else ''}", []).append(path.stat().st_size)
    for name, sizes in made.items():
        print(f"{sum(sizes):>10,} bytes  {name}" + (f" ({len(sizes)} files)" if name.endswith("/") else ""))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT, metavar="DIR", help="package folder (default: this repository)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if anything is stale or does not hold")
    parser.add_argument("--no-dist", action="store_true", help="do not pack dist/")
    arguments = parser.parse_args()
    accept_any_text()
    folder = arguments.folder.resolve()
    if arguments.check:
        try:
            return check(folder)
        except (fdc.ReleaseError, OSError) as error:
            print(error, file=sys.stderr)
            return 1
    return run(folder, with_dist=folder == ROOT and not arguments.no_dist)


if __name__ == "__main__":
    sys.exit(main())
