"""A release: what stands in its way, and the folder ready to upload."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath

from . import building
from .comparison import Comparison, ComparisonError, compare, open_package
from .comparison.report import reasons
from .fetching import SUMS
from .files import folder_aside
from .loading import DESCRIPTOR
from .metadata import package
from .versions import after, version_parts

PACKAGE_TOML = "schemas/bone_nutrition/package.toml"
CHANGELOG = "CHANGELOG.md"
RELEASE_FOLDER = f"{building.DIST_FOLDER}/release"
NO_EARLIER = "none"
# Neither source nor made by the build.
NOT_COPIED = (".git", ".venv", building.DIST_FOLDER, f".{building.DIST_FOLDER}-*", "__pycache__", "*.egg-info", ".*_cache", ".hypothesis",
              "node_modules")

# Where the version stands, and how to read it there; None if it does not.
PLACES: dict[str, Callable[[str], str | None]] = {
    PACKAGE_TOML: lambda text: tomllib.loads(text).get("version"),
    DESCRIPTOR: lambda text: _first(r'^  "version": "([^"]*)"', text),
    "CITATION.cff": lambda text: _first(r'^version: "?([^"\n]*)"?$', text),
}
BUILT_PLACES: dict[str, tuple[str, str]] = {
    "*.whl": (r"[^/]+\.dist-info/METADATA", r"^Version: (.*)$"),
    "*.tar.gz": (r"[^/]+/PKG-INFO", r"^Version: (.*)$"),
    "*.zip": (r"datapackage\.json", r'^  "version": "([^"]*)"'),
    "*.tgz": (r"package/package\.json", r'^  "version": "([^"]*)"'),
}
ENTRY = re.compile(r"^## (?P<version>\S+) [—–-] (?P<date>.+?)\s*\n(?P<body>(?:(?!## ).*\n?)*)", re.MULTILINE)
VERSION_IN_NAME = re.compile(r"-(\d+\.\d+\.\d+)(?=[.-])")


class ReleaseRefused(RuntimeError):
    """The tree cannot be released as it stands; ``reasons`` says why, one line each."""

    def __init__(self, found: list[str]):
        super().__init__("; ".join(found))
        self.reasons = found


def release(folder: Path, out: Path, against: str | None = None) -> tuple[Path, Comparison | None]:
    """Check the tree, build it twice, and put what is to be uploaded into the new folder ``out``; the comparison with the last release.

    ``against`` is the last release: anything that ``open_package`` takes, ``none`` before the first, None for the newest tag ``v*``.
    Raises ReleaseRefused, ComparisonError or OSError; then there is no folder ``out``.
    """
    if out.exists():
        raise ReleaseRefused([f"{out} exists: move it away, or name another folder with --out"])
    rows, found = _faults_of_tree(folder)
    # Of a tree that does not hold there is no telling what changed.
    comparison = None if found else _against_last(folder, against)
    found = [*version_faults(folder), *found, *(follow_faults(comparison) if comparison else [])]
    if found:
        raise ReleaseRefused(found)
    with folder_aside(Path(tempfile.gettempdir()), "bone-nutrition-release") as temporary:
        built = _built(folder, temporary / "one", rows, shutil.copy2)
        # At another path and with other times, which must not reach the bytes.
        again = _built(folder, temporary / "two" / "deeper", rows, shutil.copy)
        found = [*differences(built, again), *built_version_faults(built)]
        if found:
            raise ReleaseRefused(found)
        _put_in_place(built, out)
    return out, comparison


def last_release(repository: Path) -> str:
    """The newest tag ``v*`` by version.

    Raises ComparisonError if there is none.
    """
    try:
        done = subprocess.run(["git", "tag", "--list", "v*"], cwd=repository, capture_output=True, text=True)
    except FileNotFoundError:
        raise ComparisonError("git is missing: give the zip of the last release with --against") from None
    tags = {parts: tag for tag in done.stdout.split() if (parts := version_parts(tag[1:]))}
    if not tags:
        raise ComparisonError(f"no tag v* here: give the last release with --against, or --against {NO_EARLIER} for the first")
    return tags[max(tags)]


def version_faults(folder: Path) -> list[str]:
    """Places of the tree where another version stands than in package.toml, or none, and what the changelog lacks."""
    version = str(package()["version"])
    found = [] if version_parts(version) else [f"{PACKAGE_TOML}: version {version!r} is not of the form 1.2.3"]
    for file, read in PLACES.items():
        try:
            stated = read((folder / file).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            found.append(f"{file}: cannot be read: {error}")
            continue
        if stated != version:
            found.append(f"{file}: version {stated}, not {version}: run make")
    return found + list(_changelog_faults(folder / CHANGELOG, version))


def _changelog_faults(path: Path, version: str) -> Iterator[str]:
    try:
        entries = {match["version"]: match for match in ENTRY.finditer(path.read_text(encoding="utf-8"))}
    except (OSError, ValueError) as error:
        yield f"{CHANGELOG}: cannot be read: {error}"
        return
    released = package()["created"].isoformat()
    entry = entries.get(version)
    if entry is None:
        yield f"{CHANGELOG}: no entry '## {version} — {released}'"
        return
    if not _is_date(entry["date"]):
        yield f"{CHANGELOG}: the entry of {version} has no date but {entry['date']!r}: write '## {version} — {released}'"
    elif entry["date"] != released:
        yield f"{CHANGELOG}: the entry of {version} has the date {entry['date']}, {PACKAGE_TOML} has {released}"
    if not entry["body"].strip():
        yield f"{CHANGELOG}: the entry of {version} says nothing"


def step_faults(comparison: Comparison) -> list[str]:
    """Why the new version may not follow the old one."""
    old, new = version_parts(comparison.old_version), version_parts(comparison.new_version)
    if old is None:
        return [f"{comparison.old}: its version {comparison.old_version!r} is not of the form 1.2.3"]
    # Even without a difference in the data a release needs a number of its own.
    smallest = after(comparison.old_version, "patch" if comparison.step == "none" else comparison.step)
    if new is not None and new >= version_parts(smallest):
        return []
    why = f" ({reasons(comparison)})" if comparison.changes else ""
    return [f"version {comparison.new_version} is too small after {comparison.old_version} ({comparison.old}): write {smallest} or more in"
            f" {PACKAGE_TOML}{why}"]


def follow_faults(comparison: Comparison) -> list[str]:
    """Why the new version may not follow the old one, and whether the old one's zip is pinned for those who fetch it."""
    if comparison.old_version in package()["released"]:
        return step_faults(comparison)
    return [*step_faults(comparison), f"{PACKAGE_TOML}: [released] lacks {comparison.old_version}: copy the sum of its zip from its {SUMS}"]


