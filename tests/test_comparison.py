"""Comparison of two packages: what is found, how heavy it weighs, how it is told, and what is refused."""

from __future__ import annotations

import copy
import functools
import hashlib
import http.server
import json
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from bone_nutrition import building
from bone_nutrition.comparison import WEIGHT, WEIGHTS, Comparison, ComparisonError, compare, open_package
from bone_nutrition.comparison.report import FORMATS, largest, reasons, render, sentence, verdict
from bone_nutrition.files import csv_bytes
from bone_nutrition.versions import after, version_parts
from folders import edit, git

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "diff_release.py"
FOODS = [
    {"food_id": "kale", "name": "Kale", "group": "leaf", "serving_g": "100", "calcium": "254"},
    {"food_id": "natto", "name": "Natto", "group": "bean", "serving_g": "50", "calcium": "217"},
    {"food_id": "salt", "name": "Salt", "group": "", "serving_g": "0", "calcium": ""},
]
FIELDS = [
    {"name": "food_id", "type": "string", "description": "Key.", "constraints": {"required": True, "pattern": "^(?:[a-z]+|\\d{5})$"}, "change": "value"},
    {"name": "name", "type": "string", "description": "Name.", "constraints": {"required": True}, "change": "wording"},
    {"name": "group", "type": "string", "description": "Group.", "constraints": {"required": False, "enum": ["leaf", "bean"]}, "change": "value",
     "categories": [{"value": "leaf", "label": "A leaf."}, {"value": "bean", "label": "A bean."}]},
    {"name": "serving_g", "type": "number", "description": "Serving.", "constraints": {"required": True, "minimum": 0, "maximum": 500}, "unit": "g",
     "change": "value"},
    {"name": "calcium", "type": "number", "description": "Calcium.", "constraints": {"required": False}, "unit": "mg", "change": "value"},
]
Rows = Sequence[Mapping[str, str]]


def declared(name: str, fields: Sequence[Mapping[str, Any]], key: Sequence[str]) -> dict[str, Any]:
    return {"name": name, "path": f"data/{name}.csv", "description": f"Table {name}.", "schema": {"fields": list(fields), "primaryKey": list(key)}}


def texts(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "type": "string", "constraints": {"required": False}, "change": "value"} for name in names]


class Draft:
    """A package under construction: descriptor and rows, which a test changes before it is written."""

    def __init__(self, version: str = "1.2.3"):
        self.descriptor: dict[str, Any] = {"name": "bone-nutrition", "version": version, "resources": []}
        self.rows: dict[str, list[dict[str, str]]] = {}
        self.add("foods", copy.deepcopy(FIELDS), ["food_id"], copy.deepcopy(FOODS))

    def add(self, name: str, fields: Sequence[Mapping[str, Any]], key: Sequence[str], rows: Rows) -> None:
        self.descriptor["resources"].append(declared(name, fields, key))
        self.rows[name] = [dict(row) for row in rows]

    @property
    def foods(self) -> dict[str, Any]:
        return self.descriptor["resources"][0]

    def field(self, name: str) -> dict[str, Any]:
        return next(field for field in self.foods["schema"]["fields"] if field["name"] == name)

    def write(self, folder: Path) -> Path:
        (folder / "data").mkdir(parents=True)
        for resource in self.descriptor["resources"]:
            content = csv_bytes([field["name"] for field in resource["schema"]["fields"]], self.rows[resource["name"]])
            resource["hash"] = "sha256:" + hashlib.sha256(content).hexdigest()
            (folder / resource["path"]).write_bytes(content)
        (folder / "datapackage.json").write_text(json.dumps(self.descriptor), encoding="utf-8")
        return folder


def compared(old: str | Path, new: str | Path, repository: Path | None = None) -> Comparison:
    with open_package(old, repository) as before, open_package(new, repository) as after_:
        return compare(before, after_)


def drafts_compared(tmp_path: Path, old: Draft, new: Draft) -> Comparison:
    return compared(old.write(tmp_path / "old"), new.write(tmp_path / "new"))


def changed(tmp_path: Path, change: Callable[[Draft], object], before: Callable[[Draft], object] = lambda _: None, version: str = "1.2.3") -> Comparison:
    """The comparison of a draft with a changed one; ``before`` changes both."""
    old, new = Draft(version), Draft(version)
    for draft in (old, new):
        before(draft)
    change(new)
    return drafts_compared(tmp_path, old, new)


