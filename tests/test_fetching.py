"""A release fetched from a server on this machine: taken as it is, refused when a byte of it is not the promised one."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import bone_nutrition
import pytest
from bone_nutrition import fetching, metadata, releasing
from bone_nutrition.export import archive
from bone_nutrition.fetching import SUMS
from folders import edit

# Of no release, so that its sum is not known beforehand.
VERSION = "99.0.0"
ZIP = f"bone-nutrition-{VERSION}.zip"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_) -> None:
        pass


class Server:
    """A folder served over HTTP."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
        self.address = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def count(package: Path) -> int:
    """Number of foods."""
    return (package / "data" / "foods.csv").read_bytes().count(b"\n") - 1


def list_sums(folder: Path) -> None:
    (folder / SUMS).write_text("".join(f"{digest(path)}  {path.name}\n" for path in sorted(folder.glob("*.zip"))))


@pytest.fixture
def server(small, tmp_path) -> Iterator[Server]:
    """The small package as a release that was uploaded."""
    edit(small / "datapackage.json", f'"version": "{metadata.package()["version"]}"', f'"version": "{VERSION}"')
    folder = tmp_path / "release"
    folder.mkdir()
    archive.write(small, folder).rename(folder / ZIP)
    (folder / SUMS).write_bytes(releasing.sums(folder))
    server = Server(folder)
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("BONE_NUTRITION_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def rezip(server: Server, members: dict[str, bytes | None], **attributes) -> None:
    """Replace, add or (None) leave out members of the served zip, and list its new sum: only its content is wrong then."""
    path = server.folder / ZIP
    with zipfile.ZipFile(path) as zipped:
        held = {name: zipped.read(name) for name in zipped.namelist()} | members
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in held.items():
            if content is not None:
                info = zipfile.ZipInfo(name)
                if name in members:
                    info.external_attr = attributes.get("mode", 0o644) << 16
                zipped.writestr(info, content, zipfile.ZIP_DEFLATED)
    list_sums(server.folder)


def test_a_release_is_a_package_like_the_installed_one(server, small_package, cache):
    fetched = bone_nutrition.fetch(VERSION, server.address + "/")
    described = json.loads((small_package / "datapackage.json").read_text())
    assert fetched.tables() == tuple(resource["name"] for resource in described["resources"])
    assert {"kale-raw", "natto", "oranges-raw"} <= {row["food_id"] for row in fetched.rows("foods")}
    assert fetched.load("foods").set_index("food_id").loc["natto", "serving_g"] == 175
    assert fetched.path("foods").read_bytes() == (small_package / "data" / "foods.csv").read_bytes()
    assert fetched.path("foods").is_relative_to(cache)
    assert fetched.describe("foods") == described["resources"][fetched.tables().index("foods")]
    assert VERSION in fetched.cite() and VERSION in repr(fetched)


def test_a_cached_release_needs_no_network(server, small_package):
    bone_nutrition.fetch(VERSION, server.address)
    server.stop()
    assert len(list(bone_nutrition.fetch(VERSION, server.address).rows("foods"))) == count(small_package)


def test_a_known_sum_needs_no_list(server):
    (server.folder / SUMS).unlink()
    assert bone_nutrition.fetch(VERSION, server.address, sha256=digest(server.folder / ZIP)).tables()


@pytest.mark.parametrize("pin", ["sha256", "released", "list"])
def test_a_changed_byte_of_the_zip_is_refused_whoever_knows_its_sum(server, cache, monkeypatch, pin):
    path = server.folder / ZIP
    expected = digest(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    if pin != "list":
        list_sums(server.folder)
    if pin == "released":
        monkeypatch.setitem(metadata.package(), "released", {VERSION: expected})
    with pytest.raises(bone_nutrition.IntegrityError) as caught:
        bone_nutrition.fetch(VERSION, server.address, sha256=expected if pin == "sha256" else None)
    for said in (f"{server.address}/{ZIP} is not the release", expected, digest(path)):
        assert said in str(caught.value)
    assert not list(cache.rglob("*.zip")) and not list(cache.rglob("*.csv"))


def test_zip_and_list_changed_together_are_noticed_after_the_first_fetch(server, cache):
    bone_nutrition.fetch(VERSION, server.address)
    (cache / VERSION / ZIP).unlink()
    rezip(server, {"LICENSE": b"another"})
    for _ in 1, 2:
        with pytest.raises(bone_nutrition.IntegrityError, match="is not the release"):
            bone_nutrition.fetch(VERSION, server.address)


def test_a_changed_zip_in_the_cache_is_fetched_anew(server, cache):
    bone_nutrition.fetch(VERSION, server.address)
    cached = cache / VERSION / ZIP
    cached.write_bytes(cached.read_bytes()[:-1] + b"x")
    bone_nutrition.fetch(VERSION, server.address)
    assert digest(cached) == digest(server.folder / ZIP)
    cached.write_bytes(b"x")
    server.stop()
    with pytest.raises(OSError, match="cannot be fetched"):
        bone_nutrition.fetch(VERSION, server.address)


def test_a_changed_table_in_the_cache_is_refused(server):
    path = bone_nutrition.fetch(VERSION, server.address).path("foods")
    expected = digest(path)
    path.write_bytes(path.read_bytes().replace(b"natto,Natto", b"natto,Notto"))
    # A descriptor that agrees with the change is of no use: the one in the zip counts.
    descriptor = path.parent.parent / "datapackage.json"
    descriptor.write_text(descriptor.read_text().replace(expected, digest(path)))
    fetched = bone_nutrition.fetch(VERSION, server.address)
    for read in (fetched.rows, fetched.load):
        with pytest.raises(bone_nutrition.IntegrityError) as caught:
            read("foods")
        for said in (str(path), f"expected sha256:{expected}", f"found sha256:{digest(path)}", "delete ", "and fetch it again"):
            assert said in str(caught.value)
    assert fetched.rows("derivations")


def test_a_version_that_is_not_there_is_said_to_be_missing(server, cache):
    with pytest.raises(bone_nutrition.IntegrityError, match=r"SHA256SUMS gives no SHA-256 of bone-nutrition-9\.9\.9\.zip"):
        bone_nutrition.fetch("9.9.9", server.address)
    with pytest.raises(OSError, match=r"bone-nutrition-9\.9\.9\.zip cannot be fetched: 404"):
        bone_nutrition.fetch("9.9.9", server.address, sha256=64 * "0")
    with pytest.raises(OSError, match="SHA256SUMS cannot be fetched: 404"):
        bone_nutrition.fetch(VERSION, server.address + "/elsewhere")
    assert not list(cache.rglob("*.zip"))


@pytest.mark.parametrize(("arguments", "said"), [
    (("latest", "http://localhost"), "of the form 1.2.3"),
    (("../1.0.0", "http://localhost"), "of the form 1.2.3"),
    (("1.0.0", "file:///tmp"), "http or https address"),
    (("1.0.0", "/tmp"), "http or https address"),
])
def test_what_is_no_version_or_address_is_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        bone_nutrition.fetch(*arguments)


def test_what_is_no_sum_is_refused():
    with pytest.raises(ValueError, match="64 hexadecimal digits"):
        bone_nutrition.fetch(VERSION, "http://localhost", sha256="ABC")


@pytest.mark.parametrize(("members", "attributes", "said"), [
    ({"../outside.csv": b"x"}, {}, "no plain file"),
    ({"/tmp/outside.csv": b"x"}, {}, "no plain file"),
    ({"data/../../outside.csv": b"x"}, {}, "no plain file"),
    ({"data\\..\\..\\outside.csv": b"x"}, {}, "no plain file"),
    ({"C:outside.csv": b"x"}, {}, "no plain file"),
    ({"link": b"/etc/passwd"}, {"mode": stat.S_IFLNK | 0o777}, "no plain file"),
    ({"data/foods.csv": None}, {}, "names a table that it does not hold"),
    ({"datapackage.json": None}, {}, "There is no item named 'datapackage.json'"),
    ({"datapackage.json": b"{}"}, {}, "does not describe that version"),
    ({"datapackage.json": b"["}, {}, "no package of version"),
    ({"datapackage.json": json.dumps({"version": "8.8.8", "resources": []}).encode()}, {}, "does not describe that version"),
    ({"datapackage.json": json.dumps({"version": VERSION, "resources": [{"name": "foods", "hash": "x", "schema": {}, "path": "/etc/passwd"}]}).encode()}, {},
     "names a table that it does not hold"),
])
def test_a_zip_that_is_not_safe_or_not_whole_is_not_unpacked(server, cache, tmp_path, members, attributes, said):
    rezip(server, members, **attributes)
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(cache)}
    with pytest.raises(bone_nutrition.IntegrityError, match=said):
        bone_nutrition.fetch(VERSION, server.address)
    assert {path for path in tmp_path.rglob("*") if not path.is_relative_to(cache)} == before
    assert [path.name for path in cache.rglob("*") if path.is_file()] == [ZIP]


@pytest.mark.parametrize(("bound", "value"), [("MOST_BYTES", 10_000), ("MOST_MEMBERS", 3)])
def test_a_zip_that_is_too_large_is_not_unpacked(server, cache, monkeypatch, bound, value):
    monkeypatch.setattr(fetching, bound, value)
    with pytest.raises(bone_nutrition.IntegrityError, match="it holds more than"):
        bone_nutrition.fetch(VERSION, server.address)
    assert not list(cache.rglob("*.csv"))


def test_bytes_that_are_no_zip_are_refused(server):
    (server.folder / ZIP).write_bytes(b"<html>")
    list_sums(server.folder)
    with pytest.raises(bone_nutrition.IntegrityError, match="File is not a zip file"):
        bone_nutrition.fetch(VERSION, server.address)


def test_unpacking_that_is_cut_short_leaves_nothing_half_made(server, small_package, cache, monkeypatch):
    members = iter(range(3))

    def read_three(archive, name):
        if next(members, None) is None:
            raise KeyboardInterrupt
        return archive.read(name)

    with monkeypatch.context() as patch:
        patch.setattr(fetching, "read_member", read_three)
        with pytest.raises(KeyboardInterrupt):
            bone_nutrition.fetch(VERSION, server.address)
    assert [path.name for path in cache.rglob("*") if path.is_file()] == [ZIP]
    assert bone_nutrition.fetch(VERSION, server.address).load("foods").shape[0] == count(small_package)


def test_without_the_variable_it_stays_in_the_users_cache(server, tmp_path):
    program = f"import bone_nutrition; print(bone_nutrition.fetch({VERSION!r}, {server.address!r}).path('foods'))"
    environment = {name: value for name, value in os.environ.items() if name != "BONE_NUTRITION_CACHE"} | {"XDG_CACHE_HOME": str(tmp_path / "xdg"), "HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert Path(done.stdout.strip()).is_relative_to(tmp_path), done.stderr
    assert "bone-nutrition" in done.stdout


def test_without_pooch_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r"fetch\(\) needs pooch: pip install 'bone-nutrition\[fetch\]'"):
        bone_nutrition.fetch(VERSION, "http://localhost")


def test_two_processes_may_fetch_at_once(server, small_package):
    program = f"import bone_nutrition; print(len(bone_nutrition.fetch({VERSION!r}, {server.address!r}).load('foods')))"
    started = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    ended = [process.communicate() for process in started]
    assert [out for out, _ in ended] == [f"{count(small_package)}\n"] * 3, ended
