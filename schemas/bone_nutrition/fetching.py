"""A released version from elsewhere: fetched once, checked against its known SHA-256 before anything of it is read, unpacked within bounds."""

from __future__ import annotations

import io
import json
import os
import re
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from .archives import UNREADABLE, read_member
from .files import folder_aside, replace_file
from .loading import DESCRIPTOR, IntegrityError, Package
from .metadata import package
from .versions import version_parts

CACHE_VARIABLE = "BONE_NUTRITION_CACHE"
SUMS = "SHA256SUMS"
SUM = re.compile(r"[0-9a-f]{64}")
MOST_MEMBERS = 1000
# Of all members together, unpacked: some fifty times what the first release holds.
MOST_BYTES = 1 << 30


def fetch(version: str, base_url: str, sha256: str | None = None) -> Package:
    """See ``bone_nutrition.fetch``."""
    try:
        import pooch
    except ImportError:
        raise ImportError("fetch() needs pooch: pip install 'bone-nutrition[fetch]'") from None
    if version_parts(version) is None:
        raise ValueError(f"version is of the form 1.2.3, not {version!r}")
    if not base_url.startswith(("https://", "http://")):
        raise ValueError(f"base_url is the http or https address of the folder that holds the release, not {base_url!r}")
    if sha256 is not None and not SUM.fullmatch(sha256):
        raise ValueError(f"sha256 is 64 hexadecimal digits in lower case, not {sha256!r}")
    shelf = Path(os.environ.get(CACHE_VARIABLE) or pooch.os_cache(package()["name"])) / version
    name, address = f"{package()['name']}-{version}.zip", base_url.rstrip("/")
    expected = sha256 or package()["released"].get(version) or _kept_sum(shelf, name) or _listed_sum(address, name)
    path = _checked_zip(shelf, address, name, expected)
    folder = shelf / expected[:16]
    descriptor = _unpacked(path, version, folder)
    # Kept once it held, so that zip and list changed together are noticed later on.
    replace_file(shelf / SUMS, f"{expected}  {name}\n".encode("ascii"))
    return Package(folder, descriptor=descriptor, restore=f"delete {shelf} and fetch it again")


def _kept_sum(shelf: Path, name: str) -> str | None:
    kept = shelf / SUMS
    return _sum_of(name, kept.read_bytes()) if kept.is_file() else None


def _listed_sum(address: str, name: str) -> str:
    """The sum that the release's own list gives."""
    listed = _sum_of(name, _downloaded(f"{address}/{SUMS}"))
    if listed is None:
        raise IntegrityError(f"{address}/{SUMS} gives no SHA-256 of {name}: give the sum that you know as sha256")
    return listed


def _sum_of(name: str, listed: bytes) -> str | None:
    sums = {parts[1]: parts[0] for line in listed.decode("utf-8", "replace").splitlines() if len(parts := line.split(maxsplit=1)) == 2}
    return sums[name] if SUM.fullmatch(sums.get(name, "")) else None


def _downloaded(address: str) -> bytes:
    import pooch

    content = io.BytesIO()
    try:
        pooch.HTTPDownloader()(address, content, None)
    except OSError as error:
        raise OSError(f"{address} cannot be fetched: {error}") from error
    return content.getvalue()


def _checked_zip(shelf: Path, address: str, name: str, expected: str) -> Path:
    """The zip with the expected sum, from the cache if it is there. What has another sum is not kept."""
    import pooch

    try:
        return Path(pooch.retrieve(f"{address}/{name}", f"sha256:{expected}", fname=name, path=shelf))
    except ValueError as error:
        raise IntegrityError(f"{address}/{name} is not the release: {error}") from error
    except OSError as error:
        raise OSError(f"{address}/{name} cannot be fetched: {error}") from error


def _unpacked(path: Path, version: str, folder: Path) -> dict[str, Any]:
    """Unpack the zip into ``folder``, all of it or nothing, unless that was done before; the descriptor as it stands in the zip.

    Raises IntegrityError for a zip that is no package of this version, or that is not safe to unpack.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members)
            descriptor = json.loads(archive.read(DESCRIPTOR))
            _check_descriptor(descriptor, version, {member.filename for member in members})
            if not folder.exists():
                _unpack(archive, folder)
    except (*UNREADABLE, KeyError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise IntegrityError(f"{path} is no package of version {version} that can be unpacked: {error}") from error
    return descriptor


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_BYTES:
        raise ValueError(f"it holds more than {MOST_MEMBERS:,} files or {MOST_BYTES:,} bytes")
    for member in members:
        parts = PurePosixPath(member.filename).parts
        kind = stat.S_IFMT(member.external_attr >> 16)
        if member.filename.startswith("/") or ".." in parts or re.search(r"[\\:\0]", member.orig_filename) or member.is_dir() or kind not in (0, stat.S_IFREG):
            raise ValueError(f"{member.orig_filename!r} is no plain file inside the folder")


def _check_descriptor(descriptor: Any, version: str, names: set[str]) -> None:
    resources = descriptor.get("resources") if isinstance(descriptor, Mapping) else None
    if not isinstance(resources, list) or descriptor.get("version") != version:
        raise ValueError(f"its {DESCRIPTOR} does not describe that version")
    if not all(isinstance(resource, Mapping) and {"name", "hash", "schema"} <= resource.keys() and resource.get("path") in names for resource in resources):
        raise ValueError(f"its {DESCRIPTOR} names a table that it does not hold")


def _unpack(archive: zipfile.ZipFile, folder: Path) -> None:
    with folder_aside(folder.parent, folder.name) as aside:
        for name in archive.namelist():
            path = aside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(read_member(archive, name))
        try:
            aside.rename(folder)
        except OSError:
            # Another process may have been first.
            if not folder.exists():
                raise
