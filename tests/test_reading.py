"""File checks: each bad byte, row or cell is found, and the message says where."""

from __future__ import annotations

import pytest
from bone_nutrition.reading import read_table

HEADER = b"derivation_code,description,value_status\n"
GOOD = HEADER + b"A,Analysed.,measured\nZ,Held to be zero.,assumed-zero\n"


@pytest.fixture
def read(tmp_path):
    def _read(content: bytes, table: str = "derivations"):
        path = tmp_path / f"{table}.csv"
        path.write_bytes(content)
        return read_table(path, table, f"data/{table}.csv")
    return _read


def test_a_good_table_has_no_fault_and_keeps_its_cells_as_text(read):
    data, faults = read(GOOD)
    assert faults == []
    assert data.text["derivation_code"].tolist() == ["A", "Z"]
    assert data.lines.tolist() == [2, 3]


@pytest.mark.parametrize(("content", "rule_id", "line"), [
    (b"\xef\xbb\xbf" + GOOD, "file-bom", 1),
    (GOOD.replace(b"\n", b"\r\n"), "file-line-ends", 1),
    (GOOD[:-1], "file-truncated", 3),
    (GOOD[:-20], "file-truncated", 3),
    (b"", "file-empty", None),
    (HEADER, "table-empty", None),
    (GOOD.replace(b"zero.", b"z\xe9ro."), "file-encoding", 3),
    (GOOD.replace(b"value_status", b"status"), "header", 1),
    (GOOD.replace(b"description,value_status", b"value_status,description"), "header", 1),
    (GOOD.replace(b"A,Analysed.,measured", b"A,Analysed."), "row-length", 2),
    (GOOD.replace(b"A,Analysed.", b"A,Analysed., or so"), "row-length", 2),
    (GOOD.replace(b"\nZ", b"\n\nZ"), "row-blank", 3),
    (GOOD.replace(b"Analysed.", b'"Analysed."x'), "csv-syntax", 2),
    (HEADER + GOOD[len(HEADER):].split(b"\n")[1] + b"\nA,Analysed.,measured\n", "row-order", 3),
    (GOOD.replace(b"Analysed.", b" Analysed."), "cell-space", 2),
    (GOOD.replace(b"Held to", b"Held  to"), "cell-space", 3),
    (GOOD.replace(b"Held to", b"Held\xc2\xa0to"), "cell-space", 3),
    (GOOD.replace(b"Analysed.", b'"Ana\nlysed."'), "cell-control", 2),
    (GOOD.replace(b"Analysed.", b"Ana\xe2\x80\x8blysed."), "cell-control", 2),
    (GOOD.replace(b"Analysed.", b"=1+1"), "cell-formula", 2),
    (GOOD.replace(b"Analysed.", "AnalysÃ©.".encode()), "cell-misread", 2),
    (GOOD.replace(b"Analysed.", b"<i>Analysed.</i>"), "cell-markup", 2),
    (GOOD.replace(b"Analysed.", b"Analysed &amp; known."), "cell-markup", 2),
    (GOOD.replace(b"Analysed.", b"@SUM(A1)"), "cell-formula", 2),
    (GOOD.replace(b"Analysed.", b"-1+cmd"), "cell-formula", 2),
    (GOOD.replace(b"Analysed.", b"NaN"), "cell-missing-word", 2),
    (GOOD.replace(b"Analysed.", b"Analyse\xcc\x81e."), "cell-unicode", 2),
])
def test_a_bad_file_is_found_with_its_line(read, content, rule_id, line):
    _, faults = read(content)
    assert (rule_id, line) in [(fault.rule_id, fault.line) for fault in faults]
    assert all(fault.file == "data/derivations.csv" and fault.mend for fault in faults)


def test_all_faults_are_found_in_one_run(read):
    _, faults = read(GOOD.replace(b"Analysed.", b" =1").replace(b"Held to", b"Held  to")[:-1])
    assert {fault.rule_id for fault in faults} == {"cell-space", "file-truncated"}
    assert len(faults) == 3


def test_a_header_fault_names_missing_unknown_and_repeated_columns(read):
    _, (fault,) = read(b"derivation_code,derivation_code,note\nA,A,x\n")
    assert "missing: description, value_status" in fault.reason
    assert "unknown: note" in fault.reason
    assert "repeated: derivation_code" in fault.reason


