"""Pictures, read back from their SVG and from the charts they are drawn from."""

from __future__ import annotations

import csv
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from bone_nutrition.derive import evidence_summaries
from bone_nutrition.export import evidence_map, figures, forest_plot, forest_rows, svg
from bone_nutrition.files import csv_bytes, read_rows

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
# Ratios with and without interval, a difference, directions only, less against more, retracted and pooled retracted work.
FEW = ("vitamin-d-with-calcium-and-any-fracture", "menaquinone-4-and-hip-fracture", "vitamin-k-and-any-fracture", "isoflavones-and-serum-osteocalcin",
       "vitamin-d-status-and-hip-fracture", "calcium-supplement-and-hip-fracture")


@pytest.fixture(scope="module")
def tables(package):
    return {table: read_rows(package / "data" / f"{table}.csv") for table in figures.NEEDED}


@pytest.fixture(scope="module")
def questions(tables):
    return {question.row["question_id"]: question for question in figures.questions(tables)}


@pytest.fixture(scope="module")
def written(tables, tmp_path_factory):
    """The pictures of a package that asks a few questions only; file name -> its root element."""
    folder = tmp_path_factory.mktemp("few")
    for table, rows in tables.items():
        kept = [row for row in rows if row.get("question_id", FEW[0]) in FEW]
        (folder / "data").mkdir(exist_ok=True)
        (folder / "data" / f"{table}.csv").write_bytes(csv_bytes(list(rows[0]), kept))
    target = tmp_path_factory.mktemp("dist")
    paths = figures.write(folder, dict.fromkeys(figures.NEEDED, 1), target)
    assert sorted(paths) == sorted(path for path in target.rglob("*") if path.is_file())
    return {path.name: ElementTree.fromstring(path.read_bytes()) for path in paths}


def drawn(question) -> bytes:
    return svg.render(forest_plot.drawing(question))


def results(chart: dict) -> Iterator[dict]:
    """The values that stand for results in a chart."""
    for view in chart["vconcat"]:
        for layer in view["layer"]:
            if layer["mark"]["type"] == "point" and "description" in layer["encoding"]:
                yield from (value for value in layer["data"]["values"] if "effect" in value)


def marks(root: ElementTree.Element) -> dict[str, ElementTree.Element]:
    """What is said of a mark -> the mark."""
    found = {path.get("aria-label"): path for path in root.iter(f"{SVG}path") if path.get("aria-roledescription") == "point"}
    return {said: mark for said, mark in found.items() if not said.startswith("legend")}


def all_text(root: ElementTree.Element) -> str:
    return " ".join(" ".join(element.itertext()) for element in root.iter(f"{SVG}text"))


def test_every_question_with_a_result_has_a_plot_that_shows_each_result_once(tables, questions):
    assert set(questions) == {effect["question_id"] for effect in tables["effect_estimates"]}
    for question in questions.values():
        shown = sorted(value["effect"] for value in results(forest_plot.chart(question)))
        assert shown == sorted(effect["effect_id"] for effect in question.answers)


