"""The long run: thousands of mutants of the shipped package, counted per kind. Exit status 0 only if the gate holds.

Every mutant of a kind with a gate must be found by one of the rules it breaks, and 95 % placed at table, row and column.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from .mutants import Kind, Mutant, Verdict
from .packages import Package, excerpt
from .running import KINDS, PLAUSIBLE, Runner, mutants, rules_without_kind

ROOT = Path(__file__).resolve().parent.parent.parent
LOCATED = 0.95
FEWEST_MUTANTS, FEWEST_KINDS = 2_000, 40

# Set before the processes are forked, so that each has them.
RUNNERS: list[Runner] = []
WORK: list[tuple[int, Kind, Mutant]] = []


def _judge(index: int) -> Verdict:
    runner, kind, mutant = WORK[index]
    return RUNNERS[runner].verdict(kind, mutant)


def run(per_kind: int, per_kind_small: int, seed: int, processes: int, folder: Path) -> list[tuple[Kind, Verdict]]:
    """Mutants of the shipped package and of a cut of it that has rows of every table."""
    shipped = Package.read(ROOT)
    small = excerpt(shipped)
    RUNNERS[:] = [Runner(shipped, folder / "shipped"), Runner(small, folder / "small")]
    for kind in (*KINDS, *PLAUSIBLE):
        WORK.extend((0, kind, mutant) for mutant in mutants(kind, shipped, seed, per_kind))
        WORK.extend((1, kind, mutant) for mutant in mutants(kind, small, seed + 1, per_kind_small))
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        verdicts = []
        for verdict in pool.imap(_judge_safely, range(len(WORK)), chunksize=4):
            verdicts.append(verdict)
            if len(verdicts) % 250 == 0:
                print(f"{len(verdicts):,} of {len(WORK):,}", file=sys.stderr)
    return [(kind, verdict) for (_, kind, _), verdict in zip(WORK, verdicts)]


def _judge_safely(index: int) -> Verdict:
    """A validator that raises has not found the fault."""
    mutant = WORK[index][2]
    try:
        verdict = _judge(index)
    except Exception as error:
        verdict = Verdict(mutant, (f"raised {type(error).__name__}: {error}",), False, False, False)
    # The bytes of a mutant do not go back between processes.
    return Verdict(Mutant(mutant.kind, mutant.says, places=mutant.places), verdict.rules, verdict.found, verdict.located, verdict.exact)


def table(results: list[tuple[Kind, Verdict]], kinds: tuple[Kind, ...]) -> list[str]:
    lines = [f"{'kind':48} {'mutants':>7} {'found':>6} {'placed':>6} {'exact':>6}  most frequent rules"]
    for kind in kinds:
        verdicts = [verdict for of, verdict in results if of is kind]
        rules = Counter(rule for verdict in verdicts for rule in verdict.rules).most_common(3)
        says = ", ".join(f"{rule} {number}" for rule, number in rules) if verdicts else "not run: the package lacks the rows"
        counts = [len(verdicts), *(sum(getattr(verdict, name) for verdict in verdicts) for name in ("found", "located", "exact"))]
        lines.append(f"{kind.name:48} {counts[0]:7} {counts[1]:6} {counts[2]:6} {counts[3]:6}  {says}")
        if kind.caught_by:
            lines.append(f"{'':48} what else would catch it: {kind.caught_by}")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--per-kind", type=int, default=4, help="mutants of each kind in the shipped package")
    parser.add_argument("--per-kind-small", type=int, default=14, help="mutants of each kind in a cut of it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        results = run(arguments.per_kind, arguments.per_kind_small, arguments.seed, arguments.processes, Path(folder))
    gated = [verdict for kind, verdict in results if kind in KINDS]
    tried = {kind.name for kind, _ in results if kind in KINDS}
    print(*table(results, KINDS), "", "Plausible wrong values (no gate)", *table(results, PLAUSIBLE), "", sep="\n")
    for verdict in gated:
        if not (verdict.found and verdict.located):
            missing = "not placed" if verdict.found else "NOT FOUND"
            print(f"{missing}: [{verdict.mutant.kind}] {verdict.mutant.says}; {', '.join(verdict.rules) or 'no rule spoke'}")
    found, located, exact = (sum(getattr(verdict, name) for verdict in gated) for name in ("found", "located", "exact"))
    aimless = rules_without_kind()
    print(f"\nseed {arguments.seed}: {len(gated):,} mutants of {len(tried)} kinds in {time.monotonic() - started:.0f} s: {found:,} found, "
          f"{located:,} placed ({located / len(gated):.1%}), {exact:,} at a changed cell ({exact / len(gated):.1%})")
    if aimless:
        print(f"no kind is aimed at: {', '.join(sorted(aimless))}")
    enough = len(gated) >= FEWEST_MUTANTS and len(tried) >= FEWEST_KINDS
    return 0 if enough and found == len(gated) and located >= LOCATED * len(gated) and not aimless else 1


if __name__ == "__main__":
    sys.exit(main())
