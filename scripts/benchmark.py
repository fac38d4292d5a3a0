"""Measure whole processes, each beside what a user would use instead, in the same run; print Markdown tables.

Medians of the runs stated. Wants an idle machine; on a busy one the ratio of processor time is the steadier figure.
Goals are shown, not enforced: the exit status does not depend on the clock.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
INPUTS = (PYTHON, str(ROOT / "scripts" / "benchmarking" / "inputs.py"))
WORK = (PYTHON, str(ROOT / "scripts" / "benchmarking" / "work.py"))
VALIDATE = (PYTHON, str(ROOT / "scripts" / "validate.py"))
FRICTIONLESS = (str(Path(PYTHON).with_name("frictionless")), "validate", "datapackage.json")
RELEASE_FILE = "FoodData_Central_sr_legacy_food_csv_2018-04.zip"
RELEASE = "usda-sr-legacy-2018"

RUNS = 5
SLOW_RUNS = 3
MILLION = 1_000_000
GROWN = (1, 10)
LARGE = (1, 10, 100)
# Neither source nor needed to build.
NOT_COPIED = (".git", ".venv", "dist", "__pycache__", "node_modules")
TIMES_RELEASE = 10
MEMORY_LIMIT_MB = 512


@dataclass(frozen=True)
class Run:
    """One process: wall-clock and processor seconds, peak of resident memory in MB, exit status and what it printed."""

    seconds: float
    processor: float
    megabytes: float
    status: int
    output: str
    errors: str


@dataclass(frozen=True)
class Process:
    """A command and the folder that it runs in; ``seconds`` reads the figure off a run where it is not the whole process."""

    name: str
    command: tuple[str, ...]
    folder: Path = ROOT
    seconds: Callable[[Run], float] = lambda run: run.seconds


@dataclass(frozen=True)
class Comparison:
    """``ours`` beside ``other``.

    ``goal`` is the largest ratio of their times (None: there is none), ``limit`` the most seconds that ours may take instead, or may take
    longer than the other if ``is_beyond``.
    """

    what: str
    ours: Process
    other: Process
    goal: float | None = None
    runs: int = RUNS
    limit: float | None = None
    is_beyond: bool = False


def run(process: Process) -> Run:
    # This process imports nothing large: a child's peak begins with what its parent held.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen(process.command, cwd=process.folder, stdout=output, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        texts = [stream.seek(0) or stream.read().decode("utf-8", "replace") for stream in (output, errors)]
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6, child.returncode, *texts)


def printed_seconds(done: Run) -> float:
    return float(done.output.split()[-1])


def import_seconds(module: str) -> Callable[[Run], float]:
    """Cumulated time of a module in the report of ``-X importtime``."""
    line = re.compile(rf"^import time:\s*\d+ \|\s*(\d+) \| {module}$", re.MULTILINE)
    return lambda done: int(line.search(done.errors)[1]) / 1e6


def prepared(*arguments: object) -> Path:
    """Input made by benchmarking/inputs.py; where it is."""
    done = subprocess.run([*INPUTS, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return Path(done.stdout.strip())


def validators(folder: Path) -> tuple[Process, Process]:
    return Process("scripts/validate.py", (*VALIDATE, str(folder))), Process("frictionless validate", FRICTIONLESS, folder)


def by_duckdb(folder: Path) -> Process:
    return Process("DuckDB constraints", (*WORK, "check-by-duckdb", str(folder)))


def comparisons(shipped: Path, million: Path, changed: Path, release: Path | None, out: Path) -> list[Comparison]:
    ours, frictionless = validators(shipped)
    importing_both = Process("import pandas, pandera.pandas", (PYTHON, "-c", "import pandas, pandera.pandas"))
    diff = Process("scripts/diff_release.py", (PYTHON, str(ROOT / "scripts" / "diff_release.py"), str(million), str(changed)))
    listed = [
        Comparison("validation, shipped package", ours, frictionless, goal=1.0),
        Comparison("validation, shipped package", ours, by_duckdb(shipped)),
        Comparison("validation beyond imports", ours, importing_both, limit=1.0, is_beyond=True),
        Comparison("validation, 1,000,000 food values", *validators(million), goal=1 / 5, runs=SLOW_RUNS),
        Comparison("differences of 1,000,000 food values", diff, Process("pandas.read_csv of both sides", (*WORK, "read-both", str(million), str(changed))),
                   goal=3.0, runs=SLOW_RUNS),
        Comparison("load all tables, whole process", Process("bone_nutrition.load", (*WORK, "load-tables")),
                   Process("pandas.read_csv", (*WORK, "read-tables")), goal=1.3),
        Comparison("load all tables, without imports", Process("bone_nutrition.load", (*WORK, "load-tables"), seconds=printed_seconds),
                   Process("pandas.read_csv", (*WORK, "read-tables"), seconds=printed_seconds), goal=1.3),
        Comparison("load all tables, without imports", Process("bone_nutrition.load", (*WORK, "load-tables"), seconds=printed_seconds),
                   Process("pyarrow.csv.read_csv", (*WORK, "read-arrow"), seconds=printed_seconds)),
        Comparison("import, whole process", Process("import bone_nutrition", (PYTHON, "-c", "import bone_nutrition")),
                   Process("an empty Python", (PYTHON, "-c", "pass")), limit=0.050),
        Comparison("import, -X importtime", importing("bone_nutrition"), importing("pandas"), limit=0.050),
    ]
    if release:
        importer = (PYTHON, str(ROOT / "scripts" / "import_fdc.py"), "--all", "--release", RELEASE, "--out", str(out), str(release))
        listed.append(Comparison("all foods of SR Legacy to Parquet", Process("import_fdc --all", importer),
                                 Process("DuckDB scan and join", (*WORK, "join-release", str(release), str(out / "joined.parquet"))), goal=2.0))
    return listed


def importing(module: str) -> Process:
    return Process(f"import {module}", (PYTHON, "-X", "importtime", "-c", f"import {module}"), seconds=import_seconds(module))


def show_table(header: str, rows: list[str]) -> None:
    print(header, re.sub(r"[^|]+", " --- ", header), *rows, "", sep="\n", flush=True)


def measured(comparison: Comparison) -> str:
    """A row of the table; the two processes take turns, so that both meet the same disturbances."""
    pairs = [(run(comparison.ours), run(comparison.other)) for _ in range(comparison.runs)]
    ours, other = zip(*pairs)
    mine, theirs = (statistics.median(map(process.seconds, done)) for process, done in ((comparison.ours, ours), (comparison.other, other)))
    of_processor = median_of("processor", ours) / median_of("processor", other)
    cells = [
        comparison.what, shown(comparison.ours, mine, ours), shown(comparison.other, theirs, other),
        f"{mine / theirs:.2f}×", f"{of_processor:.2f}×", *goal_and_met(comparison, mine, theirs), str(comparison.runs),
    ]
    return f"| {' | '.join(cells)} |"


def goal_and_met(comparison: Comparison, mine: float, theirs: float) -> tuple[str, str]:
    if comparison.limit is not None:
        taken = mine - theirs if comparison.is_beyond else mine
        goal = f"≤ {1e3 * comparison.limit:.0f} ms" + " beyond" * comparison.is_beyond
        return goal, f"{'yes' if taken <= comparison.limit else 'no'} ({1e3 * taken:.0f} ms)"
    if comparison.goal is None:
        return "", ""
    return f"≤ {comparison.goal:.2f}×", "yes" if mine / theirs <= comparison.goal else "no"


def shown(process: Process, seconds: float, runs: tuple[Run, ...]) -> str:
    time_shown = f"{1e3 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"
    failed = ", exit status " + str(runs[-1].status) if runs[-1].status else ""
    return f"{process.name}: {time_shown}, {median_of('megabytes', runs):.0f} MB{failed}"


def median_of(figure: str, runs: tuple[Run, ...] | list[Run]) -> float:
    return statistics.median(getattr(done, figure) for done in runs)


def faults_found(copies: Path) -> list[str]:
    """For each broken copy, the faults that each validator counts, and of the places that frictionless names those that ours names.

    A place is a table and a line; a fault of a whole file or of its header is on line 1.
    """
    rows = []
    for folder in sorted(copies.iterdir()):
        ours, theirs = our_places(folder), their_places(folder)
        missed = set(theirs) - set(ours)
        rows.append(f"| {folder.name[3:]} | {len(ours)} | {len(theirs)} | {len(set(theirs)) - len(missed)} of {len(set(theirs))} |")
    return rows


def our_places(folder: Path) -> list[tuple[str, int]]:
    done = run(Process("validate", (*VALIDATE, str(folder), "--format", "json")))
    return [(fault["table"], fault["line"] or 1) for fault in json.loads(done.output)]


def their_places(folder: Path) -> list[tuple[str, int]]:
    done = run(Process("frictionless", (*FRICTIONLESS, "--json"), folder))
    return [(task["name"], error.get("rowNumber") or 1) for task in json.loads(done.output)["tasks"] for error in task["errors"]]


def memory_by_release(release: Path, folder: Path) -> list[str]:
    repeated = prepared("repeat", release, folder / "repeated", TIMES_RELEASE)
    once = prepared("repeat", release, folder / "once", 1)
    rows = []
    for times, path in ((1, once), (TIMES_RELEASE, repeated)):
        runs = [run(Process("import", (*WORK, "import-repeated", str(path), str(times), str(folder / "all.parquet"), str(MEMORY_LIMIT_MB)))) for _ in range(SLOW_RUNS)]
        peak = median_of("megabytes", runs)
        met = "yes" if peak < MEMORY_LIMIT_MB and not any(done.status for done in runs) else "no"
        rows.append(f"| {times}× | {median_of('seconds', runs):.2f} s | {peak:.0f} MB | < {MEMORY_LIMIT_MB} MB | {met} | {SLOW_RUNS} |")
    return rows


def growth(folder: Path, factors: tuple[int, ...]) -> list[str]:
    """Time and memory of validation by the number of food values, beside DuckDB's constraints; last, how both grew against the values."""
    shipped = lines_of(ROOT / "data" / "food_sources.csv") - 1
    rows, first = [], None
    for times in factors:
        package = prepared("grow", folder / f"{times}x", shipped * times)
        ours, theirs = run(validators(package)[0]), run(by_duckdb(package))
        values = lines_of(package / "data" / "food_sources.csv") - 1
        first = first or (values, ours)
        grown = f"time {ours.seconds / first[1].seconds:.1f}×, memory {ours.megabytes / first[1].megabytes:.1f}× for {values / first[0]:.1f}× the values"
        rows.append(f"| {times}× | {values:,} | {figures(ours)} | {figures(theirs)} | {grown} |")
    return rows


