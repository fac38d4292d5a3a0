"""Canonical form: what an editor or spreadsheet does to a file is mended, what needs a decision is refused, values stay."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from bone_nutrition.formatting import canonical
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "format.py"
HEADER = "derivation_code,description,value_status\n"
CANONICAL = HEADER + "A,Analysed.,measured\nZ,\"Held to be zero, as fibre in meat.\",assumed-zero\n"
FDC_IDS = "nutrient_id,fdc_nutrient_id,fdc_nutrient_number,fdc_name,fdc_unit,priority\n"


@pytest.fixture
def formatted(tmp_path):
    def _formatted(content: str | bytes, table: str = "derivations") -> str:
        path = tmp_path / f"{table}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return canonical(path).decode("utf-8")
    return _formatted


# Mended


@pytest.mark.parametrize("edited", [
    CANONICAL,
    CANONICAL.replace("\n", "\r\n"),
    CANONICAL.replace("\n", "\r"),
    "\ufeff" + CANONICAL,
    CANONICAL[:-1],
    CANONICAL + "\n\n",
    CANONICAL.replace("\nZ", "\n\n,,\n \nZ"),
    CANONICAL.replace("Analysed.", "  Analysed. "),
    CANONICAL.replace("Held to", "Held \t to"),
    CANONICAL.replace("Held to", "Held\N{NO-BREAK SPACE}to"),
    CANONICAL.replace("Held to", "Held\nto"),
    CANONICAL.replace("A,Analysed.,measured", '"A","Analysed.","measured"'),
    HEADER.replace("value_status", " value_status ") + CANONICAL.removeprefix(HEADER),
    HEADER + "".join(reversed(CANONICAL.removeprefix(HEADER).splitlines(keepends=True))),
    CANONICAL + "A,Analysed.,measured\n",
    'value_status,derivation_code,description\nassumed-zero,Z,"Held to be zero, as fibre in meat."\nmeasured,A,Analysed.\n',
], ids=["canonical", "crlf", "cr", "bom", "no last line end", "blank lines at the end", "blank rows", "outer spaces", "double spaces", "no-break space", "line break in a cell",
        "needless quotes", "spaces in the header", "row order", "the same row twice", "column order"])
def test_what_editors_do_is_mended(formatted, edited):
    assert formatted(edited) == CANONICAL


def test_text_is_brought_into_normal_form_c(formatted):
    decomposed = unicodedata.normalize("NFD", "Über Natrium.")
    assert decomposed != "Über Natrium."
    assert "A,Über Natrium.,measured" in formatted(HEADER + f"A,{decomposed},measured\n")


def test_a_column_that_is_left_out_is_empty(formatted):
    assert formatted("derivation_code,value_status\nA,measured\n") == HEADER + "A,,measured\n"


def test_whole_numbers_sort_as_numbers(formatted):
    rows = 'fibre,10330,293,Fiber,G,2\nfibre,1079,291,Fiber,G,1\ncalcium,1087,301,"Calcium, Ca",MG,1\n'
    assert [line.split(",")[1] for line in formatted(FDC_IDS + rows, "nutrient_fdc_ids").splitlines()[1:]] == ["1087", "1079", "10330"]


def test_text_sorts_by_code_point(formatted):
    rows = "source-1,One.,measured\nZ,Zero.,assumed-zero\nAS,Summed.,calculated\nA,Analysed.,measured\n"
    assert [line.split(",")[0] for line in formatted(HEADER + rows).splitlines()[1:]] == ["A", "AS", "Z", "source-1"]


# Values stay


@pytest.mark.parametrize("cell", ["0.80", "0", "00123", "1e3", "007", "TRUE", "true", "NA", "2001.50", "-0.0", "1,5", "=1+1", "2026-1-1", '"quoted"', "10|9|8",
                                  "a;b", "100 000", "µg"])
def test_a_value_is_never_changed(formatted, cell):
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(["A", cell, "measured"])
    (row,) = csv.DictReader(io.StringIO(formatted(HEADER + stream.getvalue())))
    assert row == {"derivation_code": "A", "description": cell, "value_status": "measured"}


cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.dictionaries(cells.filter(str.strip), st.tuples(cells, cells), max_size=6))
def test_formatting_twice_is_formatting_once_and_loses_no_row(formatted, rows):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER.strip().split(","))
    writer.writerows([key, *others] for key, others in rows.items())
    try:
        once = formatted(stream.getvalue())
    except ValueError as error:
        # Two keys that differ in spaces or normal form only.
        assert "an earlier row has the key" in str(error)
        return
    assert formatted(once) == once
    read = list(csv.reader(io.StringIO(once, newline=""), strict=True))
    plain = {unicodedata.normalize("NFC", " ".join(key.split())) for key in rows}
    assert {row[0] for row in read[1:]} == plain


# Refused


@pytest.mark.parametrize(("content", "line", "says"), [
    (HEADER.replace("description", "note") + "A,x,measured\n", 1, "unknown columns note"),
    ("", 1, "no header"),
    ("\n\n", 1, "no header"),
    (HEADER.replace("description", "derivation_code") + "A,B,measured\n", 1, "repeated columns derivation_code"),
    (HEADER + "A,Analysed, or so,measured\n", 2, "4 cells under 3 columns"),
    (HEADER + "A,measured\n", 2, "2 cells under 3 columns"),
    (HEADER + "\nA,Analysed.,measured\n\nB,measured\n", 5, "2 cells under 3 columns"),
    (CANONICAL + "A,Analysed.,calculated\n", 4, "an earlier row has the key A"),
    (CANONICAL + " A ,Analysed by others.,measured\n", 4, "an earlier row has the key A"),
    (HEADER + 'A,"Ana"lysed,measured\n', 2, "not CSV"),
    (HEADER + 'A,"Analysed.,measured\n', 2, "not CSV"),
])
def test_what_needs_a_decision_is_refused_with_file_and_line(formatted, content, line, says):
    with pytest.raises(ValueError) as caught:
        formatted(content)
    assert f"derivations.csv:{line}: " in str(caught.value)
    assert says in str(caught.value)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_bytes_that_are_not_utf_8_are_refused(formatted, encoding):
    with pytest.raises(ValueError, match=r"derivations\.csv.*not UTF-8; save the file as UTF-8"):
        formatted(CANONICAL.replace("meat", "Brät").encode(encoding))


def test_an_unknown_table_is_refused_with_the_names_of_the_tables(formatted):
    with pytest.raises(ValueError, match="no table is called 'food'; the tables are nutrients, .*foods"):
        formatted(CANONICAL, "food")


# The command


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True)


def test_the_command_formats_a_file_and_leaves_a_canonical_one_alone(tmp_path):
    path = tmp_path / "derivations.csv"
    path.write_text(CANONICAL.replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert run(path).returncode == 0
    assert path.read_text(encoding="utf-8") == CANONICAL
    time = path.stat().st_mtime_ns
    assert run(path).returncode == 0
    assert path.stat().st_mtime_ns == time


def test_the_check_writes_nothing_and_names_the_command(tmp_path):
    path = tmp_path / "derivations.csv"
    path.write_text("\ufeff" + CANONICAL, encoding="utf-8")
    done = run("--check", path)
    assert done.returncode == 1
    assert f"run scripts/format.py {path}" in done.stderr
    assert path.read_text(encoding="utf-8") == "\ufeff" + CANONICAL


def test_one_bad_file_does_not_keep_the_others_from_being_formatted(tmp_path):
    (tmp_path / "foods.csv").write_text("a,b\n1\n")
    (tmp_path / "derivations.csv").write_text(CANONICAL + "\n", encoding="utf-8")
    done = run(tmp_path / "foods.csv", tmp_path / "gone.csv", tmp_path / "derivations.csv")
    assert done.returncode == 1
    assert "foods.csv:1: unknown columns a, b" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "foods.csv").read_text() == "a,b\n1\n"
    assert (tmp_path / "derivations.csv").read_text(encoding="utf-8") == CANONICAL
