"""A release: what stops it, what it leaves, and what stands after it was cut short."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bone_nutrition import building, metadata, releasing
from bone_nutrition.comparison import Change, Comparison, ComparisonError
from bone_nutrition.export import archive
from bone_nutrition.releasing import PACKAGE_TOML, SUMS, ReleaseRefused, differences, last_release, release, step_faults, version_faults
from folders import edit, git

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "release.py"
VERSION, CREATED = metadata.package()["version"], metadata.package()["created"].isoformat()

RELEASED = {"1.1.0": 64 * "1", "1.2.0": 64 * "2"}


def write_changelog(tree: Path, entry: str) -> None:
    (tree / "CHANGELOG.md").write_text(f"# Changelog\n\n{entry}\n## 1.0.0 — 2020-01-31\n\nFirst.\n", encoding="utf-8")


def write_released(path: Path) -> None:
    """Sums of made-up releases in place of those that the package knows, whichever they are."""
    before, heading, _ = path.read_text(encoding="utf-8").partition("[released]\n")
    sums = "".join(f'"{version}" = "{sum_}"\n' for version, sum_ in RELEASED.items())
    path.write_text(before + heading + sums, encoding="utf-8", newline="")


def distributions(_: Path, target: Path) -> None:
    """Wheel and sdist with nothing but their metadata, for tests that build many times."""
    content = f"Metadata-Version: 2.4\nName: bone-nutrition\nVersion: {metadata.package()['version']}\n".encode()
    stem = f"bone_nutrition-{metadata.package()['version']}"
    with zipfile.ZipFile(target / f"{stem}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(zipfile.ZipInfo(f"{stem}.dist-info/METADATA"), content)
    with tarfile.open(target / f"{stem}.tar.gz", "w") as sdist:
        member = tarfile.TarInfo(f"{stem}/PKG-INFO")
        member.size = len(content)
        sdist.addfile(member, io.BytesIO(content))


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(archive, "write_distributions", distributions)


@pytest.fixture(scope="module")
def releasable(small_repository, tmp_path_factory) -> Path:
    """A repository that may be released as 1.2.0: built, with its entry in the changelog."""
    folder = Path(shutil.copytree(small_repository, tmp_path_factory.mktemp("releasable") / "repository"))
    edit(folder / PACKAGE_TOML, f'version = "{VERSION}"', 'version = "1.2.0"')
    write_released(folder / PACKAGE_TOML)
    write_changelog(folder, f"## 1.2.0 — {CREATED}\n\nMore foods.\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(metadata.package(), "version", "1.2.0")
        building.build(folder)
    return folder


@pytest.fixture
def tree(releasable, tmp_path, monkeypatch) -> Path:
    """A copy of the releasable repository that a test may break."""
    monkeypatch.setitem(metadata.package(), "version", "1.2.0")
    monkeypatch.setitem(metadata.package(), "released", RELEASED)
    return Path(shutil.copytree(releasable, tmp_path / "repository"))


@pytest.fixture
def last(tree, tmp_path) -> Path:
    """The package of the tree as it was released as 1.1.0."""
    folder = tmp_path / "last"
    shutil.copytree(tree / "data", folder / "data")
    shutil.copy(tree / "datapackage.json", folder)
    edit(folder / "datapackage.json", '"version": "1.2.0"', '"version": "1.1.0"')
    return folder


def change_a_value(tree: Path) -> None:
    edit(tree / "data" / "food_sources.csv", "kale-raw,selenium,usda-sr-legacy-2018,0.9,", "kale-raw,selenium,usda-sr-legacy-2018,9,")
    building.build(tree)


def committed(repository: Path, *tags: str) -> None:
    git(repository, "init", "--quiet")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--allow-empty", "-m", "State of the tree")
    for tag in tags:
        git(repository, "tag", tag)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(tree: Path, against: Path | str | None = "none") -> list[str]:
    """Why the tree is refused; nothing is left, in it or beside."""
    before = files(tree.parent)
    with pytest.raises(ReleaseRefused) as caught:
        release(tree, tree.parent / "out", against if against is None else str(against))
    assert files(tree.parent) == before
    assert all("\n" not in reason for reason in caught.value.reasons)
    return caught.value.reasons


# The version step


VALUE = Change("values changed", "foods", "serving_g", count=2)
REMOVED = Change("rows removed", "foods", count=1)
REWORDED = Change("prose changed", "foods", "name", count=1)
STEPS = [
    ("1.1.0", "1.1.1", [VALUE], "1.2.0", "foods.serving_g: 2 values changed"),
    ("1.1.0", "1.2.0", [VALUE, REWORDED], None, ""),
    ("1.1.0", "1.2.0", [REMOVED, VALUE], "2.0.0", "foods: 1 row removed"),
    ("1.1.0", "2.0.0", [REMOVED], None, ""),
    ("0.4.0", "0.4.1", [REMOVED], "0.5.0", "foods: 1 row removed"),
    ("0.4.0", "0.5.0", [REMOVED], None, ""),
    ("0.4.0", "1.0.0", [REMOVED], None, ""),
    ("1.1.9", "1.1.10", [REWORDED], None, ""),
    ("1.1.0", "1.1.0", [REWORDED], "1.1.1", "foods.name: 1 text reworded"),
    ("1.1.0", "1.1.0", [], "1.1.1", None),
    ("1.1.0", "1.1.1", [], None, ""),
    ("1.1.0", "1.0.9", [], "1.1.1", None),
    ("1.1.0", "first", [], "1.1.1", None),
]


@pytest.mark.parametrize(("old", "new", "changes", "smallest", "reason"), STEPS)
def test_a_version_smaller_than_the_step_is_refused(old, new, changes, smallest, reason):
    found = step_faults(Comparison("last.zip", "tree", old, new, changes, []))
    if smallest is None:
        assert found == []
    else:
        why = f" ({reason})" if reason else ""
        assert found == [f"version {new} is too small after {old} (last.zip): write {smallest} or more in {PACKAGE_TOML}{why}"]


def test_a_release_is_compared_with_the_package_given(tree, last, quick):
    change_a_value(tree)
    out, comparison = release(tree, tree.parent / "out", str(last))
    assert (comparison.old_version, comparison.step, out.is_dir()) == ("1.1.0", "minor", True)
    shutil.rmtree(out)
    edit(last / "datapackage.json", '"version": "1.1.0"', '"version": "1.2.0"')
    (found,) = refused(tree, last)
    assert found == f"version 1.2.0 is too small after 1.2.0 ({last}): write 1.3.0 or more in {PACKAGE_TOML} (food_sources.amount: 1 value changed)"


def test_a_last_release_whose_version_is_no_version_is_refused(tree, last):
    edit(last / "datapackage.json", '"version": "1.1.0"', '"version": "first"')
    assert refused(tree, last)[0] == f"{last}: its version 'first' is not of the form 1.2.3"


def test_a_last_release_whose_zip_is_not_pinned_is_refused(tree, last, monkeypatch):
    monkeypatch.setitem(metadata.package(), "released", {})
    change_a_value(tree)
    assert refused(tree, last) == [f"{PACKAGE_TOML}: [released] lacks 1.1.0: copy the sum of its zip from its SHA256SUMS"]


# Which release is the last


@pytest.mark.needs("git")
def test_the_last_release_is_the_newest_tag_by_version(tmp_path):
    committed(tmp_path, "v0.9.0", "v0.10.0", "v0.2.0", "v1", "v1.0.0-rc1", "version-2.0.0", "1.5.0")
    assert last_release(tmp_path) == "v0.10.0"


@pytest.mark.needs("git")
def test_without_a_tag_the_first_release_has_to_be_called_so(tree, quick):
    committed(tree, "v2")
    before = files(tree.parent)
    with pytest.raises(ComparisonError, match="no tag v.* here: give the last release with --against, or --against none for the first"):
        release(tree, tree.parent / "out")
    assert files(tree.parent) == before
    assert release(tree, tree.parent / "out", "none")[1] is None


@pytest.mark.needs("git")
def test_a_tree_is_compared_with_its_newest_tag(tree, quick):
    committed(tree, "v1.2.0")
    change_a_value(tree)
    (found,) = refused(tree, None)
    assert "too small after 1.2.0 (v1.2.0): write 1.3.0 or more" in found


# The same version everywhere


PLACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "package.toml": (lambda tree: edit(tree / PACKAGE_TOML, 'version = "1.2.0"', 'version = "1.2.1"'), f"{PACKAGE_TOML}: version 1.2.1, not 1.2.0"),
    "descriptor": (lambda tree: edit(tree / "datapackage.json", '"version": "1.2.0"', '"version": "1.2.1"'), "datapackage.json: version 1.2.1, not 1.2.0"),
    "CITATION.cff": (lambda tree: edit(tree / "CITATION.cff", 'version: "1.2.0"', 'version: "1.2.1"'), "CITATION.cff: version 1.2.1, not 1.2.0"),
    "no CITATION.cff": (lambda tree: (tree / "CITATION.cff").unlink(), "CITATION.cff: cannot be read"),
    "no changelog": (lambda tree: (tree / "CHANGELOG.md").unlink(), "CHANGELOG.md: cannot be read"),
    "no entry": (lambda tree: write_changelog(tree, ""), f"CHANGELOG.md: no entry '## 1.2.0 — {CREATED}'"),
    "unreleased": (lambda tree: write_changelog(tree, "## 1.2.0 — unreleased\n\nMore.\n"), "CHANGELOG.md: the entry of 1.2.0 has no date but 'unreleased'"),
    "no day": (lambda tree: write_changelog(tree, "## 1.2.0 — 2026-02-30\n\nMore.\n"), "CHANGELOG.md: the entry of 1.2.0 has no date but '2026-02-30'"),
    "another day": (lambda tree: write_changelog(tree, "## 1.2.0 — 2020-02-29\n\nMore.\n"),
                    f"CHANGELOG.md: the entry of 1.2.0 has the date 2020-02-29, {PACKAGE_TOML} has {CREATED}"),
    "an empty entry": (lambda tree: write_changelog(tree, f"## 1.2.0 — {CREATED}\n\n"), "CHANGELOG.md: the entry of 1.2.0 says nothing"),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_version_that_does_not_stand_everywhere_is_refused(tree, name):
    change, message = PLACES[name]
    change(tree)
    assert any(fault.startswith(message) for fault in version_faults(tree)), version_faults(tree)


def test_a_changelog_without_the_version_stops_the_release(tree):
    write_changelog(tree, "")
    assert refused(tree) == [f"CHANGELOG.md: no entry '## 1.2.0 — {CREATED}'"]


def test_nothing_is_said_of_a_version_that_stands_everywhere(tree):
    assert version_faults(tree) == []


def test_wheel_sdist_and_zip_of_another_version_are_refused(tree, monkeypatch):
    def other(folder: Path, target: Path) -> None:
        with monkeypatch.context() as patch:
            patch.setitem(metadata.package(), "version", "1.2.1")
            distributions(folder, target)
    monkeypatch.setattr(archive, "write_distributions", other)
    assert refused(tree)[:3] == [
        "bone_nutrition-1.2.1-py3-none-any.whl: the name has version 1.2.1, not 1.2.0",
        "bone_nutrition-1.2.1.tar.gz: the name has version 1.2.1, not 1.2.0",
        "bone_nutrition-1.2.1-py3-none-any.whl: version 1.2.1 inside, not 1.2.0",
    ]


def test_a_build_without_wheel_is_refused(tree, monkeypatch):
    monkeypatch.setattr(archive, "write_distributions", lambda *_: None)
    assert refused(tree) == ["*.whl: 0 files instead of one", "*.tar.gz: 0 files instead of one"]


# The tree itself


def test_a_stale_tree_is_refused(tree):
    edit(tree / "data" / "README.md", "# Data dictionary", "# Dictionary")
    assert refused(tree) == ["stale: data/README.md: not what the models and tables give. Run make."]


def test_a_tree_with_faults_is_refused(tree):
    edit(tree / "data" / "food_sources.csv", "natto,calcium,usda-sr-legacy-2018,217,mg,measured,", "natto,calcium,usda-sr-legacy-2018,217,mg,meassured,")
    assert any("'meassured'" in reason for reason in refused(tree))


def test_a_tree_that_cannot_be_derived_is_refused(tree):
    edit(tree / "README.md", "<!-- end of tables -->", "")
    assert any("README.md needs the lines" in reason for reason in refused(tree))


def test_all_reasons_come_in_one_run(tree, last):
    change_a_value(tree)
    edit(last / "datapackage.json", '"version": "1.1.0"', '"version": "1.2.0"')
    write_changelog(tree, "")
    assert [reason.split(" ")[0] for reason in refused(tree, last)] == ["CHANGELOG.md:", "version"]


# Two builds


def test_a_build_that_is_not_the_same_twice_is_refused(tree, monkeypatch):
    def drifting(folder: Path, target: Path) -> None:
        distributions(folder, target)
        (target / "stamp.json").write_text(str(target))
    monkeypatch.setattr(archive, "write_distributions", drifting)
    assert refused(tree) == ["stamp.json: two builds of the same tree differ"]


def test_a_file_that_one_build_lacks_is_a_difference(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same").write_bytes(b"same")
    (tmp_path / "two" / "more").write_bytes(b"")
    assert differences(tmp_path / "one", tmp_path / "two") == ["more: two builds of the same tree differ"]
    assert differences(tmp_path / "two", tmp_path / "one") == ["more: two builds of the same tree differ"]


def test_a_build_that_fails_is_refused(tree):
    # Without the file the builder would take one of a folder above.
    (tree / "pyproject.toml").write_text("[build-system", encoding="utf-8")
    (found,) = refused(tree)
    assert found.startswith("the build failed: ")


# What is left


def test_a_folder_that_exists_is_never_touched(tree, quick):
    (tree.parent / "out").mkdir()
    (tree.parent / "out" / "kept").write_bytes(b"kept")
    (found,) = refused(tree)
    assert "exists" in found


def test_the_folder_holds_what_the_build_makes_and_nothing_of_the_tree_changes(tree, quick):
    (tree / "dist").mkdir()
    (tree / "dist" / "old.zip").write_bytes(b"old")
    before = files(tree)
    out, _ = release(tree, tree / "dist" / "release", "none")
    after = files(tree)
    assert {name for name in after if name not in before} == {f"dist/release/{name}" for name in files(out)}
    assert {name: after[name] for name in before} == before
    assert {"bone-nutrition-1.2.0.zip", "bone-nutrition-1.2.0.sqlite", "bone_nutrition-1.2.0.tar.gz", "parquet/foods.parquet", SUMS} <= files(out).keys()
    assert "old.zip" not in files(out)


INTERRUPTIONS = {
    "the second build": (building, "pack", 2, KeyboardInterrupt),
    "the copy": (releasing.shutil, "copytree", 3, OSError),
    "the sums": (releasing, "sums", 1, OSError),
    "the rename": (Path, "rename", 3, KeyboardInterrupt),
}


@pytest.mark.parametrize("name", INTERRUPTIONS)
def test_a_release_cut_short_leaves_nothing(tree, quick, monkeypatch, tmp_path, name):
    place, function, call, interruption = INTERRUPTIONS[name]
    original, calls = getattr(place, function), []

    def cut_short(*arguments, **options):
        calls.append(arguments)
        if len(calls) == call:
            raise interruption("cut short")
        return original(*arguments, **options)

    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(releasing.tempfile, "tempdir", str(temporary))
    before = sorted(tree.parent.rglob("*"))
    with monkeypatch.context() as patch:
        patch.setattr(place, function, cut_short)
        with pytest.raises(interruption, match="cut short"):
            release(tree, tree.parent / "new" / "out", "none")
    assert sorted(tree.parent.rglob("*")) == before


# The command


def run(tree: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command as the tree holds it, with the code of the tree."""
    return subprocess.run(command(tree, *arguments), env=environment(tree), capture_output=True, text=True)


