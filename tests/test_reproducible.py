"""Two builds of the same tables give the same bytes, wherever, whenever and by whomever they are made; and need no network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from offline import without_network

# Another clock for Python and whatever it starts; date.today() asks time.time(). datetime.now() does not: the second build starts later.
CLOCK = """
import time
OFFSET = {offset}
_time = time.time
for _name in ("localtime", "gmtime", "ctime"):
    setattr(time, _name, lambda seconds=None, _original=getattr(time, _name): _original(_time() + OFFSET if seconds is None else seconds))
time.strftime = lambda form, parts=None, _original=time.strftime: _original(form, parts or time.localtime())
time.time = lambda: _time() + OFFSET
time.time_ns = lambda: int(time.time() * 1e9)
"""
# More than a zip can tell apart.
SECONDS_APART = 2.5
BUILD = "from pathlib import Path; from bone_nutrition.building import build, pack; folder = Path.cwd(); pack(folder, build(folder))"
GENERATED = ("datapackage.json", "CITATION.cff", ".zenodo.json", "data/README.md", "data/evidence_summaries.csv")
# ASCII is what Python then takes for the encoding of files that are opened without one.
BUILDERS = {
    "one": {"offset": 0, "mtime": 1_000_000_000, "umask": 0o077, "where": "one",
            "environment": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"}},
    "other": {"offset": 400_000_000, "mtime": 1_700_000_000, "umask": 0o002, "where": "an other/deeper folder",
              "environment": {"LC_ALL": "C.UTF-8", "TZ": "America/St_Johns", "PYTHONHASHSEED": "2", "SOURCE_DATE_EPOCH": "86400"}},
}
PROMISED = ("datapackage.json", "README.md", "CITATION.cff", ".zenodo.json", "data/README.md", "data/gaps.csv", "data/evidence_summaries.csv", "dist/*.zip",
            "dist/*.whl", "dist/*.tar.gz", "dist/*.sqlite", "dist/*.xlsx", "dist/*.sssom.tsv", "dist/parquet/*.parquet", "dist/citations/*.bib",
            "dist/citations/*.json", "dist/citations/*.ris", "dist/kgx/*", "dist/coverage.json", "dist/croissant.json", "dist/schema-org.json",
            "dist/figures/*.svg", "dist/figures/forest/*.svg")


def start(repository: Path, folder: Path, builder: dict) -> tuple[Path, subprocess.Popen]:
    copy = folder / builder["where"]
    shutil.copytree(repository, copy)
    for name in GENERATED:
        (copy / name).unlink()
    for path in copy.rglob("*"):
        os.utime(path, (builder["mtime"], builder["mtime"]))
        path.chmod(path.stat().st_mode & ~builder["umask"])
    clock = without_network(folder / f"clock-{copy.name}", CLOCK.format(offset=builder["offset"]))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LC_", "LANG", "TZ", "SOURCE_DATE_EPOCH"))}
    environment = {**inherited, **builder["environment"], "PYTHONPATH": f"{clock}{os.pathsep}{copy / 'schemas'}", "PYTHONDONTWRITEBYTECODE": "1"}
    return copy, subprocess.Popen([sys.executable, "-c", BUILD], cwd=copy, env=environment, umask=builder["umask"], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)


def test_time_place_locale_and_seed_do_not_reach_the_bytes(every_table, tmp_path):
    started = []
    for builder in BUILDERS.values():
        started.append(start(every_table, tmp_path, builder))
        time.sleep(SECONDS_APART)
    copies = []
    for copy, process in started:
        said, _ = process.communicate(timeout=300)
        assert process.returncode == 0, said.decode("utf-8", "replace")
        copies.append(copy)
    one, other = ({path.relative_to(copy).as_posix(): path.read_bytes() for path in copy.rglob("*") if path.is_file()} for copy in copies)
    assert [pattern for pattern in PROMISED if not list(copies[0].glob(pattern))] == []
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_the_other_clock_is_another_clock(tmp_path):
    """Without it the test above could not fail for the date."""
    (tmp_path / "sitecustomize.py").write_text(CLOCK.format(offset=400_000_000), encoding="utf-8")
    program = "import datetime, time; print(datetime.date.today().year, time.localtime().tm_year, time.gmtime(0).tm_year)"
    said = subprocess.run([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=True).stdout
    *now, epoch = map(int, said.split())
    assert min(now) >= 2038 and epoch == 1970


def test_no_code_of_the_package_asks_for_the_date(package):
    asking = re.compile(r"\b(?:now|today|utcnow)\(|\btime\.(?:time|localtime|gmtime|strftime|ctime)\(")
    assert [f"{path.name}:{number}" for path in sorted((package / "schemas").rglob("*.py"))
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if asking.search(line)] == []
