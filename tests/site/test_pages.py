"""Every page of the explorer, read as HTML: links, weight, words that no page may lack, numbers that equal the tables."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import bone_nutrition
import pytest
from bone_nutrition.files import read_rows
from bone_nutrition.site import persons
from bone_nutrition.site.page import SECTIONS

pytestmark = pytest.mark.needs("npm")

FIRST_VIEW = 150_000
KINDS = (
    "index.html", "nutrients/index.html", "nutrients/vitamin-d.html", "food-values/calcium.html", "foods/index.html", "foods/kale-raw.html", "compare.html",
    "evidence/index.html", "evidence/vitamin-d-with-calcium-and-hip-fracture.html", "interactions.html", "claims/index.html",
    "claims/what-vitamin-helps-rebuild-bones.html", "works/index.html", "works/weaver-2016.html", "tables/index.html", "tables/functions.html",
    "tables/food_sources.html", "tables/reference_intakes-3.html", "dictionary.html", "changes.html",
)
# Attributes are always in double quotes: Jinja escapes those within.
LINK = re.compile(r'(?:href|src|xlink:href)="([^"]*)"')
ID = re.compile(r'\sid="([^"]*)"')
LOADED = re.compile(r'<(?:script|img|link rel="(?:stylesheet|icon)")[^>]*?(?:src|href)="([^"]*)"')


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, str]:
    return {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}


def test_each_kind_of_page_is_there(pages):
    assert set(KINDS) <= set(pages)
    assert {path for path, _, _ in SECTIONS} <= set(pages)


def test_each_row_with_a_page_has_one(pages, package):
    for table, key, folder in (("nutrients", "nutrient_id", "nutrients"), ("foods", "food_id", "foods"), ("questions", "question_id", "evidence"),
                               ("citations", "citation_id", "works"), ("articles", "article_id", "claims")):
        named = {f"{folder}/{row[key]}.html" for row in read_rows(package / "data" / f"{table}.csv")}
        assert named <= set(pages), table


def test_the_parts_of_a_long_list_hold_each_row_once_and_lead_to_each_other(pages, package):
    for table, key, folder in (("questions", "question_id", "evidence"), ("citations", "citation_id", "works")):
        parts = {path.split("/")[1]: text for path, text in pages.items() if re.fullmatch(rf"{folder}/index(-\d+)?\.html", path)}
        assert len(parts) > 1
        listed = [found for text in parts.values() for found in re.findall(r'<tr id="([^"]+)"', text)]
        assert sorted(listed) == sorted(row[key] for row in read_rows(package / "data" / f"{table}.csv"))
        for text in parts.values():
            assert {Path(link).name for link in re.findall(r'<a href="([^"]+)"[^>]* data-part>', text)} == set(parts)


def test_no_link_within_the_site_is_broken(pages, site):
    ids = {path: set(ID.findall(text)) for path, text in pages.items()}
    broken = []
    for path, text in pages.items():
        for link in set(LINK.findall(text)):
            parts = urlsplit(link.replace("&amp;", "&").replace("&#39;", "'"))
            if parts.scheme:
                continue
            target = (site / path).parent / unquote(parts.path) if parts.path else site / path
            fragment = unquote(parts.fragment)
            if not target.is_file():
                broken.append((path, link))
            elif fragment and target.suffix == ".html" and fragment not in ids[target.resolve().relative_to(site.resolve()).as_posix()]:
                broken.append((path, link))
    assert not broken[:10]


def test_links_are_relative_or_of_the_web(pages):
    for path, text in pages.items():
        assert not [link for link in LINK.findall(text) if link.startswith("/") or urlsplit(link).scheme not in ("", "http", "https")], path


def test_nothing_is_loaded_from_elsewhere(pages, site):
    for path, text in pages.items():
        assert all(not urlsplit(link).scheme for link in LOADED.findall(text)), path
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in text
        assert " style=" not in text and "javascript:" not in text and not re.search(r"<[^>]+\son\w+=", text), path
    assert not re.search(r"url\((?!vendor/)|@import", (site / "assets/site.css").read_text(encoding="utf-8"))


def test_every_page_says_that_it_is_no_medical_advice(pages):
    assert all("<strong>Not medical advice.</strong>" in text for text in pages.values())


def test_every_page_has_one_heading_a_title_and_linked_data(pages):
    titles = defaultdict(list)
    for path, text in pages.items():
        assert text.count("<h1") == 1, path
        titles[re.search(r"<title>(.*?)</title>", text)[1]].append(path)
        data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)[1])
        assert data["@context"] == {"@vocab": "https://schema.org/"} and data["@type"], path
    assert json.loads(re.search(r"ld\+json\">(.*?)</script>", pages["index.html"], re.DOTALL)[1])["@type"] == "Dataset"
    # Two rows may share a name; pages of one kind do not.
    assert not [paths for title, paths in titles.items() if len(paths) > 3]


def test_ids_are_unique_within_a_page(pages):
    for path, text in pages.items():
        found = ID.findall(text)
        assert len(found) == len(set(found)), path


def test_a_first_view_weighs_little(pages, site):
    """HTML with its SVG, style and scripts, each compressed as a host would send it."""
    weights = {}
    assets = {path.relative_to(site).as_posix(): len(gzip.compress(path.read_bytes(), 6)) for path in (site / "assets").rglob("*") if path.suffix in (".css", ".js")}
    for path, text in pages.items():
        loaded = [(Path(path).parent / link).as_posix().removeprefix("../") for link in LOADED.findall(text)]
        loaded = [link.replace(f"{Path(path).parent.as_posix()}/../", "") for link in loaded]
        weights[path] = len(gzip.compress(text.encode("utf-8"), 6)) + sum(assets[link] for link in loaded if link.endswith((".css", ".js")))
        assert sum(link.endswith(".css") for link in loaded) == 1
    heaviest = sorted(weights, key=weights.get)[-3:]
    assert weights[heaviest[-1]] < FIRST_VIEW, [(path, weights[path]) for path in heaviest]


def test_the_library_loads_only_where_a_table_is_explored(pages):
    for path, text in pages.items():
        assert ("vendor/dataTables.min.js" in text) == ("data-explore" in text), path


class Tables(HTMLParser):
    """Rows of all tables of a page by their id: texts of their cells. Hidden words count, as a reader without a script has them."""

    def __init__(self, text: str):
        super().__init__()
        self.rows: dict[str, list[str]] = {}
        self.cells: list[str] = []
        self._within = 0
        self._id = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self._id, self.cells = dict(attributes).get("id", ""), []
        elif tag in ("td", "th"):
            self.cells.append("")
            self._within += 1

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._within -= 1
        elif tag == "tr" and self._id:
            self.rows[self._id] = [" ".join(cell.split()) for cell in self.cells]

    def handle_data(self, data):
        if self._within:
            self.cells[-1] += data


@pytest.mark.parametrize("table", ["functions", "interactions", "citations", "effect_estimates", "reference_intakes", "exceptions"])
def test_a_table_holds_every_cell_of_its_csv(table, pages, package):
    shown = {}
    for path, text in pages.items():
        if re.fullmatch(rf"tables/{table}(-\d+)?\.html", path):
            shown |= Tables(text).rows
    keys = bone_nutrition.describe(table)["schema"]["primaryKey"]
    with (package / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(shown) == len(rows)
    for row in rows:
        cells = [" ".join(" | ".join(cell.split("|")).split()) if "|" in cell else " ".join(cell.split()) for cell in row.values()]
        found = [" ".join(" | ".join(cell.split("|")).split()) if "|" in cell else cell for cell in shown["/".join(row[key] for key in keys)]]
        assert found == cells


def test_amounts_of_foods_equal_the_table(pages, package):
    values = read_rows(package / "data" / "food_sources.csv")
    foods = sorted({row["food_id"] for row in values})[::60]
    for food in foods:
        shown = Tables(pages[f"foods/{food}.html"]).rows
        own = [row for row in values if row["food_id"] == food]
        for row in own:
            cells = shown[row["nutrient_id"] if row["is_preferred"] == "true" else f"{row['nutrient_id']}/{row['citation_id']}"]
            if row["value_status"] == "assumed-zero":
                assert cells[1].startswith("(0)") and cells[2].startswith("assumed zero") and cells[3] == cells[4] == ""
            elif row["amount"]:
                assert cells[1].split()[0] == row["amount"]
                assert not cells[1].startswith("(")
            else:
                assert not re.match(r"\(?\d", cells[1])
        gaps = set(re.findall(r'class="gap" data-nutrient="([^"]+)"', pages[f"foods/{food}.html"]))
        assert gaps == {row["nutrient_id"] for row in read_rows(package / "data" / "nutrients.csv")} - {row["nutrient_id"] for row in own}


def test_a_measured_zero_an_assumed_zero_and_a_gap_differ_in_text(pages):
    text = pages["foods/kale-raw.html"]
    rows = Tables(text).rows
    assert rows["dihydrophylloquinone"][1:3] == ["0.0 µg", "measured zero"]
    assert rows["vitamin-b12"][1:3] == ["(0) µg", "assumed zero"]
    assert 'data-nutrient="vitamin-k">Vitamin K<' in text and "vitamin-k" not in rows


def test_foods_are_ranked_by_amount(pages, package):
    values = [row for row in read_rows(package / "data" / "food_sources.csv")
              if row["nutrient_id"] == "calcium" and row["is_preferred"] == "true" and row["amount"]]
    most = max(values, key=lambda row: float(row["amount"]))
    first = re.search(r'class="tab amount">.*?<th scope="row"><a href="../foods/([^"]+)\.html"', pages["nutrients/calcium.html"], re.DOTALL)
    assert first[1] == most["food_id"]
    listed = list(Tables(pages["food-values/calcium.html"]).rows)
    assert len(listed) == sum(row["nutrient_id"] == "calcium" for row in read_rows(package / "data" / "food_sources.csv"))
    assert listed[0] == most["food_id"]


def test_shares_are_those_of_the_person(pages):
    """Milk powder: 1257 mg in 100 g, a cup of 120 g; NASEM recommends a woman of 40 years 1000 mg."""
    (recommended,) = [row for row in bone_nutrition.intakes("calcium", sex="female", age_years=40, authority="nasem") if row["value_type"] == "RDA"]
    row = Tables(pages["food-values/calcium.html"]).rows["milk-powder-skimmed-without-added-vitamins-a-and-d"]
    assert recommended["total"] == "1000" and row[1] == "1257"
    assert row[4] == f"{1257 * 1.2 / 1000:.0%}".removesuffix("%")


def test_intakes_for_shares_leave_out_what_counts_otherwise(site):
    intakes = json.loads((site / "assets/intakes.json").read_text(encoding="utf-8"))
    assert intakes["calcium"][persons.DEFAULT_PERSON]["nasem"] == "1000"
    # Niacin equivalents count tryptophan, which food values of niacin do not; folate is compared in the equivalents it is recommended in.
    assert "niacin" not in intakes and "folate" not in intakes
    assert intakes["dietary-folate-equivalents"][persons.DEFAULT_PERSON]["nasem"] == "400"
    assert intakes["phylloquinone"]["man-40"]["nasem"] == "120"


def test_results_of_a_question_equal_the_table(pages, package):
    for effect in read_rows(package / "data" / "effect_estimates.csv"):
        row = Tables(pages[f"evidence/{effect['question_id']}.html"]).rows[effect["effect_id"]] if effect["question_id"].startswith("vitamin-d-and") else None
        if row and effect["result_kind"] == "estimate":
            numbers = re.findall(r"-?\d+(?:\.\d+)?", row[1])
            assert effect["estimate"] in numbers
            assert not effect["ci_low"] or {effect["ci_low"], effect["ci_high"]} <= set(numbers)


def test_results_that_rest_on_retracted_work_are_struck(pages):
    text = pages["evidence/menaquinone-4-and-hip-fracture.html"]
    row = re.search(r'<tr id="iwamoto-2009-[^"]*" class="struck">.*?</tr>', text, re.DOTALL)[0]
    assert re.search(r"<s>RR [\d.]+ \([\d.]+ to [\d.]+\)</s>", row) and "<s>Iwamoto 2009</s> <b>retracted</b>" in row
    assert "Without them: <b>insufficient</b>. Had they counted: <b>benefit, likely</b>." in text


def test_plots_with_and_without_struck_results_are_both_there(pages, package):
    """Wherever a question has affected results and others."""
    affected = {row["question_id"] for row in read_rows(package / "data" / "evidence_summaries.csv") if row["n_affected_by_retraction"] != "0"}
    counts = defaultdict(int)
    for effect in read_rows(package / "data" / "effect_estimates.csv"):
        counts[effect["question_id"]] += 1
    summaries = {row["question_id"]: row for row in read_rows(package / "data" / "evidence_summaries.csv")}
    assert affected
    for question, text in ((path.removeprefix("evidence/").removesuffix(".html"), text) for path, text in pages.items() if path.startswith("evidence/")):
        has_rest = question in affected and counts[question] > int(summaries[question]["n_affected_by_retraction"])
        assert ('value="without"' in text) == has_rest, question


def test_home_counts_equal_the_package(pages, package):
    for table in ("nutrients", "foods", "food_sources", "effect_estimates", "questions", "interactions", "claims", "citations"):
        assert f"<b>{len(read_rows(package / 'data' / f'{table}.csv')):,}</b>" in pages["index.html"], table


def test_each_claim_of_an_article_stands_with_its_verdict(pages, package):
    claims = {row["claim_id"]: row for row in read_rows(package / "data" / "claims.csv")}
    for place in read_rows(package / "data" / "claim_occurrences.csv"):
        shown = re.search(rf'<article class="claim" id="{place["claim_id"]}" data-item data-verdict="([^"]+)"', pages[f"claims/{place['article_id']}.html"])
        assert shown[1] == claims[place["claim_id"]]["verdict"]


def test_the_tables_of_the_site_are_those_of_the_package(site, package):
    for path in sorted((package / "data").glob("*.csv")):
        assert (site / "data" / path.name).read_bytes() == path.read_bytes()
