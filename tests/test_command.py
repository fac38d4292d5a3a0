"""The command line: what it prints, where, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys

import bone_nutrition
import pytest
from bone_nutrition import command, command_output, lookup
from bone_nutrition.export import archive
from bone_nutrition.files import read_rows

COMMANDS = ("list", "show", "get", "food", "nutrient", "intake", "validate", "diff", "cite")


@pytest.fixture
def run(capsys):
    """Run the command line here; exit status, standard output, standard error."""
    def run_(*arguments):
        with pytest.raises(SystemExit) as ended:
            command.run(arguments)
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err
    return run_


def process(*arguments, code="from bone_nutrition.__main__ import main; main()", **environment):
    """Run it as a user's shell would."""
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, encoding="utf-8", env=os.environ | environment)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_shows_examples(run, name):
    status, out, _ = run(name, "--help")
    assert status == 0
    assert "Examples:\n" in out and f"\n    bone-nutrition {name}" in out


# Examples of validate and diff name files of the user, or take long.
@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("validate", "diff")])
def test_every_example_finds_something(run, name):
    examples = [line.split()[1:] for line in run(name, "--help")[1].splitlines() if line.startswith("    bone-nutrition ")]
    for example in examples:
        status, out, err = run(*example)
        assert status == 0 and out, err


def test_without_arguments_it_shows_help(run):
    status, out, err = run()
    assert status == 2
    assert all(f"\n  {name} " in out + err for name in COMMANDS)


def test_list_names_every_table_with_its_rows(run):
    status, out, _ = run("list", "--format", "json")
    assert status == 0
    published = [(resource["name"], resource["rows"]) for resource in bone_nutrition.describe()["resources"]]
    assert [(row["table"], int(row["rows"])) for row in json.loads(out)] == published


def test_list_of_a_table_gives_columns_and_units(run):
    _, out, _ = run("list", "foods", "-f", "csv")
    columns = {row["column"]: row for row in csv.DictReader(io.StringIO(out))}
    assert columns["serving_g"]["unit"] == "g"


def test_show_gives_all_rows_to_pipes_and_the_first_to_people(run, package):
    rows = read_rows(package / "data" / "nutrients.csv")
    assert list(csv.DictReader(io.StringIO(run("show", "nutrients", "--format", "csv")[1]))) == rows
    assert [row["nutrient_id"] for row in json.loads(run("show", "nutrients", "--format", "json")[1])] == [row["nutrient_id"] for row in rows]
    _, out, err = run("show", "nutrients", "--columns", "nutrient_id,unit")
    assert len(out.splitlines()) == 2 + command_output.ROWS_SHOWN
    assert f"{len(rows) - command_output.ROWS_SHOWN} more rows" in err


def test_show_filters_rows_and_columns(run):
    _, out, _ = run("show", "nutrients", "--where", "kind=vitamin", "--where", "solubility=fat", "--columns", "nutrient_id,kind", "--format", "json")
    found = json.loads(out)
    assert {row["nutrient_id"] for row in found} == {"vitamin-a", "vitamin-d", "vitamin-e", "vitamin-k"}
    assert list(found[0]) == ["nutrient_id", "kind"]
    assert run("show", "nutrients", "--columns", "nutrient_id, kind")[1].split()[:2] == ["nutrient_id", "kind"]


def test_get_finds_a_row_by_a_key_of_several_parts(run):
    status, out, _ = run("get", "food_sources", "kale-raw/calcium/usda-sr-legacy-2018", "--format", "json")
    assert status == 0
    assert json.loads(out)[0]["nutrient_id"] == "calcium"


def test_a_unit_in_brackets_is_printed_as_it_is(capsys):
    command_output.show_table([{"unit": "[IU]"}], ("unit",), 1)
    assert "[IU]" in capsys.readouterr().out


