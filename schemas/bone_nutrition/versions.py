"""Version numbers of the form 1.2.3."""

from __future__ import annotations

import re


def version_parts(version: str) -> tuple[int, ...] | None:
    """The three numbers of a version such as 1.2.3; None for anything else."""
    return tuple(map(int, version.split("."))) if re.fullmatch(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}", version, re.ASCII) else None


def after(version: str, step: str) -> str:
    """The version one step after another; ValueError if that is not of the form 1.2.3."""
    parts = version_parts(version)
    if parts is None:
        raise ValueError(f"version {version!r} is not of the form 1.2.3")
    major, minor, patch = parts
    return {"major": f"{major + 1}.0.0", "minor": f"{major}.{minor + 1}.0", "patch": f"{major}.{minor}.{patch + 1}", "none": version}[step]
