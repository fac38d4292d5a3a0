"""Members of zips of unknown origin, read within bounds, whoever writes them afterwards."""

from __future__ import annotations

import stat
import zipfile
import zlib
from pathlib import PurePosixPath, PureWindowsPath

# A member may be as large as the first, or larger if it packs no better than the second: tables of text pack twenty times.
LARGEST_BYTES = 64 << 20
LARGEST_RATIO = 100

UNREADABLE = (OSError, EOFError, RuntimeError, NotImplementedError, ValueError, zipfile.BadZipFile, zlib.error)


class UnsafeArchive(ValueError):
    """A zip holds what no sound one does; the message says in one line what."""


def check_names(archive: zipfile.ZipFile) -> None:
    """Raises UnsafeArchive if an entry would leave the folder into which somebody unpacks the zip."""
    for name in archive.namelist():
        parts = PureWindowsPath(name).parts
        if ".." in parts or PureWindowsPath(name).anchor or PurePosixPath(name).is_absolute():
            raise UnsafeArchive(f"the entry {name!r} leaves the folder")


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of a member.

    Raises KeyError if there is none of that name, UnsafeArchive if there are two, if it is a link, or if it unpacks to more than the
    bounds allow, and one of ``UNREADABLE`` if it is broken. A member never gives more bytes than it declares.
    """
    found = [info for info in archive.infolist() if info.filename == name]
    if not found:
        raise KeyError(name)
    if len(found) > 1:
        raise UnsafeArchive(f"{name} stands {len(found)} times in the zip")
    (info,) = found
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UnsafeArchive(f"{name} is a link")
    if info.file_size > max(LARGEST_BYTES, LARGEST_RATIO * info.compress_size):
        raise UnsafeArchive(f"{name} unpacks from {info.compress_size:,} to {info.file_size:,} bytes: refused")
    return archive.read(info)


def one_line(error: BaseException) -> str:
    """What went wrong, for a message of one line."""
    return (str(error).splitlines() or [type(error).__name__])[0]
