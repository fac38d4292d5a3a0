"""The explorer of the whole package, built once, served on this machine only, and a browser to look at it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from bone_nutrition.site import building, shipped
from looking import CHROMIUM_SWITCHES, Server, Watched


@pytest.fixture(scope="session")
def tools(package: Path) -> Path:
    """The repository, with the libraries that npm's lock names."""
    if not (package / shipped.TOOLS / "node_modules" / "axe-core").exists():
        subprocess.run(["npm", "ci", "--silent"], cwd=package / shipped.TOOLS, check=True)
    return package


@pytest.fixture(scope="session")
def site(package: Path, tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("explorer") / "deep" / "site"
    building.build(package, target, tools=tools)
    return target


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served: below a path of its own."""
    server = Server(site.parent)
    yield f"{server.origin}/{site.name}/"
    server.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def watch(browser, address: str) -> Iterator[object]:
    """Opens watched pages; a test in which one had a trouble fails."""
    opened: list[tuple[object, Watched]] = []

    def open_page(path: str = "", **options: object) -> object:
        context = browser.new_context(accept_downloads=True, **options)
        watched = Watched(context, address)
        opened.append((context, watched))
        watched.page.goto(address + path, wait_until="networkidle")
        return watched.page

    yield open_page
    troubles = [trouble for _, watched in opened for trouble in watched.troubles]
    for context, _ in opened:
        context.close()
    assert not troubles