# Weights


def drop_column(draft: Draft, name: str) -> None:
    draft.foods["schema"]["fields"] = [field for field in draft.foods["schema"]["fields"] if field["name"] != name]


def add_column(draft: Draft) -> None:
    draft.foods["schema"]["fields"].append({"name": "note", "type": "string"})
    draft.rows["foods"][0]["note"] = "new"


def add_table(draft: Draft) -> None:
    draft.add("groups", texts("group_id"), ["group_id"], [{"group_id": "leaf"}])


def retire(row_id: str, successor: str = "") -> Callable[[Draft], None]:
    def change(draft: Draft) -> None:
        draft.rows["foods"] = [row for row in draft.rows["foods"] if row["food_id"] != row_id]
        draft.rows["retirements"].append({"table": "foods", "row_id": row_id, "successor_id": successor})
    return change


def with_retirements(draft: Draft) -> None:
    draft.add("retirements", texts("table", "row_id", "successor_id"), ["table", "row_id"], [{"table": "foods", "row_id": "before", "successor_id": ""}])


def with_groups(draft: Draft) -> None:
    add_table(draft)
    draft.foods["schema"]["foreignKeys"] = [{"fields": ["group"], "reference": {"resource": "groups", "fields": ["group_id"]}}]


def with_exceptions(draft: Draft) -> None:
    draft.add("exceptions", texts("rule_id"), ["rule_id"], [{"rule_id": "one"}, {"rule_id": "two"}])


def constraint(column: str, **constraints: Any) -> Callable[[Draft], None]:
    return lambda draft: draft.field(column)["constraints"].update(constraints)


def prop(column: str, **properties: Any) -> Callable[[Draft], None]:
    return lambda draft: draft.field(column).update(properties)


def cell(position: int, **cells: str) -> Callable[[Draft], None]:
    return lambda draft: draft.rows["foods"][position].update(cells)


