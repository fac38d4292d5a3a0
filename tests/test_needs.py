"""The marker ``needs``: a test whose program is missing is left out and said so, and fails where all tools are required."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
EXAMPLE = """
import pytest

@pytest.mark.needs("sh")
def test_that_runs():
    pass

@pytest.mark.needs("no-such-program")
def test_that_cannot_run():
    raise AssertionError("it ran")
"""


@pytest.fixture
def run(tmp_path):
    def _run(**environment: str) -> subprocess.CompletedProcess[str]:
        shutil.copy(TESTS / "conftest.py", tmp_path)
        (tmp_path / "test_example.py").write_text(EXAMPLE)
        kept = {name: value for name, value in os.environ.items() if name not in ("REQUIRE_TOOLS", "PYTEST_ADDOPTS")}
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", str(TESTS.parent / "pyproject.toml"), str(tmp_path)]
        return subprocess.run(command, cwd=tmp_path, env=kept | environment, capture_output=True, text=True)
    return _run


def test_the_last_line_says_what_was_left_out_and_how_to_get_it(run):
    done = run()
    assert done.returncode == 0, done.stdout
    assert "1 passed, 1 skipped" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert last.startswith("left out: 1 test (")
    assert last.endswith("test_example.py::test_that_cannot_run): no-such-program is missing: install no-such-program")


def test_a_missing_program_is_a_failure_where_all_tools_are_required(run):
    done = run(REQUIRE_TOOLS="1")
    assert done.returncode == 1
    assert "no-such-program is missing: install no-such-program (REQUIRE_TOOLS=1)" in done.stdout
    assert "it ran" not in done.stdout
