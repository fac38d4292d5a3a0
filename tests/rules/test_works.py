"""Works behind rows: of the right kind, present, sound, and listed."""

from __future__ import annotations

import pytest
from bone_nutrition.rules.works import RULES
from tables import faults_of

KINDS = {
    "functions": ("function_citations", "function_id"),
    "interactions": ("interaction_citations", "interaction_id"),
}


def found(rule_id: str, table: str, row: dict[str, str], *works: dict[str, str]) -> list[tuple[str, str]]:
    """Faults of one row with the works given, each with its stance (supports if not given)."""
    links, key = KINDS[table]
    citations = [{"citation_id": f"work-20{number:02}", **{k: v for k, v in work.items() if k != "stance"}} for number, work in enumerate(works)]
    cited = [{key: "r", "citation_id": f"work-20{number:02}", "stance": work.get("stance", "supports")} for number, work in enumerate(works)]
    # A link of another row, so that the table is never empty.
    citations.append({"citation_id": "other-2020"})
    cited.append({key: "other", "citation_id": "other-2020", "stance": "supports"})
    faults = faults_of(RULES, rule_id, **{table: [{key: "r", **row}], links: cited, "citations": citations})
    return [(fault.column, fault.reason) for fault in faults]


@pytest.mark.parametrize("table", KINDS)
@pytest.mark.parametrize(("status", "stance", "reason"), [
    ("established", "background", "supports the row"),
    ("probable", "disputes", "supports the row"),
    ("disputed", "background", "supports or disputes the row"),
    ("refuted", "background", "supports or disputes the row"),
])
def test_row_without_a_work(table, status, stance, reason):
    links, key = KINDS[table]
    assert found("row-cited", table, {"status": status}, {"stance": stance}) == [(key, f"no work in {links} {reason}")]
    assert found("row-cited", table, {"status": status}) == [(key, f"no work in {links} {reason}")]


@pytest.mark.parametrize(("status", "stance"), [
    ("established", "supports"), ("disputed", "supports"), ("disputed", "disputes"), ("refuted", "disputes"),
])
def test_row_with_a_work(status, stance):
    assert found("row-cited", "functions", {"status": status}, {"stance": stance}) == []


@pytest.mark.parametrize("table", KINDS)
@pytest.mark.parametrize(("rule_id", "basis", "design", "reason"), [
    ("trials-carry", "human-trials", "cohort", "a trial or a synthesis of trials"),
    ("trials-carry", "human-trials", "meta-analysis-of-cohorts", "a trial or a synthesis of trials"),
    ("trials-carry", "human-trials", "narrative-review", "a trial or a synthesis of trials"),
    ("observational-carries", "human-observational", "rct", "a cohort, case-control or cross-sectional work or a synthesis of them"),
    ("observational-carries", "human-observational", "animal-study", "a cohort, case-control or cross-sectional work or a synthesis of them"),
])
def test_basis_that_no_work_carries(table, rule_id, basis, design, reason):
    faults = found(rule_id, table, {"evidence_basis": basis}, {"study_design": design})
    assert faults == [("evidence_basis", f"no work that carries the row is {reason}")]


@pytest.mark.parametrize(("rule_id", "basis", "design"), [
    *(("trials-carry", "human-trials", design)
      for design in ("rct", "non-randomised-trial", "meta-analysis-of-rcts", "meta-analysis-mixed", "systematic-review")),
    *(("observational-carries", "human-observational", design)
      for design in ("cohort", "case-control", "cross-sectional", "meta-analysis-of-cohorts", "meta-analysis-mixed", "systematic-review")),
    ("trials-carry", "human-observational", "narrative-review"),
    ("trials-carry", "established-biochemistry", "narrative-review"),
])
def test_basis_that_a_work_carries(rule_id, basis, design):
    assert found(rule_id, "functions", {"evidence_basis": basis}, {"study_design": "narrative-review"}, {"study_design": design}) == []