def figures(done: Run) -> str:
    return f"{done.seconds:.1f} s, {done.megabytes:.0f} MB" + f", exit status {done.status}" * bool(done.status)


def build_from_clean(folder: Path) -> list[str]:
    """The build of a copy of this repository that holds nothing generated but the descriptor."""
    copy = Path(shutil.copytree(ROOT, folder / "clean", ignore=shutil.ignore_patterns(*NOT_COPIED)))
    command = ("env", f"PYTHONPATH={copy / 'schemas'}", PYTHON, str(copy / "scripts" / "build.py"))
    parts = {"derive, validate, describe": ("--no-dist",), "the same, and pack dist/": ()}
    return [f"| {what} | {figures(run(Process(what, (*command, *options), copy)))} |" for what, options in parts.items()]


def lines_of(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _ in stream)


def find_release() -> Path | None:
    path = Path(os.environ.get("FDC_DIR", "")) / RELEASE_FILE
    return path.resolve() if path.is_file() else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true", help="only validation of 1, 10 and 100 times the shipped food values, which takes 2 GB of disk")
    arguments = parser.parse_args()
    for folder in (ROOT / "schemas", ROOT / "scripts"):
        compileall.compile_dir(folder, quiet=2)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as scratch:
        if arguments.large:
            show_growth(Path(scratch), LARGE)
        else:
            benchmark(Path(scratch), find_release())
    return 0


