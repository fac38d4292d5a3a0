"""The rule of the summaries, step by step."""

from __future__ import annotations

import pytest
from bone_nutrition.derive.evidence_summaries import (
    DESIGNS_BY_RANK,
    consistency,
    counts,
    derive,
    is_superseded,
    leading_result,
    newer_editions,
    standing,
    support,
)
from bone_nutrition.models.evidence_summaries import CONSISTENCY, SUPPORT
from bone_nutrition.models.shared import STUDY_DESIGN
from tables import rows

QUESTION = rows("questions", [{"question_id": "question"}])[0]
PRONE = {**QUESTION, "retraction_prone": "true"}


def effect(effect_id: str = "e", **cells: str) -> dict[str, str]:
    return rows("effect_estimates", [{"effect_id": effect_id, **cells}])[0]


def works(**more: dict[str, str]) -> dict[str, dict[str, str]]:
    """The trial that effects cite by default, and others: citation_id with _ for - -> cells."""
    given = {"trial-2020": {}, **{name.replace("_", "-"): cells for name, cells in more.items()}}
    return {work["citation_id"]: work for work in rows("citations", [{"citation_id": name, **cells} for name, cells in given.items()])}


# Which results count

@pytest.mark.parametrize("cells", [{}, {"result_kind": "direction-only"}, {"design": "cross-sectional"}, {"read_in": "abstract"}, {"favours": ""}])
def test_main_result_read_in_the_work_counts(cells):
    answer = effect(**cells)
    assert counts(answer, QUESTION, [answer], works())


@pytest.mark.parametrize("cells", [
    {"analysis": "subgroup"}, {"analysis": "sensitivity"}, {"analysis": "per-protocol"}, {"analysis": "post-hoc"},
    {"read_in": "secondary-source"}, {"superseded_by": "other"}, {"design": "narrative-review"}, {"design": "animal-study"},
])
def test_other_result_does_not_count(cells):
    answer = effect(**cells)
    assert not counts(answer, QUESTION, [answer], works())


@pytest.mark.parametrize(("work", "expected"), [
    ({}, "clear"),
    ({"publication_status": "corrected"}, "clear"),
    ({"publication_status": "retracted"}, "affected"),
    ({"publication_status": "retracted-and-replaced"}, "affected"),
    ({"publication_status": "withdrawn"}, "affected"),
    ({"publication_status": "expression-of-concern"}, "affected"),
    ({"publication_status": "not-checked"}, "unknown"),
    ({"affected_by_retraction": "yes"}, "affected"),
    ({"affected_by_retraction": "yes", "publication_status": "not-checked"}, "affected"),
    ({"affected_by_retraction": "unknown"}, "unknown"),
    ({"affected_by_retraction": "no"}, "clear"),
])
def test_standing_towards_retraction(work, expected):
    answer = effect()
    known = works(**{"trial_2020": work})
    assert standing(answer, known) == expected
    assert counts(answer, QUESTION, [answer], known) == (expected != "affected")
    assert counts(answer, PRONE, [answer], known) == (expected == "clear")


def test_unknown_work_is_unknown():
    assert standing(effect(citation_id="nobody-1999"), works()) == "unknown"


def test_older_edition_gives_way_only_where_the_newer_answers():
    known = works(old_2010={"superseded_by": "new-2014"}, new_2014={"superseded_by": "newest-2020"}, newest_2020={})
    old, newest = effect("old", citation_id="old-2010"), effect("newest", citation_id="newest-2020")
    assert newer_editions("old-2010", known) == ["new-2014", "newest-2020"]
    assert is_superseded(old, [old, newest], known)
    assert not is_superseded(old, [old], known)
    assert not is_superseded(newest, [old, newest], known)


def test_editions_in_a_circle_end():
    assert newer_editions("a-2010", works(a_2010={"superseded_by": "b-2010"}, b_2010={"superseded_by": "a-2010"})) == ["b-2010"]


# Which result leads

def test_ranks_hold_designs_of_studies_in_people():
    assert set(DESIGNS_BY_RANK) <= set(STUDY_DESIGN)
    assert set(STUDY_DESIGN) - set(DESIGNS_BY_RANK) == {
        "narrative-review", "guideline", "reference-intake-report", "composition-database", "regulation", "animal-study", "in-vitro", "other"}


@pytest.mark.parametrize(("stronger", "weaker"), list(zip(DESIGNS_BY_RANK, DESIGNS_BY_RANK[1:])))
def test_design_goes_before_year_and_participants(stronger, weaker):
    known = works(old_1990={"year": "1990"}, new_2024={"year": "2024"})
    small = effect("z", design=stronger, citation_id="old-1990", n_participants="20")
    large = effect("a", design=weaker, citation_id="new-2024", n_participants="9000")
    assert leading_result([large, small], known) == small


def test_of_syntheses_the_latest_leads_then_the_largest_then_the_first_id():
    known = works(old_1990={"year": "1990"}, new_2024={"year": "2024"}, undated_nd={"year": ""})
    old = effect("a", design="meta-analysis-of-rcts", citation_id="old-1990", n_participants="9000")
    new = effect("z", design="meta-analysis-of-rcts", citation_id="new-2024", n_participants="20")
    larger = effect("y", design="meta-analysis-of-rcts", citation_id="new-2024", n_participants="100")
    twin = effect("x", design="meta-analysis-of-rcts", citation_id="new-2024", n_participants="100")
    undated = effect("b", design="meta-analysis-of-rcts", citation_id="undated-nd", n_participants="")
    assert leading_result([undated, old], known) == old
    assert leading_result([old, new], known) == new
    assert leading_result([old, new, larger], known) == larger
    assert leading_result([old, new, larger, twin], known) == twin


