"""Wheel, sdist and editable install: each holds the data and works from anywhere, with nothing else installed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import bone_nutrition
import pytest

ROOT = Path(__file__).resolve().parent.parent
VERSION = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))["version"]
USE = """
import json, bone_nutrition
print(json.dumps({
    "where": bone_nutrition.__file__,
    "tables": bone_nutrition.tables(),
    "rows": {table: sum(1 for _ in bone_nutrition.rows(table)) for table in bone_nutrition.tables()},
    "path": str(bone_nutrition.path("foods")),
    "kale": next(row["name"] for row in bone_nutrition.rows("foods") if row["food_id"] == "kale-raw"),
    "cited": bone_nutrition.cite(),
}))
"""


def run(*command: str | Path, cwd: Path = ROOT, **options) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=environment | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """Wheel and sdist of this repository, and the wheel made from the sdist."""
    folder = tmp_path_factory.mktemp("distributions")
    run(sys.executable, "-m", "hatchling", "build", "-d", folder)
    (sdist,) = folder.glob("*.tar.gz")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps", "--no-index", "-w", folder / "from-sdist", sdist)
    return folder


def wheel(folder: Path) -> Path:
    (path,) = folder.glob("*.whl")
    return path


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


@pytest.fixture(scope="module", params=["wheel", "wheel from sdist"])
def installed(request, built, tmp_path_factory) -> Path:
    """The Python of a fresh environment that holds nothing but this package."""
    path = wheel(built if request.param == "wheel" else built / "from-sdist")
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", path)
    return python


def test_the_version_is_the_package_version(built):
    assert wheel(built).name == f"bone_nutrition-{VERSION}-py3-none-any.whl"
    assert (built / f"bone_nutrition-{VERSION}.tar.gz").is_file()


def test_the_wheel_holds_every_table_as_it_is_here(built):
    held = members(wheel(built))
    assert held["bone_nutrition/datapackage.json"] == (ROOT / "datapackage.json").read_bytes()
    for path in (ROOT / "data").iterdir():
        assert held[f"bone_nutrition/data/{path.name}"] == path.read_bytes()


def test_the_wheel_holds_types_licence_and_metadata(built):
    held = members(wheel(built))
    assert held["bone_nutrition/py.typed"] == b""
    about = f"bone_nutrition-{VERSION}.dist-info"
    assert held[f"{about}/licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
    metadata = held[f"{about}/METADATA"].decode("utf-8")
    required = [line for line in metadata.splitlines() if line.startswith("Requires-Dist") and "extra ==" not in line]
    assert required == []
    assert {"pandas", "validate"} <= {line.split(": ")[1] for line in metadata.splitlines() if line.startswith("Provides-Extra")}


def test_the_wheel_holds_no_tests_and_nothing_outside_the_package(built):
    held = members(wheel(built))
    assert {name.split("/")[0] for name in held} == {"bone_nutrition", f"bone_nutrition-{VERSION}.dist-info"}
    assert not [name for name in held if "test" in name.lower() or "__pycache__" in name or name.endswith((".pyc", ".tmp"))]


def test_the_wheel_made_from_the_sdist_is_the_same(built):
    assert members(wheel(built / "from-sdist")) == members(wheel(built))


def test_the_sdist_holds_what_a_packager_needs(built):
    with tarfile.open(built / f"bone_nutrition-{VERSION}.tar.gz") as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "LICENSE", "README.md", "Makefile", "requirements.lock", "datapackage.json", "data/foods.csv", "data/README.md",
            "schemas/bone_nutrition/__init__.py", "schemas/bone_nutrition/package.toml", "scripts/validate.py", "tests/test_distributions.py"} <= held
    assert not [name for name in held if name.startswith(("dist/", ".venv/", ".git/"))]


def test_an_installed_copy_works_from_another_folder(installed, tmp_path):
    seen = json.loads(run(installed, "-W", "error", "-c", USE, cwd=tmp_path))
    assert Path(seen["where"]).is_relative_to(installed.parent.parent)
    assert Path(seen["path"]).is_relative_to(installed.parent.parent)
    assert seen["tables"] == list(bone_nutrition.tables())
    assert seen["rows"] == {resource["name"]: resource["rows"] for resource in json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))["resources"]}
    assert seen["kale"] == "Kale, raw"
    assert VERSION in seen["cited"]


def test_an_installed_copy_names_the_command_that_gets_pandas(installed, tmp_path):
    program = "import bone_nutrition\ntry: bone_nutrition.load('foods')\nexcept ImportError as error: print(error)"
    assert run(installed, "-c", program, cwd=tmp_path).strip() == "load() needs pandas: pip install 'bone-nutrition[pandas]'"


def test_a_changed_byte_in_an_installed_table_is_an_error(installed, tmp_path):
    path = Path(json.loads(run(installed, "-c", USE, cwd=tmp_path))["path"])
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Kale, raw", b"Kale, row"))
    try:
        program = "import bone_nutrition\ntry: bone_nutrition.rows('foods')\nexcept bone_nutrition.IntegrityError as error: print(error)"
        said = run(installed, "-c", program, cwd=tmp_path)
        assert re.search(r"foods\.csv is not the table that datapackage\.json promises \(.*\): reinstall bone-nutrition", said)
    finally:
        path.write_bytes(content)


def test_the_editable_install_reads_the_checkout(tmp_path):
    seen = json.loads(run(sys.executable, "-c", USE, cwd=tmp_path))
    assert Path(seen["where"]) == ROOT / "schemas" / "bone_nutrition" / "__init__.py"
    assert Path(seen["path"]) == ROOT / "data" / "foods.csv"
