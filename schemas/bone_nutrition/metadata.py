"""What package.toml says of the package."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def package() -> dict[str, Any]:
    """Name, version, title, licences, contributors, sources, release date."""
    return tomllib.loads(Path(__file__).with_name("package.toml").read_text(encoding="utf-8"))