def test_of_studies_the_largest_leads_then_the_latest_then_the_first_id():
    known = works(old_1990={"year": "1990"}, new_2024={"year": "2024"})
    large = effect("z", citation_id="old-1990", n_participants="9000")
    new = effect("y", citation_id="new-2024", n_participants="20")
    unknown_size = effect("a", citation_id="new-2024", n_participants="")
    as_large = effect("x", citation_id="new-2024", n_participants="9000")
    twin = effect("w", citation_id="new-2024", n_participants="9000")
    assert leading_result([new, unknown_size], known) == new
    assert leading_result([new, large], known) == large
    assert leading_result([large, as_large], known) == as_large
    assert leading_result([as_large, twin], known) == twin


def test_a_result_without_a_side_leads_only_if_none_states_one():
    silent = effect("a", design="meta-analysis-of-rcts", favours="")
    weaker = effect("z", design="cross-sectional", favours="neither")
    assert leading_result([silent, weaker], works()) == weaker
    assert leading_result([silent], works()) == silent


def test_nothing_leads_nothing():
    assert leading_result([], works()) is None


# How results agree, and what they support: one letter per result, the first leads

SIDES = {"i": "intervention", "n": "neither", "c": "control", "-": ""}


def counted(letters: str) -> list[dict[str, str]]:
    return [effect(f"e{number}", citation_id=f"work-20{number:02}", favours=SIDES[letter]) for number, letter in enumerate(letters)]


@pytest.mark.parametrize(("letters", "expected"), [
    ("ii", "all-favour"), ("ii-", "all-favour"), ("nn", "none-favour"), ("cc", "all-against"), ("in", "mixed"), ("ic", "mixed"), ("nnc", "mixed"),
    ("", "not-assessable"), ("i", "not-assessable"), ("i-", "not-assessable"), ("--", "not-assessable"),
])
def test_consistency(letters, expected):
    assert expected in CONSISTENCY
    assert consistency(counted(letters)) == expected


@pytest.mark.parametrize(("letters", "expected"), [
    ("ii", "benefit-consistent"), ("ii-", "benefit-consistent"), ("i", "benefit-likely"), ("in", "benefit-likely"), ("i-", "benefit-likely"),
    ("nn", "no-effect-shown"), ("n", "no-effect-shown"), ("ni", "no-effect-shown"), ("nc", "no-effect-shown"),
    ("ic", "conflicting"), ("nic", "conflicting"), ("cni", "conflicting"),
    ("c", "harm-likely"), ("cn", "harm-likely"), ("cc", "harm-consistent"),
    ("", "insufficient"), ("-", "insufficient"), ("-ii", "insufficient"),
])
def test_support(letters, expected):
    assert expected in SUPPORT
    results = counted(letters)
    assert support(results[0] if results else None, results) == expected


def test_two_results_of_one_work_are_not_consistent():
    results = [{**result, "citation_id": "work-2000"} for result in counted("ii")]
    assert consistency(results) == "not-assessable"
    assert support(results[0], results) == "benefit-likely"


# The whole row

def test_row_of_a_question():
    pool, cohort = {"study_design": "meta-analysis-of-rcts"}, {"study_design": "cohort"}
    citations = [
        {"citation_id": "pool-2019", "year": "2019", **pool, "study_list": "complete", "affected_by_retraction": "no"},
        {"citation_id": "pool-2022", "year": "2022", **pool, "study_list": "partial", "affected_by_retraction": "yes"},
        {"citation_id": "pool-2023", "year": "2023", **pool, "study_list": "none", "affected_by_retraction": "unknown"},
        {"citation_id": "trial-2020", "year": "2020"},
        {"citation_id": "cohort-2010", "year": "2010", **cohort},
    ]
    pooled = {"design": "meta-analysis-of-rcts"}
    effects = [
        {"effect_id": "clean", "citation_id": "pool-2019", **pooled, "favours": "neither", "n_participants": "5000"},
        {"effect_id": "affected", "citation_id": "pool-2022", **pooled, "favours": "intervention", "n_participants": "9000"},
        {"effect_id": "unknown", "citation_id": "pool-2023", **pooled, "favours": "intervention", "n_participants": "9000"},
        {"effect_id": "trial", "favours": "intervention", "n_participants": "300"},
        {"effect_id": "trial-second-dose", "favours": "neither", "n_participants": "300"},
        {"effect_id": "trial-subgroup", "favours": "control", "analysis": "subgroup"},
        {"effect_id": "cohort", "citation_id": "cohort-2010", "design": "cohort", "favours": "intervention", "n_participants": "70000"},
    ]
    questions = [{"question_id": "question", "retraction_prone": "true"}, {"question_id": "unanswered"}]
    given = {"citations": citations, "effect_estimates": effects, "questions": questions}
    answered, unanswered = derive({name: rows(name, cells) for name, cells in given.items()})
    assert answered == {
        "question_id": "question", "n_syntheses": "1", "n_trials": "1", "n_observational": "1", "n_participants": "5000",
        "leading_effect_id": "clean", "n_favours_intervention": "2", "n_favours_neither": "2", "n_favours_control": "0",
        "consistency": "mixed", "n_affected_by_retraction": "1", "n_retraction_unknown": "1", "support": "no-effect-shown", "rule_version": "2",
    }
    assert unanswered == {
        "question_id": "unanswered", "n_syntheses": "0", "n_trials": "0", "n_observational": "0", "n_participants": "",
        "leading_effect_id": "", "n_favours_intervention": "0", "n_favours_neither": "0", "n_favours_control": "0",
        "consistency": "not-assessable", "n_affected_by_retraction": "0", "n_retraction_unknown": "0", "support": "insufficient", "rule_version": "2",
    }
