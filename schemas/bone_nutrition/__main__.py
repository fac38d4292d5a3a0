"""``bone-nutrition`` and ``python -m bone_nutrition``: the command line, or one line that says how to get it."""

from __future__ import annotations

import sys


def main() -> None:
    try:
        from .command import run
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich"):
            raise
        sys.exit("the command line needs typer and rich: pip install 'bone-nutrition[cli]'")
    run()


if __name__ == "__main__":
    main()