@pytest.mark.parametrize("text", ["below < 15 ug/L", "1 <2", "5<x", "R&D; and more", "a & b", "AT&T", "p<0.05", "São Paulo; Ângela; 25 °C ± 1; château", "https://example.org/?a=1&b=2"])
def test_less_than_and_ampersand_are_text(read, text):
    assert [fault.rule_id for fault in read(GOOD.replace(b"Analysed.", text.encode()), "derivations")[1]] == []


def test_a_missing_file_is_a_fault(tmp_path):
    data, (fault,) = read_table(tmp_path / "foods.csv", "foods", "data/foods.csv")
    assert data is None
    assert fault.rule_id == "file-unreadable"


@pytest.mark.parametrize("cell", ["1.5", "1e3", "1,000", "+1", "2001.5", "x", "0x10", "٣"])
def test_a_whole_number_is_only_digits(read, cell):
    header = b"nutrient_id,fdc_nutrient_id,fdc_nutrient_number,fdc_name,fdc_unit,priority\n"
    quoted = f'calcium,1087,301,"Calcium, Ca",MG,"{cell}"\n'.encode()
    data, faults = read(header + quoted, "nutrient_fdc_ids")
    (fault,) = [fault for fault in faults if fault.rule_id == "type"]
    assert (fault.line, fault.column, fault.value) == (2, "priority", cell)
    assert data.typed["priority"].isna().all()


@pytest.mark.parametrize("cell", ["2026-13-01", "2026-02-30", "01.02.2026", "2026-1-1", "20260101"])
def test_a_date_exists_and_is_iso(read, cell):
    _, faults = read(f"nutrient_id,table,reason,searched_on,note\nboron,functions,not-found,{cell},\n".encode(), "gaps")
    assert [(fault.rule_id, fault.column) for fault in faults] == [("type", "searched_on")]


@pytest.mark.parametrize("cell", ["TRUE", "yes", "1", "wahr"])
def test_a_flag_is_true_or_false(read, cell):
    _, faults = read(f"outcome_id,parent_id,better,is_harm,default_unit\nfalls,,lower,{cell},\n".encode(), "outcomes")
    assert [(fault.rule_id, fault.column) for fault in faults] == [("type", "is_harm")]


def test_integer_keys_sort_as_numbers_and_text_by_code_point(read):
    header = b"nutrient_id,fdc_nutrient_id,fdc_nutrient_number,fdc_name,fdc_unit,priority\n"
    rows = b"fibre,1079,291,Fiber,G,1\nfibre,10330,293,Fiber,G,2\n"
    assert read(header + rows, "nutrient_fdc_ids")[1] == []
    swapped = b"fibre,10330,293,Fiber,G,2\nfibre,1079,291,Fiber,G,1\n"
    assert [fault.rule_id for fault in read(header + swapped, "nutrient_fdc_ids")[1]] == ["row-order"]


def test_a_message_shows_file_line_row_column_value_rule_and_mend(read):
    from bone_nutrition import model_checks

    header = ("food_id,name,food_group_id,preparation,fortified,serving_description,serving_g,ndb_number,foundation_ndb_number,foodon,"
              "synonyms\n")
    data, faults = read(f"{header}kale-raw,\"Kale, raw\",leafy-greens,raw,false,,,1123x,,,\n".encode(), "foods")
    assert faults == []
    (fault,) = model_checks.faults(data)
    assert str(fault) == ("data/foods.csv:2 food_id='kale-raw' ndb_number='1123x' — not five digits (rule pattern). "
                          "Copy it from the release's sr_legacy_food.csv, padded with zeros to five digits.")
    assert fault.annotation().startswith("::error file=data/foods.csv,line=2,title=pattern::")


@pytest.mark.parametrize(("separator", "name"), [(b";", "semicolons"), (b"\t", "tabs")])
def test_another_separator_is_named(read, separator, name):
    _, (fault,) = read(GOOD.replace(b",", separator))
    assert (fault.rule_id, fault.line, fault.reason) == ("header", 1, f"{name} stand between the cells")
