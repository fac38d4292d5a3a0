"""The works, read with pandoc and rispy as their users do."""

from __future__ import annotations

import json
import subprocess

import pytest
import rispy
from bone_nutrition.export import citations
from bone_nutrition.files import read_rows


@pytest.fixture(scope="module")
def works(package):
    return {row["citation_id"]: row for row in read_rows(package / "data" / "citations.csv")}


@pytest.fixture(scope="module")
def folder(package, works, tmp_path_factory):
    target = tmp_path_factory.mktemp("citations")
    citations.write(package, {"citations": len(works)}, target)
    return target / "citations"


def read_with_pandoc(file, format_):
    result = subprocess.run(["pandoc", "--from", format_, "--to", "csljson", str(file)], capture_output=True, check=True)
    return {item["id"]: item for item in json.loads(result.stdout)}


# RIS is read with rispy below: pandoc reads it only from version 3 on.
@pytest.mark.needs("pandoc")
@pytest.mark.parametrize(("file", "format_"), [("citations.json", "csljson"), ("citations.bib", "bibtex")])
def test_pandoc_reads_every_work_with_its_doi_and_year(folder, works, file, format_):
    read = read_with_pandoc(folder / file, format_)
    assert list(read) == list(works)
    for key, work in works.items():
        assert read[key].get("DOI", "") == work["doi"], key
        year = read[key].get("issued", {}).get("date-parts", [[""]])[0][0]
        assert str(year) == work["year"], key


@pytest.mark.needs("pandoc")
def test_pandoc_keeps_special_characters(folder, works):
    # &, %, $, µ, subscripts and the like stand in titles; each must come back as it is.
    read = read_with_pandoc(folder / "citations.bib", "bibtex")
    for key, work in works.items():
        assert _plain(read[key]["title"]).endswith(_plain(work["title"])), key


def test_rispy_reads_every_work_with_its_title_and_authors(folder, works):
    with (folder / "citations.ris").open(encoding="utf-8") as stream:
        read = {entry["id"]: entry for entry in rispy.load(stream)}
    assert list(read) == list(works)
    for key, work in works.items():
        assert read[key]["title"].endswith(work["title"])
        assert len(read[key].get("authors", [])) == len([name for name in work["authors"].split("|") if name])
        assert read[key].get("doi", "") == work["doi"]


@pytest.mark.parametrize("file", ["citations.json", "citations.bib", "citations.ris"])
def test_a_retracted_work_says_so(folder, works, file):
    retracted = [work for work in works.values() if work["publication_status"] == "retracted"]
    assert retracted
    assert (folder / file).read_text(encoding="utf-8").count("RETRACTED: ") == len(retracted)


@pytest.mark.parametrize("file", ["citations.json", "citations.bib", "citations.ris"])
def test_the_notice_of_a_work_stands_in_it(folder, works, file):
    notices = [work["notice_doi"] for work in works.values() if work["notice_doi"]]
    content = (folder / file).read_text(encoding="utf-8")
    assert notices and all(content.count(f": https://doi.org/{notice}") == 1 for notice in notices)


def test_ris_keeps_pages_and_the_names_of_bodies():
    authors = [{"literal": "World Health Organization"}, {"family": "Mott", "given": "A."}]
    item = {"id": "who-2004", "type": "report", "title": "Report", "author": authors, "page": "1-20"}
    lines = citations.ris(item).splitlines()
    assert lines[0] == "TY  - RPRT"
    assert lines[3:] == ["AU  - World Health Organization,", "AU  - Mott, A.", "SP  - 1", "EP  - 20", "ER  - "]


def test_two_writes_give_the_same_bytes(folder, package, works, tmp_path):
    for path in citations.write(package, {"citations": len(works)}, tmp_path):
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_a_package_without_works_gets_no_file(package, tmp_path):
    assert citations.write(package, {}, tmp_path) == []


def _plain(title):
    """Without quotation marks, dashes and spaces, which readers of BibTeX set by rules of their own."""
    return "".join(character for character in title if character not in "'’‘\"“”`-–—" and not character.isspace())
