"""Fixtures of all tests, and the marker for programs outside the lock."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import selection
from bone_nutrition import building
from faults.packages import Package, excerpt

ROOT = Path(__file__).resolve().parent.parent
# How to get what `needs(program)` may name.
HOW_TO_GET = {
    "chromium": "install the package chromium of your system",
    "node": "install Node.js 20.10 or newer",
    "npm": "install npm, which comes with Node.js",
    "Rscript": "install R (the package r-base-core of your system)",
}
LEFT_OUT = "left out"
SITE = "tests/site/"


class LeftOut:
    """The tests whose program is missing, told by their reports: these also come from other processes."""

    def __init__(self) -> None:
        self.tests: dict[str, list[str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for advice in (value for name, value in report.user_properties if name == LEFT_OUT and report.when == "setup"):
            self.tests.setdefault(advice, []).append(report.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Runs after the summary, so that what was left out is the last line."""
        for advice, tests in self.tests.items():
            print(f"left out: {len(tests)} test{'s' * (len(tests) > 1)} ({', '.join(tests)}): {advice}")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(LeftOut())


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Of several processes one runs all tests of a file, and one those of the explorer, which share a site that is slow to build."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            return SITE if file.startswith(SITE) else file

    return ByFile(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        (program,) = marker.args
        if shutil.which(program):
            continue
        advice = f"{program} is missing: {HOW_TO_GET.get(program, f'install {program}')}"
        if os.environ.get("REQUIRE_TOOLS") == "1":
            pytest.fail(f"{advice} (REQUIRE_TOOLS=1)", pytrace=False)
        item.user_properties.append((LEFT_OUT, advice))
        pytest.skip(advice)


@pytest.fixture(scope="session")
def package() -> Path:
    """The repository, which is the package as shipped."""
    return ROOT


@pytest.fixture(scope="session")
def fdc_dir() -> Path:
    """The folder of the FoodData Central zips that $FDC_DIR names."""
    folder = os.environ.get("FDC_DIR")
    if not folder:
        pytest.skip("FDC_DIR is not set: download the zips named in schemas/bone_nutrition/derive/fdc_releases.toml into a folder and set FDC_DIR to it")
    return Path(folder)


def copy_of(package: Path, target: Path) -> Path:
    """The data package alone, without code or readme."""
    target.mkdir()
    shutil.copy(package / "datapackage.json", target)
    shutil.copy(package / "LICENSE", target)
    shutil.copytree(package / "data", target / "data")
    return target


@pytest.fixture
def copy(package: Path, tmp_path: Path) -> Path:
    """A copy of the shipped package that a test may break."""
    return copy_of(package, tmp_path / "package")


@pytest.fixture(scope="session")
def small_package(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A valid package cut from the shipped one: a few foods and what they need. A user's selection would look so."""
    folder = tmp_path_factory.mktemp("small") / "package"
    selection.cut(package, folder, foods=("kale-raw", "natto", "oranges-raw", "sardines-atlantic-canned-in-oil-with-bones"))
    return folder


@pytest.fixture
def small(small_package: Path, tmp_path: Path) -> Path:
    """A copy of the small package that a test may break."""
    return Path(shutil.copytree(small_package, tmp_path / "small"))


CODE = ("pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md")


def with_code(package: Path, folder: Path) -> Path:
    """A folder of tables made into a repository in which nothing is stale."""
    shutil.copytree(package / "schemas", folder / "schemas", ignore=shutil.ignore_patterns("__pycache__"))
    for name in CODE:
        shutil.copy(package / name, folder)
    building.build(folder)
    return folder


@pytest.fixture(scope="session")
def excerpted(package: Path) -> Package:
    """A few rows of every table, in memory."""
    return excerpt(Package.read(package))


@pytest.fixture(scope="session")
def every_table(package: Path, excerpted: Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository, code and all, with a few rows of every table; not to be changed."""
    folder = tmp_path_factory.mktemp("every") / "repository"
    (folder / "data").mkdir(parents=True)
    for name, table in excerpted.tables.items():
        (folder / "data" / f"{name}.csv").write_bytes(table.content)
    shutil.copy(package / "LICENSE", folder)
    return with_code(package, folder)


@pytest.fixture(scope="session")
def small_repository(package: Path, small_package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository, code and all, with the data of the small package; nothing in it is stale."""
    return with_code(package, Path(shutil.copytree(small_package, tmp_path_factory.mktemp("repository") / "repository")))


@pytest.fixture
def repository(small_repository: Path, tmp_path: Path) -> Path:
    """A copy of the small repository that a test may break."""
    return Path(shutil.copytree(small_repository, tmp_path / "repository"))
