"""Reading zips of unknown origin; how packages in broken and hostile zips fare is tried in ``faults``."""

from __future__ import annotations

import io
import os
import zipfile

import pytest
from bone_nutrition import archives
from bone_nutrition.archives import UnsafeArchive, check_names, read_member


def archive(**members: bytes) -> zipfile.ZipFile:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in members.items():
            written.writestr(name, content)
    return zipfile.ZipFile(stream)


def test_what_packs_like_text_may_be_larger_than_the_bound(monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_BYTES", 1_000)
    noise = os.urandom(2_000)
    assert read_member(archive(table=noise), "table") == noise
    with pytest.raises(UnsafeArchive, match=r"table unpacks from \d+ to 1,000,000 bytes: refused"):
        read_member(archive(table=bytes(1_000_000)), "table")


def test_a_bomb_of_many_members_is_read_no_further_than_the_one_asked_for(monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_BYTES", 1_000)
    held = archive(table=b"a\n1\n", **{f"bomb-{number}": bytes(100_000) for number in range(20)})
    assert read_member(held, "table") == b"a\n1\n"


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/a", "\\a", "C:/a", "c:a", "\\\\host\\share\\a", "a\\..\\b"])
def test_names_that_leave_the_folder(name):
    with pytest.raises(UnsafeArchive, match="leaves the folder"):
        check_names(archive(**{name: b""}))


@pytest.mark.parametrize("name", ["data/foods.csv", "bone_nutrition-0.1.0.dist-info/METADATA", "a..b/c", "..a", "ä/ö.csv"])
def test_names_that_stay(name):
    check_names(archive(**{name: b""}))
