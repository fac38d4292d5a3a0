"""The releases of USDA FoodData Central: where their zips are, and whether a zip is what it should be."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import tomllib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..archives import one_line

# How many times larger than in the known zip a member may be before it is refused unread.
BYTES_FACTOR = 4
UNREADABLE = (OSError, EOFError, RuntimeError, NotImplementedError, UnicodeDecodeError, csv.Error, zipfile.BadZipFile, zlib.error)


class ReleaseError(ValueError):
    """A release, or a table that is joined to it, cannot be used; the message says in one line what is wrong and what to do."""


@dataclass(frozen=True)
class Member:
    """One needed file inside a release's zip; ``bytes`` is its size in the known zip."""

    name: str
    columns: tuple[str, ...]
    records: int
    bytes: int


@dataclass(frozen=True)
class SourceCodes:
    """A file of USDA source codes (gzipped CSV) that lies beside a release's zip."""

    file_name: str
    columns: tuple[str, ...]
    records: int
    sum: str


@dataclass(frozen=True)
class Release:
    """What ``fdc_releases.toml`` says of one release; ``sums`` maps each known SHA-256 to what those bytes are."""

    citation_id: str
    title: str
    address: str
    file_name: str
    folder: str
    food_key: str
    ndb_member: str
    sums: Mapping[str, str]
    members: tuple[Member, ...]
    derivation_ids: Mapping[str, int]
    source_codes: SourceCodes | None = None


@dataclass(frozen=True)
class CheckedZip:
    """A zip that has the members, columns and, where its sum is unknown, the record counts of its release.

    ``deviations`` says in what it differs from what the committed rows were derived from; empty if the sums are known.
    """

    release: Release
    path: Path
    deviations: tuple[str, ...]

    @property
    def source_codes(self) -> Path | None:
        """File of source codes, if the release has one and it is at hand."""
        if self.release.source_codes is None:
            return None
        path = self.path.parent / self.release.source_codes.file_name
        return path if path.is_file() else None


def read_releases(path: Path) -> dict[str, Release]:
    """Releases by citation_id, in order of preference."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    derivation_ids = document.pop("derivation_ids")
    return {citation_id: _release(citation_id, entry, derivation_ids) for citation_id, entry in document.items()}


def _release(citation_id: str, entry: dict, derivation_ids: Mapping[str, int]) -> Release:
    members = tuple(Member(**{**member, "columns": tuple(member["columns"])}) for member in entry.pop("members"))
    codes = entry.pop("source_codes", None)
    source_codes = SourceCodes(**{**codes, "columns": tuple(codes["columns"])}) if codes else None
    return Release(citation_id=citation_id, members=members, source_codes=source_codes, derivation_ids=derivation_ids, **entry)


RELEASES = read_releases(Path(__file__).with_name("fdc_releases.toml"))


def release_of(citation_id: str, releases: Mapping[str, Release] = RELEASES) -> Release:
    """The release with that citation. Raises ReleaseError if there is none."""
    if citation_id not in releases:
        raise ReleaseError(f"no release {citation_id!r}: fdc_releases.toml has {', '.join(releases)}")
    return releases[citation_id]


def find_release(citation_id: str, folder: Path | None = None, releases: Mapping[str, Release] = RELEASES) -> Path | None:
    """Path of the release's zip in ``folder``, by default in ``$FDC_DIR``; None if it is not there."""
    release = release_of(citation_id, releases)
    if folder is None and not os.environ.get("FDC_DIR"):
        return None
    path = Path(folder or os.environ["FDC_DIR"]) / release.file_name
    return path if path.is_file() else None


