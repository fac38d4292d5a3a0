"""The build of the explorer: the same bytes every time, no address of a registry, nothing of the tables as HTML."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bone_nutrition import schema
from bone_nutrition.files import csv_bytes, read_rows
from bone_nutrition.site import building, shipped
from looking import Server, Watched

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;{{ 7*7 }}"
FOODS = ("kale-raw", "natto", "sardines-atlantic-canned-in-oil-with-bones")
QUESTIONS = ("menaquinone-4-and-hip-fracture", "vitamin-k-and-any-fracture")


def cut(package: Path, target: Path, spoil=lambda table, rows: rows) -> Path:
    """The package with few foods and questions, so that building it is quick."""
    kept = {"foods": set(FOODS), "questions": set(QUESTIONS)}
    (target / "data").mkdir(parents=True)
    for path in sorted((package / "data").glob("*.csv")):
        table = path.stem
        rows = [row for row in (_without(row, table, kept) for row in read_rows(path)) if row]
        if table == "claim_links":
            rows = [row for row in rows if not row["other_id"].startswith(("food_sources:", "questions:"))]
        (target / "data" / path.name).write_bytes(csv_bytes(list(schema.columns(table)), spoil(table, rows)))
    for name in ("datapackage.json", "LICENSE", "CHANGELOG.md"):
        (target / name).write_bytes((package / name).read_bytes())
    (target / "data" / "README.md").write_bytes((package / "data" / "README.md").read_bytes())
    return target


def _without(row: dict[str, str], table: str, kept: dict[str, set[str]]) -> dict[str, str] | None:
    """The row without mention of what is not kept; None if it is about that."""
    for name, metadata in schema.columns(table).items():
        of = metadata.get("references", table if schema.primary_key(table) == (name,) else "")
        if of in kept and row[name] and row[name] not in kept[of]:
            if metadata["required"]:
                return None
            row = {**row, name: ""}
    return row


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.needs("npm")
def test_the_same_input_gives_the_same_bytes(package, tools, tmp_path):
    few = cut(package, tmp_path / "few")
    building.build(few, tmp_path / "one", tools=tools)
    building.build(few, tmp_path / "two" / "deeper", tools=tools)
    assert contents(tmp_path / "one") == contents(tmp_path / "two" / "deeper")


@pytest.mark.needs("npm")
def test_a_site_replaces_the_former_one_whole(package, tools, tmp_path):
    few = cut(package, tmp_path / "few")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "gone.html").write_text("of a row that was retired")
    building.build(few, tmp_path / "site", tools=tools)
    assert not (tmp_path / "site" / "gone.html").exists() and (tmp_path / "site" / "index.html").exists()
    assert not [path for path in tmp_path.iterdir() if path.name not in ("few", "site")]


def test_missing_libraries_are_named_with_what_gets_them(package, tmp_path):
    with pytest.raises(shipped.ToolsMissing, match=r"dataTables|source-sans.* is missing: run npm ci --prefix tools/site"):
        building.build(cut(package, tmp_path / "few"), tmp_path / "site", tools=tmp_path)
    assert not (tmp_path / "site").exists()


@pytest.mark.needs("npm")
def test_changes_since_a_release_stand_on_their_page(small_package, small, tools, tmp_path):
    """The package is one without evidence and articles, as a user may cut it; its site has no pages of these."""
    file = small / "data" / "foods.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("1 cup,21,", "1 cup,67,"), encoding="utf-8")
    building.build(small, tmp_path / "site", tools=tools, against=str(small_package))
    page = (tmp_path / "site" / "changes.html").read_text(encoding="utf-8")
    assert re.search(r"<h2 id=\"since\">Since .*kale-raw.*serving_g|<h2 id=\"since\">Since .*serving_g.*kale-raw", page, re.DOTALL)
    assert "evidence/index.html" not in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    for path in (tmp_path / "site").rglob("*.html"):
        for link in re.findall(r'href="(?!https?:)([^"#?]+)', path.read_text(encoding="utf-8")):
            assert (path.parent / link).is_file(), (path, link)


def hostile(table: str, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Free text of every row becomes HTML with a script, addresses become scripts."""
    columns = [name for name, metadata in schema.columns(table).items()
               if metadata["type"] in ("string", "list") and not {"key", "references", "enum", "pattern"} & set(metadata)]
    spoilt = [{**row, **{name: HOSTILE for name in columns if row[name]}} for row in rows]
    for row in spoilt:
        for name in ("url", "read_at", "verified_against"):
            # Plots lead to works without DOI by their address, and drawing refuses one of this kind.
            if row.get(name) and row.get("doi", "any"):
                row[name] = "javascript:alert(3)"
    return spoilt


@pytest.fixture(scope="module")
def hostile_site(package, tools, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    few = cut(package, folder / "few", hostile)
    (few / "CHANGELOG.md").write_text(f"# Changelog\n\n## 0.1.0 — unreleased\n\n{HOSTILE}\n\n[link](javascript:alert(4))\n", encoding="utf-8")
    building.build(few, folder / "site", tools=tools)
    return folder / "site"


@pytest.mark.needs("npm")
def test_html_in_the_tables_reaches_no_page(hostile_site):
    pages = list(hostile_site.rglob("*.html"))
    shown = 0
    for path in pages:
        text = path.read_text(encoding="utf-8")
        shown += "&lt;script&gt;alert(1)" in text
        assert "<script>alert" not in text and "<img src=x" not in text, path
        assert not re.search(r'href="\s*javascript:', text), path
        # Nor does a template see code in a cell.
        assert "&amp;amp;49" not in text, path
        json.loads(re.search(r'ld\+json">(.*?)</script>', text, re.DOTALL)[1])
    assert shown > len(pages) / 2


@pytest.mark.needs("npm")
@pytest.mark.needs("chromium")
@pytest.mark.parametrize("path", ["index.html", "nutrients/vitamin-k.html", "foods/kale-raw.html", "compare.html", "interactions.html", "works/index.html",
                                  "tables/functions.html", "evidence/menaquinone-4-and-hip-fracture.html", "food-values/calcium.html", "changes.html"])
def test_html_in_the_tables_runs_on_no_page(path, hostile_site, browser):
    server = Server(hostile_site)
    try:
        context = browser.new_context()
        watched = Watched(context, server.origin)
        watched.page.goto(f"{server.origin}/{path}", wait_until="networkidle")
        if path == "index.html":
            watched.page.fill("#find", "alert")
            watched.page.wait_for_selector(".find li")
        assert watched.page.locator("img").count() == 0
        assert not watched.troubles
        context.close()
    finally:
        server.close()


def test_the_lock_of_npm_names_versions_and_hashes_but_no_registry(package):
    folder = package / shipped.TOOLS
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    declared = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    for name, locked in lock["packages"].items():
        assert "resolved" not in locked
        assert not name or locked["integrity"].startswith("sha512-")
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in (declared["dependencies"] | declared["devDependencies"]).values())
    assert "omit-lockfile-registry-resolved=true" in (folder / ".npmrc").read_text(encoding="utf-8")
