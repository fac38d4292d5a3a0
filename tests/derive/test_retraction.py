"""Retraction: the list's word, what stands against it, and the syntheses that pooled affected work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from bone_nutrition import schema
from bone_nutrition.derive.retraction import SOURCE, affected, mark_status, natures_by_doi
from bone_nutrition.files import csv_bytes, read_rows
from tables import rows

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check_retractions.py"
LISTED = natures_by_doi([
    {"doi": "10.1/retracted", "nature": "retraction"},
    {"doi": "10.1/concern", "nature": "expression of concern|correction"},
    {"doi": "10.1/corrected", "nature": "correction"},
    {"doi": "10.1/both", "nature": "retraction|expression of concern"},
    {"doi": "10.1/reinstated", "nature": "retraction|reinstatement"},
])
DAY = "2025-08-22"
PAGE = {"status_source": "https://example.org/notice", "status_checked_on": "2024-01-01"}


def marked(doi: str, current: str = "not-checked", **cells: str) -> tuple[str, str, str]:
    [row] = mark_status(rows("citations", [{"citation_id": "work-2000", "doi": doi, "publication_status": current, **cells}]), LISTED, DAY)
    return row["publication_status"], row["status_checked_on"], row["status_source"]


@pytest.mark.parametrize(("doi", "status"), [
    ("10.1/retracted", "retracted"), ("10.1/concern", "expression-of-concern"), ("10.1/corrected", "corrected"), ("10.1/both", "retracted"),
    ("10.1/reinstated", "retracted"), ("10.1/absent", "no-notice-found"), ("10.1/RETRACTED", "retracted"),
])
def test_unchecked_work_gets_the_list_s_status(doi, status):
    assert marked(doi) == (status, DAY, SOURCE)


@pytest.mark.parametrize("current", ["not-checked", "not-applicable"])
def test_work_without_doi_is_untouched(current):
    assert marked("", current) == (current, "", "")


def test_law_or_label_is_untouched():
    assert marked("10.1/retracted", "not-applicable") == ("not-applicable", "", "")


@pytest.mark.parametrize(("doi", "current"), [
    ("10.1/retracted", "retracted-and-replaced"),
    ("10.1/retracted", "withdrawn"),
    ("10.1/absent", "retracted"),
    ("10.1/corrected", "expression-of-concern"),
    ("10.1/absent", "corrected"),
    ("10.1/absent", "no-notice-found"),
    ("10.1/reinstated", "corrected"),
])
def test_status_read_elsewhere_is_not_downgraded(doi, current):
    assert marked(doi, current, **PAGE) == (current, PAGE["status_checked_on"], PAGE["status_source"])


@pytest.mark.parametrize(("doi", "current", "status"), [
    ("10.1/retracted", "no-notice-found", "retracted"),
    ("10.1/retracted", "expression-of-concern", "retracted"),
    ("10.1/concern", "corrected", "expression-of-concern"),
])
def test_graver_notice_of_the_list_is_taken(doi, current, status):
    assert marked(doi, current, **PAGE) == (status, DAY, SOURCE)


def test_status_of_an_older_list_is_renewed():
    older = {"status_source": SOURCE, "status_checked_on": "2024-01-01"}
    assert marked("10.1/absent", "no-notice-found", **older) == ("no-notice-found", DAY, SOURCE)
    assert marked("10.1/absent", "retracted", **older) == ("no-notice-found", DAY, SOURCE)


def test_marking_twice_changes_nothing():
    once = mark_status(rows("citations", [{"citation_id": "work-2000", "doi": "10.1/both", "publication_status": "not-checked"}]), LISTED, DAY)
    assert mark_status(once, LISTED, DAY) == once


def pooled(design: str, study_list: str, *statuses: str) -> str:
    studies = [f"trial-20{number:02}" for number, _ in enumerate(statuses)]
    citations = rows("citations", [
        {"citation_id": "pool-2020", "study_design": design, "study_list": study_list, "affected_by_retraction": "yes"},
        *({"citation_id": study, "publication_status": status} for study, status in zip(studies, statuses)),
    ])
    listed = rows("synthesis_studies", [{"synthesis_id": "pool-2020", "study_id": study} for study in studies])
    derived = {row["citation_id"]: row["affected_by_retraction"] for row in affected(citations, listed)}
    assert all(derived[study] == "" for study in studies)
    return derived["pool-2020"]


@pytest.mark.parametrize("design", ["meta-analysis-of-rcts", "meta-analysis-of-cohorts", "meta-analysis-mixed", "systematic-review"])
@pytest.mark.parametrize("status", ["retracted", "withdrawn", "retracted-and-replaced", "expression-of-concern"])
@pytest.mark.parametrize("study_list", ["complete", "partial"])
def test_one_affected_study_affects_a_synthesis(design, status, study_list):
    assert pooled(design, study_list, "no-notice-found", status) == "yes"


@pytest.mark.parametrize(("study_list", "statuses", "says"), [
    ("complete", ("no-notice-found", "corrected"), "no"),
    ("partial", ("no-notice-found",), "unknown"),
    ("none", (), "unknown"),
    ("complete", (), "unknown"),
    ("complete", ("no-notice-found", "not-checked"), "unknown"),
])
def test_no_only_from_a_complete_list_of_checked_works(study_list, statuses, says):
    assert pooled("meta-analysis-of-rcts", study_list, *statuses) == says


def test_other_works_are_emptied():
    assert pooled("rct", "") == ""


def test_command_rewrites_the_table_and_says_what_changed(tmp_path):
    table, notices = tmp_path / "citations.csv", tmp_path / "list.csv"
    given = rows("citations", [{"citation_id": "a-2000", "doi": "10.1/retracted", "publication_status": "not-checked"}, {"citation_id": "b-2000"}])
    table.write_bytes(csv_bytes(list(schema.columns("citations")), given))
    notices.write_text("doi,nature\n10.1/retracted,retraction\n")
    command = [sys.executable, str(SCRIPT), str(notices), "--citations", str(table), "--date", "2026-01-31"]
    first = subprocess.run(command, capture_output=True, text=True, check=True)
    assert first.stdout == "a-2000: not-checked -> retracted\n"
    statuses = [(row["publication_status"], row["status_checked_on"]) for row in read_rows(table)]
    assert statuses == [("retracted", "2026-01-31"), ("no-notice-found", "")]
    written = table.read_bytes()
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == ""
    assert table.read_bytes() == written


def test_command_without_a_list_says_so(tmp_path):
    command = [sys.executable, str(SCRIPT), str(tmp_path / "absent.csv"), "--citations", str(tmp_path / "none.csv")]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 1 and "No such file" in run.stderr and "Traceback" not in run.stderr


def test_command_names_the_file_that_is_no_list_of_notices(tmp_path):
    table, notices = tmp_path / "citations.csv", tmp_path / "list.csv"
    table.write_bytes(csv_bytes(list(schema.columns("citations")), rows("citations", [{"citation_id": "a-2000"}])))
    notices.write_text("doi,year\n10.1/x,2000\n")
    before = table.read_bytes()
    run = subprocess.run([sys.executable, str(SCRIPT), str(notices), "--citations", str(table)], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (1, f"{notices}: there is no column 'nature'; a list of notices has the columns doi and nature\n")
    assert table.read_bytes() == before