def test_a_disputing_trial_carries_only_what_does_not_stand():
    row, disputing = {"evidence_basis": "human-trials"}, {"study_design": "rct", "stance": "disputes"}
    assert found("trials-carry", "functions", {**row, "status": "refuted"}, disputing) == []
    assert found("trials-carry", "functions", {**row, "status": "probable"}, disputing, {"study_design": "cohort"})


@pytest.mark.parametrize("severity", ["moderate", "major"])
def test_severe_interaction_without_guidance(severity):
    reason = "no label, guideline, report or regulation supports a severity so high"
    for work in ({"type": "journal-article"}, {"type": "web-page", "stance": "background"}):
        assert found("severe-has-guidance", "interactions", {"severity": severity}, work) == [("severity", reason)]


@pytest.mark.parametrize("work", [
    {"type": "web-page"}, {"type": "report"}, {"type": "guideline"}, {"type": "regulation"}, {"study_design": "guideline"},
])
def test_severe_interaction_with_guidance(work):
    assert found("severe-has-guidance", "interactions", {"severity": "major"}, work) == []
    assert found("severe-has-guidance", "interactions", {"severity": "minor"}, {"type": "journal-article"}) == []


UNSOUND = ("retracted", "retracted-and-replaced", "withdrawn", "not-checked")
REASON = "every supporting work is retracted, withdrawn or not checked"


@pytest.mark.parametrize("table", KINDS)
@pytest.mark.parametrize("publication_status", UNSOUND)
def test_accepted_row_on_unsound_work(table, publication_status):
    for status in ("established", "probable"):
        assert found("sound-support", table, {"status": status}, {"publication_status": publication_status}) == [("status", REASON)]


def test_accepted_row_with_a_sound_work_and_doubtful_row_without():
    unsound = {"publication_status": "retracted"}
    assert found("sound-support", "functions", {"status": "established"}, unsound, {"publication_status": "no-notice-found"}) == []
    assert found("sound-support", "functions", {"status": "established"}, {"publication_status": "corrected"}) == []
    assert found("sound-support", "functions", {"status": "established"}, {"publication_status": "not-applicable"}) == []
    assert found("sound-support", "functions", {"status": "refuted"}, unsound) == []
    assert found("sound-support", "functions", {"status": "established"}, unsound, {"stance": "background"}) == [("status", REASON)]


@pytest.mark.parametrize(("claim", "bad"), [
    ({"verdict": "supported"}, True),
    ({"verdict": "supported", "predicate": "study-found"}, True),
    ({"verdict": "supported-with-caveats"}, True),
    ({"verdict": "supported-with-caveats", "predicate": "study-found"}, False),
    ({"verdict": "incorrect"}, False),
    ({"verdict": "contested"}, False),
])
def test_supported_claim_on_retracted_work(claim, bad):
    faults = faults_of(RULES, "sound-support", claims=[{"claim_id": "c", **claim}],
                       citations=[{"citation_id": "work-2000", "publication_status": "retracted"}],
                       claim_citations=[{"claim_id": "c", "citation_id": "work-2000", "stance": "supports"}])
    assert [(fault.column, fault.reason) for fault in faults] == ([("verdict", REASON)] if bad else [])


POOLED = [{"synthesis_id": "pool-2020", "study_id": "trial-2000"}]


@pytest.mark.parametrize(("work", "listed", "column", "reason"), [
    ({"study_design": "systematic-review"}, [], "study_list", "a synthesis does not say how far its studies are listed"),
    ({"study_design": "rct", "study_list": "none"}, [], "study_list", "the work is no synthesis"),
    ({"study_design": "meta-analysis-of-rcts", "study_list": "none"}, POOLED, "study_list", "synthesis_studies has rows of this synthesis"),
    ({"study_design": "meta-analysis-of-rcts", "study_list": "complete"}, [], "study_list", "synthesis_studies has no row of this synthesis"),
    ({"study_design": "meta-analysis-of-rcts", "study_list": "partial"}, [], "study_list", "synthesis_studies has no row of this synthesis"),
    ({"study_design": "rct"}, POOLED, "synthesis_id", "the work is no synthesis"),
])
def test_synthesis_wrongly_listed(work, listed, column, reason):
    assert listing(work, listed) == [(column, reason)]