def test_food_is_found_by_words_and_ranked_by_a_nutrient(run):
    _, out, _ = run("food", "kale", "--nutrient", "calcium", "--format", "json")
    found = json.loads(out)
    amounts = [float(row["per_100_g"] or -1) for row in found]
    assert len(found) > 1 and amounts == sorted(amounts, reverse=True)
    assert all("kale" in row["name"].casefold() for row in found)


def test_amount_per_serving_is_that_of_the_serving():
    # Natto (NDB 16113): 217 mg of calcium in 100 g, one cup of 175 g.
    (value,) = lookup.food_values(lookup.foods("natto"), "calcium")
    assert (value["per_100_g"], value["serving_g"], value["per_serving"]) == ("217", "175", "380")


def test_nutrient_shows_what_tables_say_of_it(run):
    for about in ("foods", "functions", "interactions", "intakes"):
        status, out, _ = run("nutrient", "calcium", "--about", about, "--limit", "3", "--format", "json")
        assert status == 0 and len(json.loads(out)) == 3, about


@pytest.mark.parametrize("about", command.ABOUT_COLUMNS)
def test_what_people_see_of_a_nutrient_has_its_columns_in_order(run, about):
    _, out, _ = run("nutrient", "calcium", "--about", about, "--limit", "1")
    assert tuple(out.split("\n", 1)[0].split()) == command.ABOUT_COLUMNS[about]


def test_intake_gives_what_the_loader_gives(run):
    _, out, _ = run("intake", "magnesium", "--sex", "female", "--age", "25", "--life-stage", "lactation", "--authority", "nasem", "--format", "json")
    of_loader = bone_nutrition.intakes("magnesium", sex="female", age_years=25, life_stage="lactation", authority="nasem")
    assert [(row["intake_id"], row["total"]) for row in json.loads(out)] == [(row["intake_id"], float(row["total"])) for row in of_loader]


def test_a_shown_intake_keeps_its_bound_its_range_and_the_reason_for_none(run):
    # NASEM 2019 sets no UL for potassium; the Chinese intake against chronic disease is a minimum; NASEM gives the share of fat as a range.
    potassium = run("intake", "potassium", "--sex", "female", "--age", "25")[1]
    assert re.search(r"nasem +UL +not determinable ", potassium) and re.search(r"cns +PI-NCD +≥ 3600 ", potassium)
    assert re.search(r"nasem +AMDR +0\.6–1\.2 ", run("intake", "alpha-linolenic-acid", "--sex", "female", "--age", "25")[1])
    assert re.search(r"nasem +UL +not determinable ", run("nutrient", "potassium", "--about", "intakes", "--limit", "500")[1])


def test_json_has_numbers_flags_lists_and_nulls(run):
    (kale,) = json.loads(run("get", "foods", "kale-raw", "--format", "json")[1])
    assert (kale["fortified"], kale["serving_g"], kale["ndb_number"], kale["synonyms"]) == (False, 21, "11233", ["kale leaf (raw)"])
    (natto,) = json.loads(run("food", "natto", "--nutrient", "calcium", "--format", "json")[1])
    assert (natto["per_100_g"], natto["per_serving"]) == (217, 380)
    assert json.loads(run("show", "nutrients", "--where", "nutrient_id=calcium", "--format", "json")[1])[0]["parent_id"] is None


def test_a_column_has_one_type_in_all_tables():
    types = {(field["name"], field["type"]) for table in bone_nutrition.tables() for field in bone_nutrition.describe(table)["schema"]["fields"]}
    names = [name for name, _ in types]
    assert len(names) == len(set(names)) and not set(command_output.COMPUTED) & set(names)


def test_cite_is_that_of_the_loader(run):
    assert run("cite", "nasem-2019", "--style", "bibtex")[1].rstrip("\n") == bone_nutrition.cite("nasem-2019", "bibtex")
    assert run("cite")[1].rstrip("\n") == bone_nutrition.cite()


