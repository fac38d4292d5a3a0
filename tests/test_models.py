"""The models: every column is described, every vocabulary defined, every pattern tight, every reference lands."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import bioregistry
import pytest
from bone_nutrition import model_checks, schema
from bone_nutrition.models import GROUPS, MODELS, fields, shared
from lark.exceptions import UnexpectedInput
from tables import table
from ucumvert import get_ucum_parser

DATA = Path(__file__).resolve().parent.parent / "data"
DOCUMENTED_KEYS = set(re.findall(r"``(\w+)``(?=,| {2,})", fields.__doc__))
COLUMNS = [(table, column) for table in MODELS for column in schema.columns(table)]

each_table = pytest.mark.parametrize("name", MODELS)


def metadata(table_name: str, column: str) -> dict:
    return schema.columns(table_name)[column]


def where(table_name: str, column: str) -> str:
    return f"{column} in schemas/bone_nutrition/models/{table_name}.py"


# Columns


def test_the_documented_metadata_keys_are_read_from_the_documentation():
    assert {"type", "required", "key", "unit", "of_type", "exclusive_minimum", "mend"} <= DOCUMENTED_KEYS


@each_table
def test_every_column_has_known_metadata_only(name):
    for column, found in schema.columns(name).items():
        unknown = set(found) - DOCUMENTED_KEYS - {"title", "description"}
        assert not unknown, f"unknown metadata {', '.join(unknown)} of {where(name, column)}; the keys are in models/fields.py"


@each_table
def test_every_column_says_what_it_is(name):
    for column, found in schema.columns(name).items():
        assert found["title"] and not found["title"].endswith("."), where(name, column)
        assert found["description"].endswith("."), where(name, column)
        assert "\n" not in found["description"], where(name, column)
        assert found["change"] in ("value", "wording"), where(name, column)
        assert found["type"] in ("string", "number", "integer", "boolean", "date", "list"), where(name, column)
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", column), where(name, column)


def test_a_column_without_description_stops_everything(monkeypatch):
    class Foods(fields.Table):
        """One food."""
        food_id: fields.Text = fields.key("Food", "")

    monkeypatch.setitem(MODELS, "undescribed", Foods)
    with pytest.raises(TypeError, match=r"undescribed\.food_id has no title or no description: add both in models/undescribed\.py"):
        schema.columns("undescribed")


@each_table
def test_every_table_says_what_one_row_is(name):
    description = schema.description(name)
    assert description[0].isupper() and description.endswith(".")


@each_table
def test_every_table_has_a_key_that_is_never_empty(name):
    key = schema.primary_key(name)
    assert key
    assert all(metadata(name, column)["required"] for column in key)
    assert list(schema.columns(name))[: len(key)] == list(key), "the key stands in the first columns"


@each_table
def test_unique_keys_name_columns(name):
    for columns in schema.unique_keys(name):
        assert set(columns) <= set(schema.columns(name))


def test_every_model_file_is_one_table():
    names = {path.stem for path in Path(fields.__file__).parent.glob("*.py")} - {"__init__", "fields", "shared"}
    assert names == set(MODELS)
    assert sum(len(group) for group in GROUPS.values()) == len(MODELS)


with Path(__file__).with_name("contract_columns.csv").open(encoding="utf-8", newline="") as stream:
    CONTRACT = [(row["table"], row["column"]) for row in csv.DictReader(stream)]


@pytest.mark.parametrize("name", dict.fromkeys(table for table, _ in CONTRACT))
def test_every_column_of_the_data_model_is_there(name):
    assert {column for table, column in CONTRACT if table == name} <= set(schema.columns(name))


def test_every_table_of_the_data_model_is_there():
    assert {table for table, _ in CONTRACT} <= set(MODELS)


# Vocabularies, units and references


@pytest.mark.parametrize(("name", "column"), [(name, column) for name, column in COLUMNS if "enum" in metadata(name, column)])
def test_every_value_of_an_enumeration_has_a_definition_of_one_line(name, column):
    enum = metadata(name, column)["enum"]
    assert len(enum) > 1
    for value, definition in enum.items():
        assert value and value == value.strip() and "|" not in value, value
        assert len(definition) > 1 and definition.endswith(".") and "\n" not in definition, f"{value}: {definition!r}"


UNITS = {metadata(name, column)["unit"] for name, column in COLUMNS if "unit" in metadata(name, column)}
UNIT_COLUMNS = [(name, column) for name, column in COLUMNS if (column == "unit" or column.endswith("_unit")) and column != "fdc_unit"]


def written_units() -> set[str]:
    """Units in enumerations and in the cells of the shipped tables."""
    found = set()
    for name, column in UNIT_COLUMNS:
        found.update(metadata(name, column).get("enum", ()))
        path = DATA / f"{name}.csv"
        if path.exists():
            with path.open(encoding="utf-8", newline="") as stream:
                found.update(row[column] for row in csv.DictReader(stream))
    return found - {""}


@pytest.fixture(scope="module")
def ucum():
    return get_ucum_parser()


@pytest.mark.parametrize("unit", sorted(UNITS | written_units()))
def test_every_unit_is_ucum(ucum, unit):
    ucum.parse(unit)


@pytest.mark.parametrize("decoy", ["mcg", "µg", "IU", "micrograms", "mg/kg bw", "years", "ug/"])
def test_what_looks_like_a_unit_is_not_ucum(ucum, decoy):
    with pytest.raises(UnexpectedInput):
        ucum.parse(decoy)


@pytest.mark.parametrize(("name", "column"), [(name, column) for name in MODELS for column in schema.references(name)])
def test_every_reference_lands_on_a_table_with_one_readable_key(name, column):
    found = metadata(name, column)
    target = found["references"]
    assert target in MODELS, where(name, column)
    (key,) = schema.primary_key(target)
    assert found["type"] in ("string", "list")
    if target != "derivations":  # its keys are USDA's codes
        assert re.fullmatch(metadata(target, key)["pattern"], "a-2020"), where(target, key)
    if "of_type" in found:
        assert target == "entities"
        assert set(found["of_type"]) <= set(metadata("entities", "type")["enum"])


def test_a_column_that_names_an_id_of_another_table_is_a_reference():
    keys = {key[0]: name for name in MODELS if len(key := schema.primary_key(name)) == 1 and key[0] not in schema.references(name)}
    forgotten = [where(name, column) for name, column in COLUMNS
                 if column in keys and keys[column] != name and metadata(name, column).get("references") != keys[column]]
    assert forgotten == []


# Identifiers


def bad_cells(name: str, column: str, cells: list[str]) -> set[str]:
    """Which of these cells the model of the table finds wrong by pattern."""
    key = schema.primary_key(name)[0]
    given = [{key: f"id-{number}", column: cell} for number, cell in enumerate(cells)]
    return {fault.value for fault in model_checks.faults(table(name, given)) if (fault.rule_id, fault.column) == ("pattern", column)}


# Per prefix: identifiers that exist, as their registries write them, and near misses that must not pass.
IDENTIFIERS = {
    "CHEBI": (["CHEBI:22470", "CHEBI:3311"], ["chebi:22470", "CHEBI:CHEBI:22470", "CHEBI_22470", "CHEBI:", "CHEBI:22470x", "xCHEBI:22470", "CHEBI:22 470", "CHEBI:-1"]),
    "CDNO": (["CDNO:0200205"], ["CDNO:200205", "CDNO:02002050", "cdno:0200205"]),
    "FOODON": (["FOODON:00001579", "FOODON:03301710"], ["FOODON:3301", "FOODON:033017100", "foodon:03301710"]),
    "GO": (["GO:0032571"], ["GO:32571", "go:0032571", "GO:GO:0032571"]),
    "CL": (["CL:0000062"], ["CL:62", "ECL:0000062"]),
    "UBERON": (["UBERON:0002481"], ["UBERON:2481", "uberon:0002481"]),
    "MONDO": (["MONDO:0005298"], ["MONDO:5298", "OMONDO:0005298"]),
    "HP": (["HP:0000939"], ["HP:939", "HPO:0000939"]),
    "NCBITaxon": (["NCBITaxon:9606"], ["taxon:9606", "NCBITaxon:9606a", "NCBITaxon:Homo_sapiens", "ncbitaxon:9606"]),
    "CMO": (["CMO:0000379"], ["CMO:379", "cmo:0000379", "CMOS:0000379"]),
    "EFO": (["EFO:0007785"], ["EFO:7785", "efo:0007785", "EFO_0007785"]),
    "OBA": (["OBA:2045373", "OBA:VT0006076"], ["OBA:VT6076", "VT:0006076", "OBA:2045373x"]),
    "uniprot": (["uniprot:P02818", "uniprot:A0A024R161"], ["uniprot:BGLAP", "uniprot:P0281", "uniprot:P028188", "P02818", "uniprot:p02818"]),
    "mesh": (["mesh:D024502", "mesh:C063233"], ["mesh:024502", "MESH:D024502", "mesh:Q000008", "mesh:D024502."]),
    "rxnorm": (["rxnorm:221058"], ["rxnorm:RX221058", "rxnorm:"]),
    "atc": (["atc:A11CC05", "atc:A12AA"], ["atc:A11C05", "atc:11CC05", "atc:a11cc05", "atc:A11CC5"]),
    "wikidata": (["wikidata:Q256502"], ["wikidata:256502", "wikidata:P31", "Q256502", "wikidata:q256502"]),
    "pubchem.compound": (["pubchem.compound:5280934"], ["pubchem:5280934", "pubchemXcompound:5280934", "pubchem.compound:CID5280934"]),
    "cas": (["cas:463-40-1", "cas:50-00-0"], ["cas:463401", "cas:463-40-12", "463-40-1", "cas:4-40-1"]),
    "unii": (["unii:H4N855PNZ1"], ["unii:H4N855PNZ", "unii:H4N855PNZ11", "unii:h4n855pnz1", "UNII:H4N855PNZ1"]),
    "infoods": (["infoods:TOCPHA", "infoods:NA", "infoods:VITK1"], ["infoods:", "infoods:vitk1", "TOCPHA"]),
}
REGISTERED = [prefix for prefix in IDENTIFIERS if bioregistry.get_pattern(prefix)]


@pytest.mark.parametrize("prefix", IDENTIFIERS)
def test_identifiers_that_exist_pass_and_near_misses_do_not(prefix):
    good, decoys = IDENTIFIERS[prefix]
    assert bad_cells("entities", "curie", [*good, *decoys]) == set(decoys)


def test_a_column_for_one_registry_takes_no_other():
    assert bad_cells("nutrients", "chebi", ["CHEBI:22470", "CDNO:0200205", "wikidata:Q1"]) == {"CDNO:0200205", "wikidata:Q1"}
    assert bad_cells("foods", "foodon", ["FOODON:03301710", "CHEBI:22470"]) == {"CHEBI:22470"}


@pytest.mark.parametrize("prefix", REGISTERED)
def test_identifiers_that_exist_fit_the_pattern_of_bioregistry(prefix):
    # Some patterns there are not anchored, so the whole identifier is compared.
    for curie in IDENTIFIERS[prefix][0]:
        assert re.fullmatch(bioregistry.get_pattern(prefix), curie.partition(":")[2]), curie


def test_every_prefix_is_bioregistry_s_own_but_infoods():
    unknown = [prefix for prefix in shared.CURIE_PATTERNS if bioregistry.normalize_prefix(prefix) is None]
    assert unknown == ["infoods"]
    own = {prefix: (bioregistry.get_preferred_prefix(prefix) or bioregistry.normalize_prefix(prefix)) for prefix in shared.CURIE_PATTERNS if prefix != "infoods"}
    obo = {"CHEBI", "CDNO", "FOODON", "GO", "CL", "UBERON", "MONDO", "HP", "NCBITaxon", "CMO", "EFO", "OBA"}
    assert {prefix: written for prefix, written in own.items() if written != prefix and prefix not in obo and prefix.lower() != written.lower()} == {}


CURIE_COLUMNS = [(name, column) for name, column in COLUMNS if metadata(name, column).get("says", "").startswith("a CURIE")]


@pytest.mark.parametrize(("name", "column"), [(name, column) for name, column in CURIE_COLUMNS if (DATA / f"{name}.csv").exists()])
def test_every_shipped_identifier_fits_the_pattern_of_bioregistry(name, column):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        curies = {row[column] for row in csv.DictReader(stream)} - {""}
    assert curies
    misfits = [curie for curie in curies if (pattern := bioregistry.get_pattern(curie.partition(":")[0])) and not re.fullmatch(pattern, curie.partition(":")[2])]
    assert misfits == []


@pytest.mark.parametrize(("name", "column", "good", "decoys"), [
    ("foods", "ndb_number", ["01077", "15088"], ["1077", "010770", "O1077", "01 077"]),
    ("citations", "doi", ["10.1000/a_b", "10.2903/j.efsa.2015.4101"], ["https://doi.org/10.1000/x", "10.1000/ABC", "doi:10.1000/x", "10.1/x", "10.1000/"]),
    ("citations", "pmid", ["123", "32161844"], ["0123", "PMID123", "123456789"]),
    ("citations", "pmcid", ["PMC7059853"], ["7059853", "pmc7059853", "PMC"]),
    ("citations", "url", ["https://example.org/a"], ["example.org", "ftp://example.org", "https://"]),
    ("nutrients", "inchikey", ["DTOSIQBPPRVQHS-PDBXOOCHSA-N"], ["DTOSIQBPPRVQHS", "dtosiqbpprvqhs-pdbxoochsa-n", "DTOSIQBPPRVQHS-PDBXOOCHSA-NN"]),
    ("forms", "formula", ["CaCO3", "Na2B4O7.10H2O", "Mg(OH)2"], ["caCO3", "Ca CO3", "3CaO", "CaCO3·H2O"]),
])
def test_codes_that_exist_pass_and_near_misses_do_not(name, column, good, decoys):
    assert bad_cells(name, column, [*good, *decoys]) == set(decoys)


@pytest.mark.parametrize("slug", ["Kale", "kale raw", "kale--raw", "kale-", "kale_raw", "grünkohl", "kale.raw"])
def test_an_id_is_a_slug(slug):
    given = [{"food_id": slug}]
    assert [fault.rule_id for fault in model_checks.faults(table("foods", given)) if fault.column == "food_id"] == ["pattern"]