def test_numbers_drawn_equal_the_table(package, questions):
    with (package / "data" / "effect_estimates.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["effect_id"]: row for row in csv.DictReader(stream)}
    seen = 0
    for question in questions.values():
        for value in results(forest_plot.chart(question)):
            row = rows[value["effect"]]
            for column in ("estimate", "ci_low", "ci_high"):
                printed = row[column] and max(float(row[column]), forest_plot.LOWEST_RATIO if row["measure"] in forest_plot.RATIOS else -math.inf)
                assert value.get(column, "") == printed, value["effect"]
                assert row[column] in value["number"]
            seen += bool(row["estimate"])
    assert seen == sum(bool(row["estimate"]) for row in rows.values())


def test_marks_and_numbers_stand_in_the_svg_where_the_axis_puts_them(written, questions):
    question = questions["menaquinone-4-and-hip-fracture"]
    root = written["menaquinone-4-and-hip-fracture.svg"]
    (view, _) = forest_plot.chart(question)["vconcat"]
    low, high = next(layer["encoding"]["x"]["scale"]["domain"] for layer in view["layer"] if layer["encoding"]["x"].get("scale"))
    for effect in question.answers:
        share = math.log(float(effect["estimate"]) / low) / math.log(high / low)
        (mark,) = [mark for said, mark in marks(root).items() if forest_rows.number(effect) in said]
        x = float(re.match(r"translate\(([-.\d]+)", mark.get("transform")).group(1))
        assert x == pytest.approx(forest_plot.PLOT_FROM + share * (forest_plot.PLOT_TO - forest_plot.PLOT_FROM), abs=0.01)
        assert forest_rows.number(effect) in all_text(root)


@pytest.mark.parametrize("name", FEW)
def test_every_result_of_a_question_is_said_and_marked(written, questions, name):
    question, root = questions[name], written[f"{name}.svg"]
    assert len(marks(root)) == len({forest_rows.name(effect, question) + forest_rows.said(effect, question) for effect in question.answers})
    for effect in question.answers:
        assert forest_rows.said(effect, question) in root.find(f"{SVG}desc").text
        assert forest_rows.number(effect) in all_text(root)
    assert root.get("width") == str(svg.WIDTH)


def test_results_that_rest_on_retracted_work_are_hollow_dashed_and_crossed(questions):
    affected = 0
    for question in questions.values():
        chart = forest_plot.chart(question)
        standing = {effect["effect_id"]: evidence_summaries.standing(effect, question.works) for effect in question.answers}
        crosses = [value["effect"] for view in chart["vconcat"][:-1] for layer in view["layer"] if layer["mark"].get("shape") == forest_plot.CROSS
                   for value in layer["data"]["values"]]
        assert sorted(crosses) == sorted(effect for effect, stands in standing.items() if stands == "affected")
        for value in results(chart):
            if value["effect"] in crosses:
                affected += 1
                assert value["fill"] == svg.PAPER and value["dash"] == forest_plot.DASHED and not value["leads"]
    assert affected


def test_the_leading_result_of_the_summary_is_the_only_one_with_a_diamond(questions):
    for question in questions.values():
        leading = [value["effect"] for value in results(forest_plot.chart(question)) if value["shape"] == "diamond"]
        assert leading == [question.summary["leading_effect_id"]] * bool(question.summary["leading_effect_id"])


def test_filled_marks_are_those_that_the_summary_counts(questions):
    for question in questions.values():
        filled = [value for value in results(forest_plot.chart(question)) if value["fill"] != svg.PAPER]
        sides = [next(effect["favours"] for effect in question.answers if effect["effect_id"] == value["effect"]) for value in filled]
        for side in ("intervention", "neither", "control"):
            assert sides.count(side) == int(question.summary[f"n_favours_{side}"]), question.row["question_id"]


@pytest.mark.parametrize("better, is_turned, ends", [
    ("lower", False, ("← better with more", "worse with more →")),
    ("higher", False, ("← worse with more", "better with more →")),
    ("lower", True, ("← worse with more", "better with more →")),
    ("higher", True, ("← better with more", "worse with more →")),
    ("neither", False, ("← lower", "higher →")),
])
def test_the_ends_of_the_axis_follow_outcome_and_contrast(better, is_turned, ends):
    assert forest_plot._ends(better, is_turned) == ends


def test_marks_stand_on_the_side_that_their_colour_says(questions):
    for question in questions.values():
        for effect in question.answers:
            if effect["favours"] not in ("intervention", "control") or not effect["ci_low"]:
                continue
            left, right = forest_plot._ends(question.better, effect["contrast"] in forest_plot.LESS_AGAINST_MORE)
            end = right if float(effect["estimate"]) > (1 if effect["measure"] in forest_plot.RATIOS else 0) else left
            assert forest_rows.SIDE[effect["favours"]] in end, effect["effect_id"]


def test_texts_from_tables_are_escaped(questions):
    question = questions["menaquinone-4-and-hip-fracture"]
    hostile = 'Is <script>alert("1")</script> & \'K\' ]]> better?'
    root = ElementTree.fromstring(drawn(replace(question, row={**question.row, "text": hostile, "why_answers_differ": hostile})))
    assert root.find(f"{SVG}title").text == hostile
    assert root.get("aria-labelledby") == root.find(f"{SVG}title").get("id")
    assert root.get("aria-describedby") == root.find(f"{SVG}desc").get("id")
    assert not list(root.iter(f"{SVG}script"))
    assert hostile in all_text(root)


def test_same_bytes_twice_whatever_was_drawn_before(package, questions):
    first = drawn(questions[FEW[0]])
    for name in reversed(FEW):
        again = drawn(questions[name])
    assert again == first
    assert b"clip" not in first
    program = f"""
import sys
from pathlib import Path
from bone_nutrition.export import figures, forest_plot, svg
from bone_nutrition.files import read_rows
tables = {{table: read_rows(Path({str(package)!r}) / 'data' / f'{{table}}.csv') for table in figures.NEEDED}}
question = next(question for question in figures.questions(tables) if question.row['question_id'] == {FEW[0]!r})
sys.stdout.buffer.write(svg.render(forest_plot.drawing(question)))
"""
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == first


def test_a_ratio_with_a_low_end_of_zero_is_drawn_to_the_lowest_tick(questions):
    question = questions["menaquinone-4-and-hip-fracture"]
    answers = [{**effect, "ci_low": "0.00"} for effect in question.answers]
    root = ElementTree.fromstring(drawn(replace(question, answers=answers)))
    assert "NaN" not in ElementTree.tostring(root, "unicode") and "(0.00 to" in all_text(root)


def test_the_map_has_a_mark_for_each_question_that_leads_to_its_plot(written):
    links = {link.get(LINK) for link in written["evidence-map.svg"].iter(f"{SVG}a")}
    assert links == {f"forest/{name}.svg" for name in FEW}
    assert {f"{name}.svg" for name in FEW} | {"evidence-map.svg"} == set(written)


def test_the_map_shows_support_participants_and_retraction_of_each_summary(tables):
    points = {point.question_id: point for point in evidence_map.points(tables)}
    values = [value for view in evidence_map.chart(list(points.values()))["vconcat"] for layer in view["layer"] if "href" in layer["encoding"]
              for value in layer["data"]["values"]]
    by_address = {value["address"]: value for value in values}
    assert len(values) == len(by_address) == len(tables["evidence_summaries"])
    for summary in tables["evidence_summaries"]:
        value = by_address[f"forest/{summary['question_id']}.svg"]
        assert (value["fill"], value["colour"], value["shape"]) == evidence_map.LOOK[summary["support"]]
        assert value["ringed"] == (summary["n_affected_by_retraction"] != "0")
        people = int(summary["n_participants"] or 0)
        assert value["size"] == next(area for least, area in evidence_map.SIZES if people >= least)
    assert len(set(evidence_map.LOOK.values())) == len(evidence_map.LOOK)


def test_a_package_without_evidence_has_no_pictures(package, tmp_path):
    assert figures.write(package, {"foods": 1}, tmp_path) == []
    assert not list(tmp_path.iterdir())