def show_growth(scratch: Path, factors: tuple[int, ...]) -> None:
    show_table("| food values | rows | validate.py | DuckDB constraints | growth of validate.py |", growth(scratch, factors))


def benchmark(scratch: Path, release: Path | None) -> None:
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}; medians of wall-clock time and of peak resident memory\n")
    shipped, million = prepared("grow", scratch / "shipped", 0), prepared("grow", scratch / "million", MILLION)
    changed = prepared("change", million, scratch / "changed")
    rows = [measured(comparison) for comparison in comparisons(shipped, million, changed, release, scratch)]
    show_table("| measured | this package | instead | ratio | ratio of processor time | goal | met | runs |", rows)
    if release:
        show_table(f"| all foods of SR Legacy, {MEMORY_LIMIT_MB} MB allowed | time | peak memory | goal | met | runs |", memory_by_release(release, scratch))
    else:
        print(f"Not measured: import_fdc --all (set FDC_DIR to the folder that holds {RELEASE_FILE}).\n")
    show_growth(scratch / "grown", GROWN)
    show_table("| build from clean | time and peak memory |", build_from_clean(scratch))
    found = faults_found(prepared("break", scratch / "broken"))
    show_table("| broken copy | faults by validate.py | errors by frictionless | places of frictionless named |", found)


if __name__ == "__main__":
    sys.exit(main())
