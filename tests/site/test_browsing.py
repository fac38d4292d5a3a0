"""The explorer in Chromium: no complaint, no request to other machines, and what a reader does with mouse, keyboard and screen reader."""

from __future__ import annotations

import csv
import io
import math
import re

import pytest
from bone_nutrition import schema
from bone_nutrition.files import read_rows
from playwright.sync_api import expect
from test_pages import KINDS

pytestmark = [pytest.mark.needs("npm"), pytest.mark.needs("chromium")]

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
FEW = ("index.html", "nutrients/iron.html", "foods/natto.html", "evidence/menaquinone-4-and-hip-fracture.html", "interactions.html", "tables/claims.html")
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def axe(tools) -> str:
    return (tools / "tools/site/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def grave_faults(page, axe: str) -> list[str]:
    """What axe calls serious or critical, by rule and place."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [f"{fault['id']}: {node['target'][0]}" for fault in found if fault["impact"] in GRAVE for node in fault["nodes"][:3]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", KINDS)
def test_axe_finds_nothing_grave_on_a_desktop(path, scheme, watch, axe):
    page = watch(path, viewport=DESKTOP, color_scheme=scheme)
    assert grave_faults(page, axe) == []


@pytest.mark.parametrize("path", KINDS)
def test_a_phone_shows_each_kind_of_page_without_scrolling_sideways(path, watch, axe):
    page = watch(path, viewport=PHONE, color_scheme="light", has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert grave_faults(page, axe) == []


@pytest.mark.parametrize("path", FEW)
def test_axe_finds_nothing_grave_on_a_phone_in_the_dark(path, watch, axe):
    assert grave_faults(watch(path, viewport=PHONE, color_scheme="dark"), axe) == []


@pytest.mark.parametrize("path", KINDS)
def test_text_and_tables_read_without_javascript(path, watch):
    page = watch(path, java_script_enabled=False)
    assert len(page.inner_text("main")) > 200
    # What works with a script only is not offered.
    assert page.locator("form[data-find]:visible, form[data-person]:visible, form[data-filter-list]:visible, form[data-compare]:visible, .tools").count() == 0


def test_every_row_is_seen_without_javascript(watch, package):
    page = watch("interactions.html", java_script_enabled=False)
    assert page.locator("tbody tr:visible").count() == len(read_rows(package / "data" / "interactions.csv"))
    page = watch("foods/kale-raw.html", java_script_enabled=False)
    assert page.locator("#calcium .share").inner_text() == "5 %"


def test_a_sample_of_pages_opens_without_trouble(watch, site):
    paths = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    page = watch()
    origin = page.url.removesuffix("index.html")
    for path in paths[::90]:
        page.goto(origin + path, wait_until="networkidle")
        assert page.title()


def chooser(page, column: str):
    """The filter of a column."""
    return page.locator("label.filter", has_text=re.compile(f"^{column}any")).locator("select")


def shown(page) -> list[str]:
    """Ids of the rows on the shown page of a table."""
    return page.eval_on_selector_all("[data-explore] tbody tr", "rows => rows.map(row => row.id)")


def test_interactions_are_searched_by_drug_and_its_other_names(watch):
    page = watch("interactions.html")
    page.get_by_label("Drug, nutrient or food").fill("warfarin")
    found = shown(page)
    assert found
    for row in found:
        line = page.locator(f"[id='{row}']")
        assert "warfarin" in f"{line.inner_text()} {line.locator('td').first.get_attribute('data-search')}".lower()
    assert re.fullmatch(rf"{len(found)} of \d+ rows", page.locator(".said-count").inner_text())
    # Acenocoumarol is found by a brand name that stands nowhere on the page.
    page.get_by_label("Drug, nutrient or food").fill("Sintrom")
    assert any("acenocoumarol" in row for row in shown(page))


def test_interactions_with_a_drug_stand_first_and_filters_narrow(watch, package):
    rows = read_rows(package / "data" / "interactions.csv")
    page = watch("interactions.html")
    assert "ace-inhibitors" in shown(page)[0]
    chooser(page, "Severity").select_option("major")
    major = {row["interaction_id"] for row in rows if row["severity"] == "major"}
    assert set(shown(page)) == major
    chooser(page, "Effect").select_option("decreases absorption of")
    assert set(shown(page)) == {row["interaction_id"] for row in rows if row["severity"] == "major" and row["relation"] == "decreases-absorption-of"}


def test_a_table_is_sorted_by_pointer_and_by_keyboard(watch, package):
    page = watch("tables/nutrients.html")
    heading = page.locator("thead th", has_text=re.compile("^name"))
    heading.click()
    names = sorted((row["name"] for row in read_rows(package / "data" / "nutrients.csv")), key=str.lower)
    by_id = {row["nutrient_id"]: row["name"] for row in read_rows(package / "data" / "nutrients.csv")}
    assert [by_id[row] for row in shown(page)][:3] == names[:3]
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.locator("[role=button]").press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert [by_id[row] for row in shown(page)][0] == names[-1]


def test_numbers_are_sorted_as_numbers(watch, package):
    page = watch("food-values/calcium.html")
    heading = page.locator("thead th", has_text="per 100 kcal")
    heading.click()
    heading.click()
    amounts = [float(cell) for cell in page.eval_on_selector_all("[data-explore] tbody tr", "rows => rows.map(row => row.cells[3].textContent)") if cell]
    assert amounts == sorted(amounts, reverse=True) and amounts[0] > 100


def test_a_deep_link_leads_to_a_row_beyond_the_first_page(watch, package):
    key = schema.row_key("mappings", read_rows(package / "data" / "mappings.csv")[-1])
    # The row stands on a further part of the table; a link that names the first part finds it all the same.
    # Without smooth scrolling, which takes the longer the busier the machine is.
    page = watch(f"tables/mappings.html#{key}", reduced_motion="reduce")
    expect(page.locator(f"tr.wanted[id='{key}']")).to_be_visible()
    # The page may still move while it loads; the table is wider than the window.
    page.wait_for_function("(box => box.top >= 0 && box.bottom <= innerHeight)(document.querySelector('tr.wanted').getBoundingClientRect())")


def test_deep_links_to_rows_of_interactions_claims_and_results_show_them(watch, package):
    last = read_rows(package / "data" / "interactions.csv")[-1]["interaction_id"]
    page = watch(f"interactions.html#{last}")
    assert page.locator(f"tr.wanted[id='{last}']").is_visible()
    claim = read_rows(package / "data" / "claim_occurrences.csv")[-1]
    page = watch(f"claims/{claim['article_id']}.html#{claim['claim_id']}")
    assert page.locator("article:target").is_visible()


def test_what_is_shown_is_downloaded_as_csv_with_its_citation(watch, package):
    page = watch("tables/reference_intakes.html")
    page.get_by_label("Search all columns").focus()
    pages = math.ceil(len(read_rows(package / "data" / "reference_intakes.csv")) / 50)
    expect(page.locator(".dt-paging-button").nth(-3)).to_have_text(str(pages))
    page.get_by_text("Filters").click()
    chooser(page, "authority").select_option("efsa")
    page.get_by_label("Search all columns").fill("calcium")
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("read_at", exact=True).uncheck()
    with page.expect_download() as waited:
        page.get_by_text("Download what is shown").click()
    assert waited.value.suggested_filename == "reference_intakes.csv"
    text = open(waited.value.path(), encoding="utf-8").read()
    citation, rest = text.split("\n", 1)
    assert citation.startswith("# bone-nutrition contributors (2026).") and "reference_intakes" in citation
    rows = list(csv.DictReader(io.StringIO(rest)))
    expected = [row for row in read_rows(package / "data" / "reference_intakes.csv") if row["authority"] == "efsa" and "calcium" in " ".join(row.values()).lower()]
    assert [row["intake_id"] for row in rows] == [row["intake_id"] for row in expected]
    assert "read_at" not in rows[0]
    assert [{name: " ".join(cell.split()) for name, cell in row.items()} for row in rows] == [
        {name: " ".join(row[name].split()) for name in rows[0]} for row in expected]


def test_meanings_of_columns_show_on_hover_and_focus_and_go_with_escape(watch):
    page = watch("tables/nutrients.html")
    heading = page.locator("thead th", has_text="bone_relevance")
    heading.scroll_into_view_if_needed()
    heading.hover()
    assert page.locator(".meaning").inner_text() == "How far a role in bone is accepted."
    page.keyboard.press("Escape")
    assert not page.locator(".meaning").is_visible()
    control = page.locator("thead th", has_text="nutrient_id").first.locator("[role=button], button").first
    control.focus()
    assert page.locator(".meaning").inner_text() == "Readable slug of the nutrient."
    described = control.get_attribute("aria-describedby")
    assert page.locator(f"#{described}").text_content() == "Readable slug of the nutrient."


def test_the_finder_works_by_keyboard(watch):
    page = watch("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.get_by_label("Find a nutrient, food, drug, question or work").focus()
    page.keyboard.type("sauerkraut")
    page.wait_for_selector(".find li")
    assert "found" in page.locator(".find .count").inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/foods/*sauerkraut*.html")


def test_skip_link_leads_to_the_content(watch):
    page = watch("nutrients/calcium.html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_shares_follow_the_chosen_person_and_stay_chosen(watch):
    page = watch("nutrients/calcium.html")
    # An ounce of Parmesan holds 336 mg of calcium; the RDA is 1000 mg at 40 years and 1300 mg at 10.
    cell = page.locator(".tab.amount tbody tr", has_text="Parmesan cheese, hard").locator("td.share")
    assert cell.inner_text() == "34 %"
    page.get_by_label("Share of the recommended intake of a").select_option("girl-10")
    expect(cell).to_have_text("26 %")
    assert "girl, 10 years" in page.locator("[data-person-name]").inner_text()
    page.goto(page.url.replace("nutrients/calcium", "foods/kale-raw"), wait_until="networkidle")
    expect(page.locator("#calcium td.share")).to_have_text("4 %")


def test_shares_of_explored_tables_change_on_every_page_of_theirs(watch):
    page = watch("food-values/calcium.html")
    page.get_by_label("Share of the recommended intake of a").select_option("girl-10")
    expect(page.locator("tr", has_text="Parmesan cheese, hard").locator("td.share")).to_have_text("26")
    page.locator("thead th", has_text="share").click()
    page.locator("thead th", has_text="share").click()
    shares = [float(cell) for cell in page.eval_on_selector_all("td.share", "cells => cells.map(cell => cell.textContent)") if cell]
    assert shares == sorted(shares, reverse=True)


def test_rankings_are_chosen_by_keyboard(watch):
    page = watch("nutrients/calcium.html")
    page.get_by_label("per 100 g", exact=True).focus()
    assert page.locator(".tab:visible").count() == 1
    page.keyboard.press("ArrowRight")
    assert page.locator(".tab.serving").is_visible() and not page.locator(".tab.amount").is_visible()


def test_struck_results_are_shown_or_not(watch, package):
    affected = [row["question_id"] for row in read_rows(package / "data" / "evidence_summaries.csv") if row["n_affected_by_retraction"] != "0"]
    page = watch("index.html")
    for question in affected:
        page.goto(re.sub(r"(index|evidence/[^/]+)\.html$", f"evidence/{question}.html", page.url))
        if page.locator("input[value=without]").count():
            break
    assert page.locator(".chart.with").is_visible() and not page.locator(".chart.without").is_visible()
    page.get_by_label("without them").check()
    assert not page.locator(".chart.with").is_visible() and page.locator(".chart.without").is_visible()


def test_foods_are_compared_and_the_comparison_has_an_address(watch, package):
    page = watch("compare.html?foods=kale-raw,natto")
    expect(page.locator("#comparison thead th")).to_have_count(3)
    value = next(row for row in read_rows(package / "data" / "food_sources.csv")
                 if row["food_id"] == "natto" and row["nutrient_id"] == "menaquinone-6" and row["is_preferred"] == "true")
    row = page.locator("#comparison tbody tr", has=page.locator("a[href='nutrients/menaquinone-6.html']"))
    assert row.locator("td").nth(0).inner_text() == "no value"
    assert row.locator("td").nth(1).inner_text().startswith(f"{value['amount']} µg")
    page.get_by_label("Add a food").fill("Parmesan cheese, hard")
    page.keyboard.press("Enter")
    expect(page.locator("#comparison thead th")).to_have_count(4)
    assert page.url.endswith("?foods=kale-raw,natto,parmesan-cheese-hard")
    page.get_by_label("Remove Natto").click()
    expect(page.locator("#comparison thead th")).to_have_count(3)


def test_foods_and_claims_are_filtered(watch):
    page = watch("foods/index.html")
    page.get_by_label("Show foods whose name holds").fill("sardine")
    assert all("ardine" in name for name in page.locator("[data-item]:visible").all_inner_texts())
    page = watch("claims/vitamin-k-and-osteoporosis.html")
    page.get_by_label("with verdict").select_option("incorrect")
    assert {item.get_attribute("data-verdict") for item in page.locator("[data-item]:visible").all()} == {"incorrect"}


def test_marks_of_the_map_lead_to_questions(watch):
    page = watch("evidence/index.html")
    link = page.locator(".map svg a").first
    assert link.get_attribute("xlink:href").endswith(".html")
    link.click()
    page.wait_for_url("**/evidence/*-and-*.html")
    assert page.locator("h1").inner_text().endswith("?")


def test_print_shows_what_the_screen_folds_away(watch):
    page = watch("nutrients/calcium.html")
    page.emulate_media(media="print")
    assert page.locator(".tab:visible").count() == 3
    assert not page.locator(".top nav").is_visible()
    assert page.locator("details table").first.is_visible()
    assert page.locator(".disclaimer").is_visible()


def test_the_finder_leads_from_a_drug_to_its_interactions(watch):
    page = watch("index.html")
    page.get_by_label("Find a nutrient, food, drug, question or work").fill("levothyroxine")
    page.locator(".find li a", has_text="drug").first.click()
    expect(page.get_by_label("Drug, nutrient or food")).to_have_value("levothyroxine")
    assert shown(page) and all("levothyroxine" in page.locator(f"[id='{row}']").inner_text().lower() for row in shown(page))