def command(tree: Path, *arguments: str | Path) -> list[str]:
    (tree / "scripts").mkdir(exist_ok=True)
    shutil.copy(SCRIPT, tree / "scripts")
    return [sys.executable, str(tree / "scripts" / "release.py"), *map(str, arguments)]


def environment(tree: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(tree / "schemas"), "PYTHONDONTWRITEBYTECODE": "1"}


@pytest.mark.needs("git")
@pytest.mark.needs("sha256sum")
def test_the_command_makes_a_release_after_a_tag(tree, last):
    work = Path(shutil.copytree(tree, tree.parent / "work"))
    shutil.rmtree(work / "data")
    shutil.copytree(last, work, dirs_exist_ok=True)
    committed(work, "v1.1.0")
    shutil.copytree(tree, work, dirs_exist_ok=True)
    change_a_value(work)
    done = run(work)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("after 1.1.0 (v1.1.0): step needed: minor, so 1.2.0 at least; 1.2.0 is enough\n")
    out = work / "dist" / "release"
    assert {path.name for path in (work / "dist").iterdir()} == {"release"}
    checked = subprocess.run(["sha256sum", "--check", "--strict", SUMS], cwd=out, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert {line.partition(": ")[0] for line in checked.stdout.splitlines()} == files(out).keys() - {SUMS}
    again = run(work, "--against", out / "bone-nutrition-1.2.0.zip", "--out", work.parent / "again")
    assert again.returncode == 1
    assert again.stdout.startswith("version 1.2.0 is too small after 1.2.0")
    assert not (work.parent / "again").exists()


def test_the_command_ends_in_lines_not_in_a_traceback(tree):
    write_changelog(tree, "")
    for arguments, shown in ((("--against", "none"), "CHANGELOG.md: no entry"), (("--against", "nothing"), "nothing: no zip, folder or address")):
        done = run(tree, *arguments)
        assert done.returncode == 1
        assert shown in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert "nothing was written" in done.stderr
    assert not (tree / "dist").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ended_from_outside_leaves_nothing(tree, tmp_path, number):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    # Tests that a shell runs in the background ignore SIGINT, and what they start would inherit that.
    with subprocess.Popen(command(tree, "--against", "none"), env=environment(tree) | {"TMPDIR": str(temporary)}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, start_new_session=True,
                          preexec_fn=lambda: signal.signal(number, signal.SIG_DFL)) as process:
        deadline = time.monotonic() + 60
        while not any(temporary.iterdir()) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + number, said
    assert "Traceback" not in said
    assert not any(temporary.iterdir())
    assert not (tree / "dist").exists()
