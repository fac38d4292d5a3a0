"""Join the DOIs of data/citations.csv with a Retraction Watch list (columns doi, nature) and rewrite the status of each work."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from bone_nutrition import schema
from bone_nutrition.derive.retraction import mark_status, natures_by_doi
from bone_nutrition.files import csv_bytes, read_rows, replace_file

ROOT = Path(__file__).resolve().parent.parent
LIST_DATE = date(2025, 8, 22)


def natures_of(path: Path):
    try:
        return natures_by_doi(read_rows(path))
    except KeyError as error:
        raise ValueError(f"{path}: there is no column {error}; a list of notices has the columns doi and nature") from None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("list", type=Path, metavar="LIST_CSV", help="the list of notices")
    parser.add_argument("--date", type=date.fromisoformat, default=LIST_DATE, help=f"day to which the list holds (default: {LIST_DATE})")
    parser.add_argument("--citations", type=Path, default=ROOT / "data" / "citations.csv", help="table to rewrite (default: this repository's)")
    arguments = parser.parse_args()
    try:
        before = schema.sorted_rows("citations", read_rows(arguments.citations))
        listed = natures_of(arguments.list)
        after = mark_status(before, listed, arguments.date.isoformat())
        replace_file(arguments.citations, csv_bytes(list(schema.columns("citations")), after))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyError as error:
        print(f"{arguments.citations}: there is no column {error}", file=sys.stderr)
        return 1
    changed = [(old, new) for old, new in zip(before, after) if old["publication_status"] != new["publication_status"]]
    for old, new in changed:
        print(f"{new['citation_id']}: {old['publication_status']} -> {new['publication_status']}")
    print(f"{len(changed)} of {len(after)} works changed status; run make to derive what follows", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