def test_validate_reports_faults_in_every_format(run, small):
    assert run("validate", str(small))[0] == 0
    path = small / "data" / "foods.csv"
    path.write_bytes(path.read_bytes().replace(b",raw,", b",burnt,", 1))
    for format_ in ("table", "json", "csv"):
        status, out, err = run("validate", str(small), "--format", format_)
        assert status == 1
        assert "burnt" in out and " faults in " in err
    assert {"rule_id", "line", "mend"} <= set(next(csv.DictReader(io.StringIO(out))))


def test_diff_compares_a_zip_with_a_folder(run, small, tmp_path):
    zipped = archive.write(small, tmp_path)
    status, out, _ = run("diff", str(zipped), str(small), "--format", "json")
    assert status == 0
    assert isinstance(json.loads(out), dict)
    status, _, err = run("diff", str(tmp_path / "nothing.zip"), str(small))
    assert status == 1 and "Traceback" not in err


@pytest.mark.parametrize(("arguments", "status", "said"), [
    (("get", "foods", "no-such-food"), 1, "no row 'no-such-food' in foods"),
    (("show", "no-such-table"), 1, "no table 'no-such-table'"),
    (("show", "foods", "--where", "colour=red"), 1, "no column 'colour' in foods"),
    (("show", "foods", "--columns", "colour"), 1, "no column colour in foods"),
    (("show", "foods", "--where", "preparation=burnt"), 1, "no such row in foods"),
    (("show", "foods", "--where", "preparation"), 2, "--where takes COLUMN=VALUE"),
    (("food", "no such food"), 1, "no food whose name holds 'no such food'"),
    (("food", "kale-raw", "--nutrient", "vitamin-k"), 1, "no value of vitamin-k in the food found; its forms have: dihydrophylloquinone, "),
    (("food", " "), 1, "no food whose name"),
    (("food", "brocoli raw"), 1, "no food whose name holds 'brocoli raw'; did you mean broccoli?"),
    (("food", "kale", "--nutrient", "kryptonite"), 1, "no row 'kryptonite' in nutrients"),
    (("nutrient", "Vitamin K"), 1, "did you mean vitamin-k"),
    (("nutrient", "mk-7"), 1, "did you mean menaquinone-7?"),
    (("nutrient", "calcum"), 1, "did you mean calcium"),
    (("get", "food_sources", "kale-raw/calcium"), 1, "did you mean kale-raw/calcium/usda-"),
    (("nutrient", "kryptonite"), 1, "no row 'kryptonite' in nutrients: its key is nutrient_id\n"),
    (("intake", "kryptonite", "--sex", "male", "--age", "30"), 1, "no reference intake of 'kryptonite'"),
    (("intake", "magnezium", "--sex", "male", "--age", "30"), 1, "did you mean magnesium?"),
    (("intake", "phylloquinone", "--sex", "male", "--age", "30"), 1, "there are some of alpha-linolenic-acid, "),
    (("intake", "calcium", "--sex", "male", "--age", "30", "--authority", "fda"), 1, "by 'fda'; there are some by cns, dach, efsa, "),
    (("intake", "calcium", "--sex", "male", "--age", "30", "--life-stage", "pregnancy"), 2, "goes with sex 'female'"),
    (("intake", "calcium", "--sex", "male", "--age", "-1"), 2, "age_years"),
    (("intake", "calcium", "--age", "30"), 2, "--sex"),
    (("cite", "mott"), 1, "did you mean mott-2019"),
    (("cite", "nobody-1900"), 1, "no citation 'nobody-1900'"),
    (("cite", "--style", "haiku"), 2, "haiku"),
    (("validate", "no-such-folder"), 2, "no-such-folder is not a folder"),
    (("diff", "only-one"), 2, "NEW"),
    (("fly",), 2, "fly"),
])
def test_what_is_not_there_or_not_possible_is_said_in_words(run, arguments, status, said):
    found, out, err = run(*arguments)
    assert (found, out) == (status, "")
    assert said in err and "Traceback" not in err