@pytest.mark.parametrize(("work", "listed"), [
    ({"study_design": "rct"}, []),
    ({"study_design": "meta-analysis-of-rcts", "study_list": "none"}, []),
    ({"study_design": "meta-analysis-of-rcts", "study_list": "partial"}, POOLED),
    ({"study_design": "systematic-review", "study_list": "complete"}, POOLED),
])
def test_synthesis_rightly_listed(work, listed):
    assert listing(work, listed) == []


def listing(work: dict[str, str], listed: list[dict[str, str]]) -> list[tuple[str, str]]:
    other = {"citation_id": "other-2020", "study_design": "meta-analysis-of-rcts", "study_list": "partial"}
    faults = faults_of(RULES, "synthesis-listed", citations=[{"citation_id": "pool-2020", **work}, other],
                       synthesis_studies=[*listed, {"synthesis_id": "other-2020", "study_id": "trial-2000"}])
    return [(fault.column, fault.reason) for fault in faults]


@pytest.mark.parametrize(("study_list", "n_studies", "bad"), [
    ("complete", "2", True), ("complete", "1", False), ("complete", "", False), ("partial", "2", False),
])
def test_a_complete_list_holds_as_many_studies_as_a_result_rests_on(study_list, n_studies, bad):
    faults = faults_of(RULES, "synthesis-complete", synthesis_studies=[POOLED[0] | {"contribution": sex} for sex in ("women", "men")],
                       citations=[{"citation_id": "pool-2020", "study_design": "meta-analysis-of-rcts", "study_list": study_list}],
                       effect_estimates=[{"effect_id": "pool-2020-hip", "citation_id": "pool-2020", "n_studies": n_studies}])
    assert [fault.column for fault in faults] == (["study_list"] if bad else [])


@pytest.mark.parametrize(("contributions", "bad"), [(("women", "any"), True), (("women", "men"), False), (("any",), False)])
def test_rows_of_one_study_are_told_apart(contributions, bad):
    other = {"synthesis_id": "other-2020", "study_id": "trial-2000"}
    faults = faults_of(RULES, "synthesis-contribution", synthesis_studies=[other, *(POOLED[0] | {"contribution": name} for name in contributions)])
    assert [(fault.column, fault.value) for fault in faults] == ([("contribution", "any")] if bad else [])


def test_a_pooled_study_names_a_result_of_its_synthesis():
    effects = [{"effect_id": "pool-2020-hip", "citation_id": "pool-2020"}, {"effect_id": "other-2020-hip", "citation_id": "other-2020"}]
    (fault,) = faults_of(RULES, "synthesis-result", effect_estimates=effects, synthesis_studies=[POOLED[0] | {"effect_id": "other-2020-hip"}])
    assert (fault.column, fault.reason) == ("effect_id", "a result of another work")
    for effect in ("pool-2020-hip", "", "unknown"):
        assert faults_of(RULES, "synthesis-result", effect_estimates=effects, synthesis_studies=[POOLED[0] | {"effect_id": effect}]) == []


def test_a_work_stands_once():
    twice = [{"citation_id": "mott-2019", "title": "Vitamin K and bone.", "year": "2019"}, {"citation_id": "mott-2019b", "title": "Vitamin K and Bone", "year": "2019"}]
    (fault,) = faults_of(RULES, "work-unique", citations=twice)
    assert (fault.key, fault.column) == ("mott-2019b", "title")
    assert "same title and year" in fault.reason
    assert faults_of(RULES, "work-unique", citations=[twice[0], twice[1] | {"year": "2020"}]) == []
