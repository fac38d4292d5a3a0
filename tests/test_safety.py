"""Nothing reaches for the network unasked, runs what data says, or installs what is not pinned."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from offline import without_network

ROOT = Path(__file__).resolve().parent.parent
# Each reads the repository's own tables, or the folder given to it; building is tried in test_reproducible.
PROGRAMS = {
    "load": "import bone_nutrition as b; [b.load(table) for table in b.tables()]; b.cite(); b.cite('mott-2019'); "
            "b.intakes('magnesium', sex='female', age_years=25)",
    "validate": "import sys; from pathlib import Path; from bone_nutrition.validation import validate; assert validate(Path(sys.argv[1])).ok",
    "command": "import runpy, sys; sys.argv = ['bone-nutrition', 'food', 'kale', '--nutrient', 'calcium']; runpy.run_module('bone_nutrition', run_name='__main__')",
    "compare": "from pathlib import Path; from bone_nutrition.comparison import compare, open_package\n"
               "with open_package('.') as old, open_package('.') as new: assert not compare(old, new).tables",
}


def run(program: str, guard: Path, *arguments: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program, *arguments], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(guard)}, capture_output=True, text=True)


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_network_unless_asked(name, small_package, tmp_path):
    done = run(PROGRAMS[name], without_network(tmp_path / "guard"), small_package)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("program", ["import urllib.request; urllib.request.urlopen('http://example.org')",
                                     "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"])
def test_the_guard_would_have_noticed(program, tmp_path):
    done = run(program, without_network(tmp_path / "guard"))
    assert done.returncode == 1
    assert "no network: " in done.stderr


DANGEROUS = re.compile(r"\b(?:extractall|unpack_archive|pickle\b|marshal\b|os\.system|os\.popen|shell=True|exec\(|eval\(|yaml\.load|input\()")


def test_no_code_unpacks_by_foreign_names_or_runs_text():
    found = [f"{path.relative_to(ROOT)}:{number}: {line.strip()}" for pattern in ("schemas/**/*.py", "scripts/*.py") for path in sorted(ROOT.glob(pattern))
             for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if DANGEROUS.search(line)]
    assert found == []


@pytest.mark.parametrize("lock", sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("**/requirements*.lock") if ".venv" not in path.parts))
def test_every_dependency_is_pinned_with_hashes_and_without_addresses(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip()) if not entry.startswith("#")]
    assert entries
    assert [entry[:80] for entry in entries if not re.match(r"[A-Za-z0-9_.\[\]-]+==[^\s;]+", entry) or "--hash=sha256:" not in entry] == []
    assert not re.search(r"https?://|--index|--find-links|--extra-index|@ ", text)