def test_nothing_is_cut_in_a_pipe(capsys):
    row = {f"column_{number}": "x" * 300 for number in range(20)}
    command_output.show_table([row], list(row), 1)
    printed = capsys.readouterr()
    assert printed.out.count("x" * 300) == 20 and printed.err == ""


def test_a_window_shows_the_columns_that_fit():
    row = {"a": "x" * 300, "b": "x" * 10, "c": "x" * 10, "d": ""}
    assert command_output.columns_that_fit([row], list(row), 80) == ["a", "b", "c", "d"]
    assert command_output.columns_that_fit([row], list(row), 60) == ["a", "b"]
    assert command_output.columns_that_fit([row], list(row), 10) == ["a", "b"]


def test_completion_offers_tables_and_nutrients():
    offered = process(_BONE_NUTRITION_COMPLETE="complete_bash", COMP_WORDS="bone-nutrition show nutr", COMP_CWORD="2")
    assert offered.stdout.split() == [table for table in bone_nutrition.tables() if table.startswith("nutr")]
    offered = process(_BONE_NUTRITION_COMPLETE="complete_bash", COMP_WORDS="bone-nutrition nutrient vitamin-k", COMP_CWORD="2")
    assert "vitamin-k" in offered.stdout.split()


@pytest.mark.parametrize(("words", "expected"), [
    ("get foods kale-r", ["kale-raw"]),
    ("get food_sources natto/calci", ["natto/calcium/usda-sr-legacy-2018"]),
    ("get no-such-table k", []),
    ("food kale-r", ["kale-raw"]),
    ("intake calcium --authority nas", ["nasem"]),
])
def test_completion_offers_ids(words, expected):
    offered = process(_BONE_NUTRITION_COMPLETE="complete_bash", COMP_WORDS=f"bone-nutrition {words}", COMP_CWORD=str(len(words.split())))
    assert (offered.stdout.split(), offered.stderr) == (expected, "")


def test_version(run):
    assert run("--version")[1].strip() == bone_nutrition.describe()["version"]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_pipe_gets_utf_8_whatever_the_machine_takes_for_its_encoding(encoding):
    found = process("get", "nutrients", "alpha-linolenic-acid", "--format", "json", PYTHONIOENCODING=encoding)
    assert "α-linolenic acid" in json.loads(found.stdout)[0]["synonyms"]
    shown = process("intake", "potassium", "--sex", "female", "--age", "25", PYTHONIOENCODING=encoding)
    assert (shown.returncode, shown.stderr) == (0, "") and "≥ 3600" in shown.stdout


def test_a_closed_pipe_ends_it_quietly():
    code = "from bone_nutrition.__main__ import main; main()"
    shell = f'"{sys.executable}" -c "{code}" show food_sources --format csv | head -1'
    result = subprocess.run(["bash", "-c", shell], capture_output=True, text=True)
    assert result.stdout.startswith("food_id,")
    assert "Traceback" not in result.stderr and "BrokenPipe" not in result.stderr


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_without_the_extra_one_line_says_how_to_get_it(missing):
    result = process("list", code=f"import sys; sys.modules['{missing}'] = None; from bone_nutrition.__main__ import main; main()")
    assert result.returncode == 1
    assert result.stderr == "the command line needs typer and rich: pip install 'bone-nutrition[cli]'\n"


def test_without_pandas_the_tables_can_be_read_and_validate_names_the_extra():
    without = "import sys; sys.modules.update(dict.fromkeys(('pandas', 'pandera', 'numpy', 'pyarrow'))); " \
              "from bone_nutrition.__main__ import main; main()"
    assert process("get", "foods", "kale-raw", code=without).returncode == 0
    result = process("validate", code=without)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1 and "pip install 'bone-nutrition[validate]'" in result.stderr


def test_importing_the_package_imports_nothing_of_this():
    result = process(code="import sys, bone_nutrition; print(sorted({'typer', 'rich', 'pandas', 'bone_nutrition.lookup'} & set(sys.modules)))")
    assert result.stdout == "[]\n"
