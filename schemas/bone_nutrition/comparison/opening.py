"""A package opened for comparison: from a zip, a folder, an address, or a commit of git."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from .. import archives
from ..archives import one_line
from ..loading import DESCRIPTOR

DOWNLOAD_SECONDS = 60


class ComparisonError(RuntimeError):
    """A package cannot be read, in one line."""


@dataclass(frozen=True)
class Package:
    """A package opened for comparison; ``content`` gives the bytes of a file of it by its relative path."""

    label: str
    descriptor: dict[str, Any]
    content: Callable[[str], bytes]

    @property
    def version(self) -> str:
        return str(self.descriptor.get("version", ""))

    @property
    def tables(self) -> dict[str, dict[str, Any]]:
        return {resource["name"]: resource for resource in self.descriptor["resources"]}


@contextmanager
def open_package(source: str | Path, repository: Path | None = None) -> Iterator[Package]:
    """Open a package given as zip (or wheel), folder, address of a zip, or tag or commit of the git ``repository``; only read.

    A file or folder of that name goes before a tag. Raises ComparisonError if there is no package, or none that can be read.
    """
    label, path = str(source), Path(source)
    if label.startswith(("http://", "https://")):
        with tempfile.TemporaryDirectory(prefix="bone-nutrition-") as folder, _archive(label, _downloaded(label, Path(folder))) as archive:
            yield _package(label, partial(_from_zip, label, archive, _top(label, archive)))
    elif label and path.is_dir():
        yield _package(label, partial(_from_folder, label, path))
    elif path.is_file():
        with _archive(label, path) as archive:
            yield _package(label, partial(_from_zip, label, archive, _top(label, archive)))
    else:
        yield _package(label, partial(_from_git, label, _commit(label, repository), repository))


def _package(label: str, content: Callable[[str], bytes]) -> Package:
    try:
        descriptor = json.loads(content(DESCRIPTOR).decode("utf-8"))
    except (ValueError, RecursionError):
        raise ComparisonError(f"{label}: {DESCRIPTOR} is not JSON in UTF-8") from None
    resources = descriptor.get("resources") if isinstance(descriptor, dict) else None
    if not isinstance(resources, list) or not all(map(_is_table, resources)):
        raise ComparisonError(f"{label}: {DESCRIPTOR} does not describe tables: each resource needs a name, a relative path and a schema with fields")
    names = [resource["name"] for resource in resources]
    for name in names:
        if names.count(name) > 1:
            raise ComparisonError(f"{label}: {DESCRIPTOR} names the table {name} twice")
    return Package(label, descriptor, content)


def _is_table(resource: Any) -> bool:
    """Whether everything that is compared has the shape that the standard gives it."""
    if not isinstance(resource, dict) or not isinstance(resource.get("name"), str) or not isinstance(resource.get("schema"), dict):
        return False
    path, declared = resource.get("path"), resource["schema"]
    is_relative = isinstance(path, str) and path != "" and not path.startswith("/") and ".." not in PurePosixPath(path).parts
    foreign_keys = declared.get("foreignKeys", [])
    return (is_relative and _is_list_of(dict, declared.get("fields")) and declared["fields"] != [] and all(map(_is_field, declared["fields"]))
            and _is_names(declared.get("primaryKey", [])) and isinstance(declared.get("uniqueKeys", []), list) and _is_list_of(dict, foreign_keys)
            and all(map(_is_foreign_key, foreign_keys)))


def _is_foreign_key(key: dict[str, Any]) -> bool:
    return _is_names(key.get("fields")) and isinstance(key.get("reference"), dict) and _is_names(key["reference"].get("fields"))


def _is_field(field: dict[str, Any]) -> bool:
    constraints = field.get("constraints", {})
    return (isinstance(field.get("name"), str) and isinstance(constraints, dict) and isinstance(constraints.get("pattern", ""), str)
            and all(isinstance(values, list) for values in (constraints.get("enum", []), field.get("categories", []), field.get("ofType", []))))


def _is_list_of(kind: type, value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _is_names(value: Any) -> bool:
    return isinstance(value, str) or _is_list_of(str, value)


def _from_folder(label: str, folder: Path, path: str) -> bytes:
    file = folder / path
    if not Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder)):
        raise ComparisonError(f"{label}: {path} leaves the folder")
    try:
        return file.read_bytes()
    except (OSError, ValueError) as error:
        raise ComparisonError(f"{label}: {path} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _archive(label: str, path: Path) -> zipfile.ZipFile:
    archive = None
    try:
        archive = zipfile.ZipFile(path)
        archives.check_names(archive)
    except archives.UNREADABLE as error:
        if archive:
            archive.close()
        raise ComparisonError(f"{label}: no zip that can be read: {one_line(error)}") from None
    return archive


def _top(label: str, archive: zipfile.ZipFile) -> str:
    """Folder of a zip that holds the descriptor: a wheel and a code host's archive have one."""
    found = sorted((name for name in archive.namelist() if PurePosixPath(name).name == DESCRIPTOR), key=lambda name: name.count("/"))
    if not found:
        raise ComparisonError(f"{label}: the zip holds no {DESCRIPTOR}")
    if len(found) > 1 and found[0].count("/") == found[1].count("/"):
        raise ComparisonError(f"{label}: the zip holds {found[0]} and {found[1]}: which is the package?")
    return found[0].removesuffix(DESCRIPTOR)


def _from_zip(label: str, archive: zipfile.ZipFile, top: str, path: str) -> bytes:
    try:
        return archives.read_member(archive, top + path)
    except KeyError:
        raise ComparisonError(f"{label}: the zip holds no {path}") from None
    except archives.UNREADABLE as error:
        raise ComparisonError(f"{label}: {path} cannot be read: {one_line(error)}") from None


def _from_git(label: str, commit: str, repository: Path, path: str) -> bytes:
    done = _git(repository, "cat-file", "blob", f"{commit}:./{path}")
    if done.returncode:
        raise ComparisonError(f"{label}: this commit holds no {path}")
    return done.stdout


def _commit(label: str, repository: Path | None) -> str:
    nothing = ComparisonError(f"{label}: no zip, folder or address, and no tag or commit of this repository")
    if repository is None or not label or "\0" in label:
        raise nothing
    done = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", label + "^{commit}")
    if done.returncode:
        raise nothing
    return done.stdout.decode().strip()


def _git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *arguments], cwd=repository, capture_output=True)
    except FileNotFoundError:
        raise ComparisonError("git is missing: give a zip or a folder instead of a tag") from None


def _downloaded(address: str, folder: Path) -> Path:
    try:
        import pooch
    except ImportError:
        raise ComparisonError("reading an address needs pooch: pip install 'bone-nutrition[fetch]'") from None
    pooch.get_logger().setLevel("WARNING")
    downloader = pooch.HTTPDownloader(timeout=DOWNLOAD_SECONDS)
    try:
        return Path(pooch.retrieve(address, known_hash=None, fname="package.zip", path=folder, downloader=downloader))
    except (OSError, ValueError) as error:
        raise ComparisonError(f"{address}: {one_line(error)}") from None
