"""Faults as text and JSON."""

from __future__ import annotations

import json

from bone_nutrition.faults import Fault, render


def test_what_repeats_itself_is_counted_in_text_and_listed_in_json():
    alike = [Fault("foreign-key", "no row of foods has this key", "Add it.", "data/x.csv", line, "x", str(line), f"id='{line}'", "food_id", "kale")
             for line in range(2, 12)]
    other = Fault("type", "not a number", "Correct it.", "data/x.csv", 12, "x", "12", "id='12'", "amount", "y")
    lines = render([*alike, other]).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["data/x.csv:2", "data/x.csv:3", "data/x.csv:4", "data/x.csv:12", "data/x.csv"]
    assert "7 more rows with food_id='kale'" in lines[-1]
    assert len(json.loads(render([*alike, other], "json"))) == 11


def test_a_cell_of_the_key_is_named_once():
    fault = Fault("used", "unused", "Delete it.", "data/x.csv", 2, "x", "a", "id='a'", "id", "a")
    assert str(fault) == "data/x.csv:2 id='a' — unused (rule used). Delete it."
