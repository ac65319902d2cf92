"""A real Chromium for journeys, and axe on the pages it visits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path("node_modules/axe-core/axe.min.js")
# What a tester's browser does at start and a loopback needs none of.
QUIET = [
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *root])
        yield browser
        browser.close()


@pytest.fixture
def open_browser(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a window of its own, with its own cookies: ``open_browser(language="es")``.

    Whatever a page reports as an error fails the test at its end.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def window(
        *, language: str = "en", scripts: bool = True, width: int = 1280, height: int = 900
    ) -> Page:
        context = chromium.new_context(
            locale={"en": "en-GB", "es": "es-ES"}[language],
            timezone_id="Europe/Madrid",
            java_script_enabled=scripts,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda problem: errors.append(f"{page.url}: {problem}"))
        page.on("console", lambda said: _note_error(errors, said))
        return page

    yield window
    for context in contexts:
        context.close()
    assert not errors, "the browser reported errors:\n" + "\n".join(errors)


def _note_error(errors: list[str], said: Any) -> None:
    # Chromium reports answers such as 422 as errors; a form with a mistake in it is none.
    if said.type == "error" and "status of 4" not in said.text:
        errors.append(f"{said.location.get('url', '')}: {said.text}")


@pytest.fixture
def accessible(request: pytest.FixtureRequest) -> Callable[[Page], None]:
    """Hold a page against WCAG 2.2 AA with axe: ``accessible(page)``."""
    script = (request.config.rootpath / AXE).read_text("utf-8")

    def check(page: Page) -> None:
        # Evaluated by the debugger and not by the page, so its policy need not allow it.
        page.evaluate(script)
        found = page.evaluate(
            "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG
        )
        lines = [
            f"{one['id']} ({one['impact']}): {one['help']}\n    "
            + "\n    ".join(node["html"][:160] for node in one["nodes"][:4])
            for one in found["violations"]
        ]
        assert not lines, f"{page.url} is not accessible:\n" + "\n".join(lines)

    return check
