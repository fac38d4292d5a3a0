"""Faults of the zip in which a package travels: broken, cut or tampered with on its way."""

from __future__ import annotations

import io
import json
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

from bone_nutrition.archives import LARGEST_BYTES
from bone_nutrition.export.descriptor import FILE

from .descriptors import tables
from .mutants import Cell, Kind, Line, Mutant
from .packages import Package

ZIP = "package.zip"
UNREADABLE, PROMISES = ("zip-unreadable",), ("descriptor-hash", "descriptor-bytes")
Entries = list[tuple[zipfile.ZipInfo, bytes]]
Change = Callable[[Path, str, Random], object]


def pack(folder: Path, target: Path) -> Path:
    """A zip of the package in a folder, as the build makes it."""
    path = target / ZIP
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            archive.write(file, file.relative_to(folder).as_posix())
    return path


def _rewritten(change: Callable[[Entries, str, Random], object]) -> Change:
    """A change of the entries; the zip is whole afterwards, with sums that fit."""
    def apply(path: Path, member: str, rng: Random) -> None:
        with zipfile.ZipFile(path) as archive:
            entries = [(info, archive.read(info)) for info in archive.infolist()]
        change(entries, member, rng)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for info, content in entries:
                archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return apply


def _at(entries: Entries, member: str) -> int:
    return next(at for at, (info, _) in enumerate(entries) if info.filename == member)


def _replaced(content: Callable[[bytes, Random], bytes]) -> Change:
    def change(entries: Entries, member: str, rng: Random) -> None:
        at = _at(entries, member)
        entries[at] = entries[at][0], content(entries[at][1], rng)
    return _rewritten(change)


def _as_link(entries: Entries, member: str, rng: Random) -> None:
    entries[_at(entries, member)][0].external_attr = 0o120777 << 16


def _escaping(entries: Entries, member: str, rng: Random) -> None:
    name = rng.choice(("../evil.csv", "/etc/evil", "data/../../evil.csv", "..\\evil.csv", "C:\\evil.csv", "\\\\host\\evil.csv"))
    entries.append((zipfile.ZipInfo(name), b"a\n1\n"))


def _second_package(entries: Entries, member: str, rng: Random) -> None:
    moved = [(zipfile.ZipInfo(f"other/{info.filename}"), content) for info, content in entries]
    for info, _ in entries:
        info.filename = f"one/{info.filename}"
    entries += moved


def _path_out(content: bytes, rng: Random) -> bytes:
    descriptor = json.loads(content)
    rng.choice(descriptor["resources"])["path"] = rng.choice(("../foods.csv", "data/../../foods.csv", "/etc/hostname"))
    return json.dumps(descriptor).encode()


def _patched(offset: int, form: str, value: Callable[[int, Random], int]) -> Change:
    """A field of the central directory's entry of the member is changed; its local header stands."""
    def apply(path: Path, member: str, rng: Random) -> None:
        content = bytearray(path.read_bytes())
        place = content.rindex(member.encode()) - 46
        assert content[place:place + 4] == b"PK\x01\x02"
        (was,) = struct.unpack_from(form, content, place + offset)
        struct.pack_into(form, content, place + offset, value(was, rng))
        path.write_bytes(content)
    return apply


def _cut(path: Path, member: str, rng: Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: rng.randrange(0, len(content) - 22)])


def _flipped(path: Path, member: str, rng: Random) -> None:
    """One bit of a member's packed bytes."""
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo(member)
    start = info.header_offset + 30 + len(info.filename)
    content[rng.randrange(start, start + info.compress_size)] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


ZIP_KINDS: tuple[tuple[str, tuple[str, ...], Change], ...] = (
    ("zip cut short", UNREADABLE, _cut),
    ("bit of a zip flipped", (*UNREADABLE, *PROMISES), _flipped),
    ("member of a zip missing", UNREADABLE, _rewritten(lambda entries, member, rng: entries.pop(_at(entries, member)))),
    ("member of a zip twice", UNREADABLE, _rewritten(lambda entries, member, rng: entries.append(entries[_at(entries, member)]))),
    ("member of a zip replaced", PROMISES, _replaced(lambda content, rng: content.replace(b",", b",x", 1))),
    ("member of a zip a link", UNREADABLE, _rewritten(_as_link)),
    ("entry of a zip that leaves the folder", UNREADABLE, _rewritten(_escaping)),
    ("bomb in a zip", UNREADABLE, _replaced(lambda content, rng: bytes(LARGEST_BYTES + 1))),
    ("bomb in place of a zip's descriptor", UNREADABLE, _rewritten(lambda entries, member, rng: entries.__setitem__(
        _at(entries, FILE), (entries[_at(entries, FILE)][0], bytes(LARGEST_BYTES + 1))))),
    ("member of a zip longer than it says", (*UNREADABLE, *PROMISES), _patched(24, "<I", lambda size, rng: rng.randrange(size))),
    ("sum of a zip's member changed", UNREADABLE, _patched(16, "<I", lambda crc, rng: crc ^ (1 << rng.randrange(32)))),
    ("member of a zip locked", UNREADABLE, _patched(8, "<H", lambda flags, rng: flags | 1)),
    ("member of a zip packed in no known way", UNREADABLE, _patched(10, "<H", lambda method, rng: rng.choice((1, 99)))),
    ("descriptor of a zip missing", UNREADABLE, _rewritten(lambda entries, member, rng: entries.pop(_at(entries, FILE)))),
    ("path of a zip's descriptor leaves the folder", UNREADABLE, _rewritten(lambda entries, member, rng: entries.__setitem__(
        _at(entries, FILE), (entries[_at(entries, FILE)][0], _path_out(entries[_at(entries, FILE)][1], rng))))),
    ("two packages in a zip", UNREADABLE, _rewritten(_second_package)),
)


def _applied(change: Change, member: str, seed: int, path: Path) -> None:
    change(path, member, Random(seed))


def _mutants(name: str, change: Change) -> Callable[[Package, Random], Iterator[Mutant]]:
    def mutants(package: Package, rng: Random) -> Iterator[Mutant]:
        names = tables(package)
        for table in rng.sample(names, len(names)):
            member = f"data/{table}.csv"
            yield Mutant(name, f"{member}: {name}", places=(Line(ZIP), Cell(table, "", "hash")), zipped=partial(_applied, change, member, rng.randrange(10**6)))
    return mutants


KINDS = tuple(Kind(name, rules, _mutants(name, change)) for name, rules, change in ZIP_KINDS)