def fetch_release(citation_id: str, folder: Path, releases: Mapping[str, Release] = RELEASES) -> Path:
    """Download the release's zip from its official address into ``folder``, with a progress bar and three retries.

    No official sum is known, so the bytes are checked when they are imported. Raises ReleaseError if the download fails.
    """
    import pooch

    release = release_of(citation_id, releases)
    shelf = pooch.create(path=folder, base_url="", registry={release.file_name: None}, urls={release.file_name: release.address},
                         retry_if_failed=3)
    try:
        return Path(shelf.fetch(release.file_name, progressbar=True))
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{release.address} could not be downloaded: {one_line(error)}") from error


def check_zip(citation_id: str, path: Path, releases: Mapping[str, Release] = RELEASES) -> CheckedZip:
    """Compare a zip with what is known of its release.

    Raises ReleaseError for a file that is not the release: no zip or a truncated one, a missing or oversized member, other
    columns, another number of records (counted where the sum is unknown), or source codes with another sum.
    """
    release = release_of(citation_id, releases)
    path = Path(path)
    try:
        with zipfile.ZipFile(path) as archive:
            for member in release.members:
                _check_header(archive, release, member, path)
            known = _sha256(path) in release.sums
            if not known:
                for member in release.members:
                    _check_records(archive, release, member, path)
    except UNREADABLE as error:
        reason = one_line(error)
        raise ReleaseError(f"{path}: not a whole zip file of {release.title}: {reason}. Get it from {release.address}") from error
    unknown_sum = () if known else (f"{path.name} has an unknown SHA-256 sum, though the columns and record counts of {release.title}",)
    return CheckedZip(release, path, unknown_sum + _source_code_deviations(release, path))


@contextmanager
def open_member(archive: zipfile.ZipFile, release: Release, member: Member, path: Path) -> Iterator[io.BufferedIOBase]:
    """The bytes of one member. Raises ReleaseError if it is missing, stands twice, or is far larger than it should be."""
    name = f"{release.folder}/{member.name}"
    found = [info for info in archive.infolist() if info.filename == name]
    if len(found) != 1:
        raise ReleaseError(f"{path}: holds {len(found)} files {name}, should hold one. Get the zip from {release.address}")
    if found[0].file_size > BYTES_FACTOR * member.bytes:
        raise ReleaseError(f"{path}: {name} unpacks to {found[0].file_size:,} bytes, expected about {member.bytes:,}: refused")
    with archive.open(found[0]) as stream:
        yield stream


def _check_header(archive: zipfile.ZipFile, release: Release, member: Member, path: Path) -> None:
    with open_member(archive, release, member, path) as stream:
        columns = next(csv.reader(_text(stream), strict=True), [])
    if unknown := [column for column in columns if column not in member.columns]:
        raise ReleaseError(f"{path}: {member.name} has unknown columns {', '.join(unknown)}; expected {', '.join(member.columns)}")
    if missing := [column for column in member.columns if column not in columns]:
        raise ReleaseError(f"{path}: {member.name} lacks columns {', '.join(missing)}")
    if tuple(columns) != member.columns:
        raise ReleaseError(f"{path}: {member.name} has its columns in another order: {', '.join(columns)}")


def _check_records(archive: zipfile.ZipFile, release: Release, member: Member, path: Path) -> None:
    with open_member(archive, release, member, path) as stream:
        records = sum(1 for _ in csv.reader(_text(stream), strict=True)) - 1
    if records != member.records:
        raise ReleaseError(f"{path}: {member.name} has {records:,} records, {release.title} has {member.records:,}: another release, "
                           f"or not all of it")


def _source_code_deviations(release: Release, path: Path) -> tuple[str, ...]:
    codes = release.source_codes
    if codes is None:
        return ()
    beside = path.parent / codes.file_name
    if not beside.is_file():
        return (f"{codes.file_name} is not beside {path.name}, so values without a derivation code become not-stated",)
    if _sha256(beside) != codes.sum:
        raise ReleaseError(f"{beside}: its SHA-256 sum is not {codes.sum}; replace it")
    return ()


def _text(stream: io.BufferedIOBase) -> io.TextIOWrapper:
    return io.TextIOWrapper(stream, encoding="utf-8", newline="")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