def differences(built: Path, again: Path) -> list[str]:
    """Files that two builds of the same tree did not make alike."""
    one, other = _files(built), _files(again)
    return [f"{name}: two builds of the same tree differ" for name in sorted(one.keys() | other.keys())
            if name not in one or name not in other or one[name].read_bytes() != other[name].read_bytes()]


def built_version_faults(built: Path) -> list[str]:
    """Files that carry another version than the package in their name or metadata, and kinds of file that are missing."""
    version = str(package()["version"])
    found = [f"{name}: the name has version {stated}, not {version}"
             for name in _files(built) for stated in VERSION_IN_NAME.findall(name) if stated != version]
    for kind, (member, pattern) in BUILT_PLACES.items():
        paths = sorted(built.glob(kind))
        if len(paths) != 1:
            found.append(f"{kind}: {len(paths)} files instead of one")
        for path in paths:
            stated = _first(pattern, _member(path, member))
            if stated != version:
                found.append(f"{path.name}: version {stated} inside, not {version}")
    return found


def sums(folder: Path) -> bytes:
    """The content of ``SHA256SUMS``, as ``sha256sum --check`` reads it."""
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in _files(folder).items()).encode("utf-8")


def _against_last(folder: Path, against: str | None) -> Comparison | None:
    if against == NO_EARLIER:
        return None
    with open_package(against or last_release(folder), folder) as old, open_package(folder) as new:
        return compare(old, new)


def _faults_of_tree(folder: Path) -> tuple[Mapping[str, int], list[str]]:
    try:
        lines, report = building.stale(folder)
    except building.DERIVING_FAILS as error:
        return {}, [str(error)]
    return report.rows, [*map(str, report.faults), *(f"stale: {line}. Run make." for line in lines)]


def _built(folder: Path, copy: Path, rows: Mapping[str, int], copy_function: Callable[..., object]) -> Path:
    """``dist/`` of a copy of the tree.

    Raises ReleaseRefused if the copy cannot be built.
    """
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(*NOT_COPIED), copy_function=copy_function)
    try:
        building.pack(copy, rows)
    except (RuntimeError, subprocess.CalledProcessError) as error:
        raise ReleaseRefused([f"the build failed: {str(error).splitlines()[-1]}"]) from error
    return copy / building.DIST_FOLDER


def _put_in_place(built: Path, out: Path) -> None:
    """Copy what was built beside ``out``, add the sums, and rename it at once."""
    is_parent_new = not out.parent.exists()
    out.parent.mkdir(exist_ok=True)
    try:
        with folder_aside(out.parent, out.name) as aside:
            shutil.copytree(built, aside, dirs_exist_ok=True)
            (aside / SUMS).write_bytes(sums(aside))
            aside.rename(out)
    except BaseException:
        if is_parent_new:
            out.parent.rmdir()
        raise


def _files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def _member(path: Path, pattern: str) -> str:
    """The first member of an archive whose name fits; empty without one."""
    if path.suffix in (".gz", ".tgz"):
        with tarfile.open(path) as archive:
            for member in archive:
                if re.fullmatch(pattern, str(PurePosixPath(member.name))):
                    return archive.extractfile(member).read().decode("utf-8")
        return ""
    with zipfile.ZipFile(path) as archive:
        return next((archive.read(name).decode("utf-8") for name in archive.namelist() if re.fullmatch(pattern, name)), "")


def _first(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text, re.MULTILINE)
    return match and match[1]


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
