"""Put edited CSV files into canonical form: column and row order, UTF-8, LF, no stray space. Values are never changed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bone_nutrition.files import replace_file
from bone_nutrition.formatting import canonical

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="CSV files (default: all of data/)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is not canonical")
    arguments = parser.parse_args()
    status = 0
    for path in arguments.files or sorted((ROOT / "data").glob("*.csv")):
        try:
            content = canonical(path)
            changed = content != path.read_bytes()
            if changed and not arguments.check:
                replace_file(path, content)
                print(f"formatted {path}")
        except (ValueError, OSError) as error:
            print(error, file=sys.stderr)
            status = 1
            continue
        if changed and arguments.check:
            print(f"{path}: not canonical; run scripts/format.py {path}", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
