"""Check that the tree may be released, build it twice, and leave a folder ready to upload with SHA256SUMS."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from bone_nutrition.comparison import ComparisonError
from bone_nutrition.comparison.report import verdict
from bone_nutrition.printing import accept_any_text
from bone_nutrition.releasing import RELEASE_FOLDER, ReleaseRefused, release

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", metavar="ZIP|TAG|none", help="the last release (default: the newest tag v*); none for the first")
    parser.add_argument("--out", type=Path, default=ROOT / RELEASE_FOLDER, metavar="DIR", help=f"folder to make (default: {RELEASE_FOLDER})")
    arguments = parser.parse_args()
    accept_any_text()
    # Ended from outside, clean up as after an interrupt.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        out, comparison = release(ROOT, arguments.out.absolute(), arguments.against)
    except ReleaseRefused as error:
        for reason in error.reasons:
            print(reason)
        print("not released; nothing was written", file=sys.stderr)
        return 1
    except (ComparisonError, OSError) as error:
        print(f"{error}; nothing was written", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; nothing was written", file=sys.stderr)
        return 130
    if comparison:
        print(f"after {comparison.old_version} ({comparison.old}): {verdict(comparison)}")
    for path in sorted(path for path in out.rglob("*") if path.is_file()):
        print(f"{path.stat().st_size:>11,}  {path.relative_to(out)}")
    print(f"ready to upload: {out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