CHANGES = {
    "a table goes": (lambda d: (d.descriptor["resources"].pop(), d.rows.pop("groups")), add_table, "major", "groups: table removed"),
    "a table comes": (add_table, None, "minor", "groups: table added"),
    "the package is renamed": (lambda d: d.descriptor.update(name="other"), None, "major", "package: package renamed, name: bone-nutrition -> other"),
    "the licence of the package": (lambda d: d.descriptor.update(licenses=["MIT"]), None, "patch", 'package: wording changed, licenses: none -> ["MIT"]'),
    "a table is described anew": (lambda d: d.foods.update(description="Foods."), None, "patch", "foods: wording changed, description: Table foods. -> Foods."),
    "a table is encoded anew": (lambda d: d.foods.update(encoding="latin-1"), None, "major", "foods: file changed, encoding: none -> latin-1"),
    "a column goes": (lambda d: drop_column(d, "group"), None, "major", "foods.group: column removed"),
    "a column comes": (add_column, None, "minor", "foods.note: column added"),
    "columns trade places": (lambda d: d.foods["schema"]["fields"].reverse(), None, "minor", "foods: columns reordered"),
    "a type": (prop("serving_g", type="integer"), None, "major", "foods.serving_g: type changed, type: number -> integer"),
    "a unit": (prop("calcium", unit="g"), None, "major", "foods.calcium: meaning changed, unit: mg -> g"),
    "a description": (prop("calcium", description="Calcium, total."), None, "patch", "foods.calcium: wording changed, description: Calcium. -> Calcium, total."),
    "a label": (lambda d: d.field("group")["categories"][0].update(label="Leaves."), None, "patch", "foods.group: wording changed, label of leaf: A leaf. -> Leaves."),
    "a promise": (prop("calcium", change="wording"), None, "minor", "foods.calcium: change promise changed, change: value -> wording"),
    "a key": (lambda d: d.foods["schema"].update(primaryKey=["food_id", "name"]), None, "major",
              'foods: key changed, primaryKey: ["food_id"] -> ["food_id", "name"]'),
    "a reference": (prop("group", references="groups"), None, "major", "foods.group: key changed, references: none -> groups"),
    "a foreign key goes": (lambda d: d.foods["schema"].pop("foreignKeys"), with_groups, "major",
                           "foods: key changed, foreign key group: groups(group_id) -> none"),
    "a foreign key comes": (with_groups, None, "major", "foods: constraint tightened, foreign key group: none -> groups(group_id)"),
    "a unique key comes": (lambda d: d.foods["schema"].update(uniqueKeys=[["name"]]), None, "major", 'foods: constraint tightened, unique key: none -> ["name"]'),
    "a unique key goes": (lambda d: d.foods["schema"].pop("uniqueKeys"), lambda d: d.foods["schema"].update(uniqueKeys=[["name"]]), "minor",
                          'foods: constraint loosened, unique key: ["name"] -> none'),
    "required": (constraint("calcium", required=True), None, "major", "foods.calcium: constraint tightened, required: false -> true"),
    "no longer required": (constraint("name", required=False), None, "minor", "foods.name: constraint loosened, required: true -> false"),
    "unique": (constraint("name", unique=True), None, "major", "foods.name: constraint tightened, unique: false -> true"),
    "a value less": (constraint("group", enum=["bean"]), None, "major", 'foods.group: constraint tightened, enumeration without: ["leaf"] -> none'),
    "a value more": (constraint("group", enum=["leaf", "bean", "root"]), None, "minor", 'foods.group: constraint loosened, enumeration with: none -> ["root"]'),
    "an enumeration": (constraint("name", enum=["Kale"]), None, "major", 'foods.name: constraint tightened, enumeration: none -> ["Kale"]'),
    "types of entity": (prop("group", ofType=["bean"]), None, "major", 'foods.group: constraint tightened, ofType: none -> ["bean"]'),
    "a bound lower": (constraint("serving_g", minimum=-1), None, "minor", "foods.serving_g: constraint loosened, lower bound: 0 -> -1"),
    "a bound higher": (constraint("serving_g", minimum=0.5), None, "major", "foods.serving_g: constraint tightened, lower bound: 0 -> 0.5"),
    "a bound excluded": (constraint("serving_g", exclusiveMinimum=0), None, "major", "foods.serving_g: constraint tightened, lower bound: 0 -> 0, excluded"),
    "a maximum lower": (constraint("serving_g", maximum=400), None, "major", "foods.serving_g: constraint tightened, upper bound: 500 -> 400"),
    "a maximum gone": (lambda d: d.field("serving_g")["constraints"].pop("maximum"), None, "minor",
                       "foods.serving_g: constraint loosened, upper bound: 500 -> none"),
    "a first pattern": (constraint("name", pattern="^(?:K.*)$"), None, "major", "foods.name: constraint tightened, pattern: none -> ^(?:K.*)$"),
    "an alternative more": (constraint("food_id", pattern="^(?:[a-z]+|\\d{5}|x(?:y|z)[|])$"), None, "minor",
                            'foods.food_id: constraint loosened, pattern with: none -> ["x(?:y|z)[|]"]'),
    "an alternative less": (constraint("food_id", pattern="^(?:[a-z]+)$"), None, "major",
                            'foods.food_id: constraint tightened, pattern without: ["\\\\d{5}"] -> none'),
    "another pattern": (constraint("food_id", pattern="^[a-z]*$"), None, "major",
                        "foods.food_id: constraint tightened, pattern: ^(?:[a-z]+|\\d{5})$ -> ^[a-z]*$"),
    "an unknown constraint": (constraint("name", minLength=3), None, "major", "foods.name: constraint tightened, minLength: none -> 3"),
    "a bound of a date": (constraint("name", minimum="2020-01-01"), None, "major", "foods.name: constraint tightened, minimum: none -> 2020-01-01"),
    "a row goes": (lambda d: d.rows["foods"].pop(), None, "major", "foods: 1 row removed"),
    "a row is retired": (retire("salt"), with_retirements, "minor", "foods: 1 row retired"),
    "a row comes": (lambda d: d.rows["foods"].append(FOODS[0] | {"food_id": "zest"}), None, "minor", "foods: 1 row added"),
    "an exception is mended": (lambda d: d.rows["exceptions"].pop(), with_exceptions, "minor", "exceptions: 1 row closed"),
    "a number": (cell(0, calcium="255"), None, "minor", "foods.calcium: 1 value changed"),
    "a digit that is zero": (cell(0, calcium="254.0"), None, "minor", "foods.calcium: 1 value changed"),
    "a text": (cell(0, group="bean"), None, "minor", "foods.group: 1 value changed"),
    "a cell filled": (cell(2, calcium="24"), None, "minor", "foods.calcium: 1 value changed"),
    "a name": (cell(0, name="Kale, raw"), None, "patch", "foods.name: 1 text reworded"),
    "rows in another order": (lambda d: d.rows["foods"].reverse(), None, "none", None),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_kind_of_change_has_its_step_and_says_what_it_is(tmp_path, name):
    change, before, weight, message = CHANGES[name]
    comparison = changed(tmp_path, change, before or (lambda _: None))
    assert (comparison.weight, comparison.step) == (weight, weight)
    assert comparison.smallest_version == {"major": "2.0.0", "minor": "1.3.0", "patch": "1.2.4", "none": "1.2.3"}[weight]
    said = [sentence(found) for found in comparison.changes]
    assert not said if message is None else any(line.startswith(message) for line in said), said
    for format in FORMATS:
        assert render(comparison, format)


def test_every_kind_of_change_is_tried(tmp_path):
    seen = set()
    for number, (change, before, *_) in enumerate(CHANGES.values()):
        comparison = changed(tmp_path / str(number), change, before or (lambda _: None))
        seen |= {found.kind for found in comparison.changes}
    assert seen == set(WEIGHT)
    assert set(WEIGHT.values()) < set(WEIGHTS)


@pytest.mark.parametrize(("change", "version", "smallest"), [
    (lambda d: drop_column(d, "group"), "0.4.2", "0.5.0"),
    (cell(0, calcium="255"), "0.4.2", "0.5.0"),
    (cell(0, name="Kale, raw"), "0.4.2", "0.4.3"),
    (lambda d: drop_column(d, "group"), "10.4.2", "11.0.0"),
    (cell(0, calcium="255"), "1.9.9", "1.10.0"),
    (cell(0, calcium="255"), "first", None),
])
def test_the_smallest_version(tmp_path, change, version, smallest):
    assert changed(tmp_path, change, version=version).smallest_version == smallest


def test_the_verdict_says_whether_the_version_is_enough(tmp_path):
    old, new = Draft("1.2.3"), Draft("1.2.4")
    cell(0, calcium="255")(new)
    assert verdict(drafts_compared(tmp_path, old, new)) == "step needed: minor, so 1.3.0 at least; 1.2.4 is too small"
    assert verdict(drafts_compared(tmp_path / "b", Draft("1.9.0"), Draft("1.10.0"))) == "step needed: none; 1.10.0 is enough"
    early, late = Draft("0.9.0"), Draft("1.0.0")
    drop_column(late, "group")
    assert verdict(drafts_compared(tmp_path / "c", early, late)) == "step needed: minor, so 0.10.0 at least (before 1.0; from 1.0 on: major); 1.0.0 is enough"


@pytest.mark.parametrize("version", ["1.2", "1.2.3.4", "01.2.3", "1.2.x", "v1.2.3", "1.2.3-rc1", "", "١.2.3", "1.2.3\n"])
def test_what_is_no_version(version):
    assert version_parts(version) is None
    with pytest.raises(ValueError, match="not of the form"):
        after(version, "minor")


# What follows from another change is not told twice


def test_a_foreign_key_to_a_new_table_that_was_announced_is_part_of_that_table(tmp_path):
    comparison = changed(tmp_path, with_groups, prop("group", references="groups"))
    assert [sentence(change) for change in comparison.changes] == ["groups: table added"]


def test_a_foreign_key_goes_with_its_table(tmp_path):
    def change(draft: Draft) -> None:
        draft.descriptor["resources"].pop()
        draft.foods["schema"].pop("foreignKeys")
    assert [sentence(found) for found in changed(tmp_path, change, with_groups).changes] == ["groups: table removed"]


def test_a_column_that_is_wording_on_one_side_only_carries_a_value(tmp_path):
    comparison = changed(tmp_path, lambda d: (prop("group", change="wording")(d), cell(0, group="bean")(d)))
    assert {change.kind for change in comparison.changes} == {"change promise changed", "values changed"}


# Rows and cells


def test_labels_that_changed_stand_in_the_order_of_the_enumeration(tmp_path):
    values = [f"group-{number}" for number in range(20)]

    def label(word: str) -> Callable[[Draft], None]:
        return prop("group", categories=[{"value": value, "label": f"{word} {value}"} for value in values])

    found = changed(tmp_path, label("Now"), before=label("Once"))
    assert [change.detail for change in found.changes] == [f"label of {value}" for value in values]


def test_a_value_ten_times_off_stands_first(tmp_path):
    old, new = Draft(), Draft()
    for number in range(30):
        for draft, serving in ((old, 100), (new, 100 + number)):
            draft.rows["foods"].append({"food_id": f"food-{number:02d}", "name": "x", "group": "leaf", "serving_g": str(serving), "calcium": "10"})
    for row, (was, now) in {5: ("10", "1"), 6: ("10", "25"), 7: ("0", "40"), 8: ("", "40"), 9: ("-3", "3"), 10: ("300", "310")}.items():
        old.rows["foods"][row]["calcium"], new.rows["foods"][row]["calcium"] = was, now
    comparison = drafts_compared(tmp_path, old, new)
    (calcium,) = [column for column in comparison.tables[0].columns if column.column == "calcium"]
    shown = [(cell["old"], cell["new"], cell["relative_change"] and round(cell["relative_change"], 3)) for cell in calcium.cells.to_pylist()]
    assert shown == [("10", "1", -0.9), ("-3", "3", 2), ("10", "25", 1.5), ("300", "310", 0.033), ("0", "40", None), ("", "40", None)]
    first = largest(comparison, 3)
    assert [(item["column"], item["new"]) for item in first] == [("calcium", "1"), ("calcium", "3"), ("calcium", "25")]
    lines = render(comparison).splitlines()
    assert lines[lines.index("largest changes of numbers") + 1] == "  foods.calcium  food-02: 10 -> 1  (÷10)"
    assert "    food-03: 10 -> 25  (×2.5)" in lines
    assert "    food-07: 300 -> 310  (+3.33%)" in lines


def test_rows_are_matched_by_key_wherever_they_stand(tmp_path):
    old, new = Draft(), Draft()
    new.rows["foods"] = [FOODS[2] | {"serving_g": "1"}, FOODS[0] | {"food_id": "aloe"}, dict(FOODS[0])]
    (table,) = drafts_compared(tmp_path, old, new).tables
    assert (table.added.to_pylist(), table.removed.to_pylist(), table.rows_changed) == (["aloe"], ["natto"], 1)
    (column,) = table.columns
    assert column.cells.to_pylist() == [{"row_id": "salt", "old": "0", "new": "1", "relative_change": None}]


def test_keys_of_several_columns_do_not_run_together(tmp_path):
    old, new = Draft(), Draft()
    for draft, rows in ((old, [("a", "bc", "1"), ("ab", "c", "2")]), (new, [("a", "bc", "1"), ("ab", "c", "3"), ("ab", "bc", "2")])):
        draft.add("values", texts("one", "two", "amount"), ["one", "two"], [dict(zip(("one", "two", "amount"), row)) for row in rows])
    (table,) = drafts_compared(tmp_path, old, new).tables
    assert table.added.to_pylist() == ["ab/bc"]
    assert [cell["row_id"] for cell in table.columns[0].cells.to_pylist()] == ["ab/c"]


def test_a_retired_row_shows_its_successor(tmp_path):
    comparison = changed(tmp_path, retire("salt", "natto"), with_retirements)
    assert comparison.tables[0].retired == {"salt": "natto"}
    assert "    salt -> natto" in render(comparison).splitlines()


def test_cells_with_quotes_commas_and_line_breaks(tmp_path):
    def change(draft: Draft) -> None:
        draft.rows["foods"][0]["name"] = 'Kale, "raw"\nor not | *'
    comparison = changed(tmp_path, change)
    assert comparison.tables[0].columns[0].cells.to_pylist()[0]["new"] == 'Kale, "raw"\nor not | *'
    assert 'kale: Kale -> Kale, "raw"\\nor not | *' in render(comparison)
    assert 'Kale, "raw"\\\\nor not \\| \\*' in render(comparison, "markdown")


def test_what_a_terminal_would_run_is_shown_as_text(tmp_path):
    text = render(changed(tmp_path, cell(0, name="\x1b[2Jgone"), version="1\x1b.0"))
    assert "\x1b" not in text
    assert "\\x1b[2Jgone" in text


def test_a_table_of_a_header_alone(tmp_path):
    comparison = changed(tmp_path, lambda d: d.rows["foods"].clear())
    assert (comparison.tables[0].rows_after, len(comparison.tables[0].removed)) == (0, 3)
    assert changed(tmp_path / "b", lambda d: d.rows["foods"].append(FOODS[0]), lambda d: d.rows["foods"].clear()).weight == "minor"


def test_the_rows_of_a_table_whose_key_grew_are_matched_by_what_is_one_in_both(tmp_path):
    def change(draft: Draft) -> None:
        draft.foods["schema"]["primaryKey"] = ["food_id", "name"]
        cell(0, calcium="1")(draft)
    comparison = changed(tmp_path, change)
    assert [cell["row_id"] for cell in comparison.tables[0].columns[0].cells.to_pylist()] == ["kale/Kale"]


def test_rows_that_cannot_be_matched_are_noted(tmp_path):
    def change(draft: Draft) -> None:
        draft.foods["schema"]["primaryKey"] = ["id"]
        draft.field("food_id")["name"] = "id"
        draft.rows["foods"] = [{"id": row["food_id"], **row} for row in draft.rows["foods"]]
        for row in draft.rows["foods"]:
            del row["food_id"]
    comparison = changed(tmp_path, change)
    assert comparison.weight == "major"
    assert comparison.notes == ["foods: the key changed, so the rows cannot be matched"]
    assert "note: foods: the key changed" in render(comparison)


def test_a_table_that_is_not_what_its_descriptor_promises_is_noted(tmp_path):
    old, new = Draft().write(tmp_path / "old"), Draft().write(tmp_path / "new")
    edit(new / "data" / "foods.csv", "254", "255")
    assert compared(old, new).notes == [f"{new}: data/foods.csv is not what its descriptor promises"]


# Forms in which a package comes


@pytest.fixture
def changed_small(small: Path, tmp_path: Path) -> Path:
    """The small package with one amount ten times off and one name reworded, built anew."""
    folder = Path(shutil.copytree(small, tmp_path / "changed"))
    edit(folder / "data" / "food_sources.csv", "kale-raw,selenium,usda-sr-legacy-2018,0.9,", "kale-raw,selenium,usda-sr-legacy-2018,9,")
    edit(folder / "data" / "foods.csv", "natto,Natto", "natto,Nattō")
    building.build(folder)
    return folder


def zipped(folder: Path, path: Path, top: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.rglob("*"):
            archive.write(file, top + file.relative_to(folder).as_posix())
    return path


def tagged(folder: Path, *others: Path, inside: str = "") -> Path:
    """The folder as a git repository with the tag v1, and each other folder as a further commit, v2 and so on."""
    repository = folder.parent / "git"
    for number, source in enumerate((folder, *others), start=1):
        shutil.copytree(source, repository / inside, dirs_exist_ok=True)
        if number == 1:
            git(repository, "init", "--quiet")
        git(repository, "add", "--all")
        git(repository, "commit", "--quiet", "--allow-empty", "-m", f"Version {number}")
        git(repository, "tag", f"v{number}")
    return repository / inside


def assert_found(comparison: Comparison) -> None:
    assert [sentence(change) for change in comparison.changes] == ["food_sources.amount: 1 value changed", "foods.name: 1 text reworded"]
    assert largest(comparison, 1)[0]["row_id"].startswith("kale-raw/selenium/")


def test_folders(small, changed_small):
    assert_found(compared(small, changed_small))


@pytest.mark.parametrize("top", ["", "bone_nutrition/", "bone-nutrition-1.0.0/"])
def test_zips_whatever_folder_holds_the_package(small, changed_small, tmp_path, top):
    assert_found(compared(zipped(small, tmp_path / "old.zip", top), zipped(changed_small, tmp_path / "new.zip")))


@pytest.mark.needs("git")
@pytest.mark.parametrize("inside", ["", "package"])
def test_tags_and_commits(small, changed_small, inside):
    repository = tagged(small, changed_small, inside=inside)
    assert_found(compared("v1", "v2", repository))
    assert_found(compared("HEAD~1", changed_small, repository))


def test_an_address(small, changed_small, tmp_path, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    (tmp_path / "served").mkdir()
    zipped(small, tmp_path / "served" / "old.zip")
    (tmp_path / "served" / "page.zip").write_text("<html>")
    handler = functools.partial(Quiet, directory=tmp_path / "served")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        assert_found(compared(f"{address}/old.zip", changed_small))
        for missing in (f"{address}/none.zip", f"{address}/page.zip"):
            with pytest.raises(ComparisonError, match=missing):
                compared(missing, small)
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def test_equal_packages_have_no_change(small, tmp_path):
    comparison = compared(small, zipped(small, tmp_path / "same.zip"))
    assert (comparison.changes, comparison.step, comparison.tables) == ([], "none", [])
    assert "no change" in render(comparison).splitlines()
    assert "No change." in render(comparison, "markdown").splitlines()


# Formats


def test_json_holds_counts_of_all_and_as_many_cells_as_asked(tmp_path):
    comparison = changed(tmp_path, lambda d: [row.update(serving_g=str(40 + number), name=f"{number}") for number, row in enumerate(d.rows["foods"])])
    told = json.loads(render(comparison, "json", most=2), parse_constant=pytest.fail)
    assert (told["step"], told["smallest_version"], told["old"]["version"]) == ("minor", "1.3.0", "1.2.3")
    columns = {column["column"]: column for column in told["tables"][0]["changed"]}
    assert {name: (column["change"], column["count"], len(column["cells"])) for name, column in columns.items()} == {
        "name": ("wording", 3, 2), "serving_g": ("value", 3, 2)}
    assert {change["kind"]: change["count"] for change in told["changes"]} == {"values changed": 3, "prose changed": 3}
    assert json.loads(render(comparison, "json", most=0))["tables"][0]["changed"][0]["cells"] == []


def test_text_and_markdown_say_how_many_are_not_shown(tmp_path):
    comparison = changed(tmp_path, lambda d: [row.update(name="x") for row in d.rows["foods"]])
    assert "    and 2 more" in render(comparison, "text", most=1).splitlines()
    assert "and 2 more" in render(comparison, "markdown", most=1).splitlines()


def test_every_table_of_markdown_is_whole(tmp_path):
    def change(draft: Draft) -> None:
        prop("calcium", unit="a|b")(draft)
        cell(0, calcium="1", group="b|c")(draft)
    block: list[str] = []
    for line in [*render(changed(tmp_path, change), "markdown").splitlines(), ""]:
        if line.startswith("|"):
            block.append(line)
        elif block:
            assert len(block) > 2
            assert len({line.replace("\\|", "").count("|") for line in block}) == 1, block
            block = []


def test_long_texts_are_shown_from_where_they_differ(tmp_path):
    comparison = changed(tmp_path, cell(0, name="a" * 500 + "new"), cell(0, name="a" * 500 + "old"))
    assert f"kale: …{'a' * 20}old -> …{'a' * 20}new" in render(comparison)


def test_the_reasons_are_the_heaviest_changes(tmp_path):
    comparison = changed(tmp_path, lambda d: (drop_column(d, "group"), cell(0, calcium="1", name="x")(d)))
    assert reasons(comparison) == "foods.group: column removed"


# What is refused, in one line


def with_content(file: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / file).write_bytes(content)


def with_descriptor(**changes: Any) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        draft = Draft()
        draft.foods.update(changes)
        (folder / "datapackage.json").write_text(json.dumps(draft.descriptor), encoding="utf-8")
    return change


BAD = {
    "no descriptor": (lambda folder: (folder / "datapackage.json").unlink(), "datapackage.json cannot be read"),
    "no JSON": (with_content("datapackage.json", b"{"), "not JSON"),
    "no UTF-8 in the descriptor": (with_content("datapackage.json", b'"\xff"'), "not JSON"),
    "deep JSON": (with_content("datapackage.json", b"[" * 100_000), "not JSON"),
    "a list": (with_content("datapackage.json", b"[]"), "does not describe tables"),
    "no resources": (with_content("datapackage.json", b"{}"), "does not describe tables"),
    "a resource without schema": (with_descriptor(schema=None), "does not describe tables"),
    "a path outside": (with_descriptor(path="../foods.csv"), "does not describe tables"),
    "an absolute path": (with_descriptor(path="/etc/passwd"), "does not describe tables"),
    "several paths": (with_descriptor(path=["data/foods.csv"]), "does not describe tables"),
    "no fields": (with_descriptor(schema={"fields": []}), "does not describe tables"),
    "fields that are words": (with_descriptor(schema={"fields": ["food_id"]}), "does not describe tables"),
    "a key that is a number": (with_descriptor(schema={"fields": FIELDS, "primaryKey": 1}), "does not describe tables"),
    "a foreign key to nothing": (with_descriptor(schema={"fields": FIELDS, "foreignKeys": [{"fields": "group"}]}), "does not describe tables"),
    "constraints that are a word": (with_descriptor(schema={"fields": [{"name": "food_id", "constraints": "required"}]}), "does not describe tables"),
    "a table that is missing": (lambda folder: (folder / "data" / "foods.csv").unlink(), "data/foods.csv cannot be read"),
    "an empty table": (with_content("data/foods.csv", b""), "not CSV"),
    "a ragged row": (with_content("data/foods.csv", b"food_id,name,group,serving_g,calcium\na,b\n"), "not CSV"),
    "another encoding": (with_content("data/foods.csv", b"food_id,name,group,serving_g,calcium\na,\xff,,,\n"), "not CSV"),
    "another header": (with_content("data/foods.csv", b"food_id,title,group,serving_g,calcium\na,b,,,\n"), "the header"),
    "a column twice": (with_content("data/foods.csv", b"food_id,name,name,serving_g,calcium\na,b,,,\n"), "the header"),
    "a key twice": (with_content("data/foods.csv", b"food_id,name,group,serving_g,calcium\na,b,,,\nz,b,,,\nz,b,,,\n"), "two rows of foods have the key 'z'"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("is_old", [True, False])
def test_a_package_that_cannot_be_read_is_refused_in_one_line(tmp_path, name, is_old):
    spoil, message = BAD[name]
    good, bad = Draft().write(tmp_path / "good"), Draft().write(tmp_path / "bad")
    spoil(bad)
    with pytest.raises(ComparisonError, match=message) as caught:
        compared(bad, good) if is_old else compared(good, bad)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(str(bad))


def test_a_table_named_twice_is_refused(tmp_path):
    draft = Draft()
    folder = draft.write(tmp_path / "old")
    draft.descriptor["resources"] *= 2
    (folder / "datapackage.json").write_text(json.dumps(draft.descriptor), encoding="utf-8")
    with pytest.raises(ComparisonError, match="names the table foods twice"):
        compared(folder, folder)


def test_a_link_that_leaves_the_folder_is_refused(tmp_path):
    folder = Draft().write(tmp_path / "package")
    (folder / "data" / "foods.csv").rename(tmp_path / "foods.csv")
    (folder / "data" / "foods.csv").symlink_to(tmp_path / "foods.csv")
    with pytest.raises(ComparisonError, match="leaves the folder"):
        compared(folder, folder)


def test_zips_that_cannot_be_read_are_refused(tmp_path):
    folder = Draft().write(tmp_path / "package")
    whole = zipped(folder, tmp_path / "whole.zip").read_bytes()
    spoilt = {
        "cut.zip": whole[:len(whole) // 2], "empty.zip": b"", "text.zip": b"food_id,name\n",
        "flipped.zip": whole.replace(b"Natto", b"Matto"),
        "no-table.zip": zipped(tmp_path / "package" / "data", tmp_path / "data.zip").read_bytes(),
    }
    for name, content in spoilt.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ComparisonError, match=name) as caught:
            compared(tmp_path / name, folder)
        assert "\n" not in str(caught.value)


@pytest.mark.needs("git")
def test_names_that_are_nothing_are_refused(tmp_path):
    folder = Draft().write(tmp_path / "package")
    repository = tagged(folder)
    for name in ("nothing", "", "--help", "v1:data", "ftp://example.org/a.zip", "v1\0"):
        with pytest.raises(ComparisonError, match="no tag or commit of this repository"):
            compared(name, folder, repository)
    (repository / "datapackage.json").unlink()
    git(repository, "commit", "--quiet", "--all", "-m", "Without descriptor")
    with pytest.raises(ComparisonError, match="HEAD: this commit holds no datapackage.json"):
        compared("HEAD", folder, repository)


# The command


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True)


@pytest.mark.parametrize("format", FORMATS)
def test_the_command_tells_what_changed_and_writes_nothing(small, changed_small, format):
    before = {path: path.stat().st_mtime_ns for folder in (small, changed_small) for path in folder.rglob("*")}
    done = run(small, changed_small, "--format", format, "--most", "5")
    assert (done.returncode, done.stderr) == (0, "")
    assert "kale-raw/selenium/" in done.stdout
    assert {path: path.stat().st_mtime_ns for folder in (small, changed_small) for path in folder.rglob("*")} == before


def test_the_command_ends_in_one_line_not_in_a_traceback(small):
    done = run(small, "nothing-of-that-name")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "nothing-of-that-name: no zip, folder or address, and no tag or commit of this repository\n"
    done = run(small, small, "--most", "-1")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
