"""Derive the food values of USDA FoodData Central releases from their official zips; with --all, write every food as Parquet.

Exit status: 0 imported, 1 a release was refused or not accepted, 2 no release was found.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from bone_nutrition.derive import fdc
from bone_nutrition.printing import accept_any_text

ROOT = Path(__file__).resolve().parent.parent


def releases_of(path: Path, chosen: Iterable[str]) -> dict[str, Path]:
    """Chosen releases (citation_id -> zip) that a zip, known by its file name, or a folder of zips holds."""
    if path.is_dir():
        return {citation_id: found for citation_id in chosen if (found := fdc.find_release(citation_id, path))}
    return {citation_id: path for citation_id in chosen if fdc.RELEASES[citation_id].file_name == path.name}


def find(arguments: argparse.Namespace) -> dict[str, Path]:
    chosen = [arguments.release] if arguments.release else list(fdc.RELEASES)
    if not arguments.paths:
        found = {citation_id: path for citation_id in chosen if (path := fdc.find_release(citation_id))}
    elif arguments.release and len(arguments.paths) == 1 and not arguments.paths[0].is_dir():
        found = {arguments.release: arguments.paths[0]}
    else:
        found = {citation_id: path for given in arguments.paths for citation_id, path in releases_of(given, chosen).items()}
    if arguments.download:
        folder = next((path for path in arguments.paths if path.is_dir()), ROOT / "dist" / "fdc")
        found |= {citation_id: fdc.fetch_release(citation_id, folder) for citation_id in chosen if citation_id not in found}
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, metavar="ZIP_OR_FOLDER",
                        help="official zips, or folders of them (default: $FDC_DIR)")
    parser.add_argument("--release", choices=fdc.RELEASES, help="only this release; needed for a zip that was renamed")
    parser.add_argument("--all", action="store_true", help="write every food of the release as Parquet, leave food_sources alone")
    parser.add_argument("--accept", action="store_true", help="import bytes with an unknown sum that have the release's columns and counts")
    parser.add_argument("--download", action="store_true", help="fetch releases that are not at hand from their official addresses")
    parser.add_argument("--out", type=Path, default=ROOT / "dist" / "fdc", metavar="DIR", help="folder for --all (default: dist/fdc)")
    arguments = parser.parse_args()
    accept_any_text()
    try:
        found = find(arguments)
        if not found:
            where = f" in {', '.join(map(str, arguments.paths))}" if arguments.paths else ""
            print(f"no release found{where}: give a zip of the name below (of another name with --release) or its folder, set FDC_DIR, or use --download.",
                  "Official addresses:", file=sys.stderr)
            for release in fdc.RELEASES.values():
                print(f"  {release.address}", file=sys.stderr)
            return 2
        done = [run(arguments, citation_id, path) for citation_id, path in found.items()]
    except (fdc.ReleaseError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0 if all(done) else 1


def run(arguments: argparse.Namespace, citation_id: str, path: Path) -> bool:
    """Import one release, or write all its foods; False if it was not accepted."""
    if arguments.all:
        out = arguments.out / f"{citation_id}.parquet"
        print(f"{out}: {fdc.write_all(ROOT, citation_id, path, out, arguments.accept):,} rows")
        return True
    summary = fdc.import_release(ROOT, citation_id, path, arguments.accept)
    print(summary)
    return summary.imported


if __name__ == "__main__":
    sys.exit(main())
