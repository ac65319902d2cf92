"""Every component in every theme, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from atalaya.testing.desks import RunningDesk

LOOKS = ["light", "dark", "contrast"]


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("theme", LOOKS)
def test_the_gallery_is_accessible_and_fits(
    desk: RunningDesk,
    open_browser: Callable[..., Page],
    accessible: Callable[[Page], None],
    theme: str,
    width: int,
) -> None:
    page = open_browser()
    page.set_viewport_size({"width": width, "height": 900})
    page.context.add_cookies([{"name": "atalaya_theme", "value": theme, "url": desk.url}])
    page.goto(f"{desk.url}/ui/?theme={theme}")
    page.wait_for_selector("combo-box [role=combobox]")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_components_act_on_the_keyboard(
    desk: RunningDesk, open_browser: Callable[..., Page]
) -> None:
    page = open_browser()
    page.goto(f"{desk.url}/ui/?theme=light")
    picker = page.locator("#try-language")
    picker.fill("espa")
    page.locator("#try-language-list [role=option]").wait_for()
    picker.press("Enter")
    assert picker.input_value() == "Español"
    assert page.locator("input[name=language]").first.input_value() == "es"
    menu = page.locator("button[popovertarget=try-menu]")
    menu.press("Enter")
    page.locator("#try-menu [role^=menuitem]:focus").wait_for()  # it opens, then takes the focus
    page.keyboard.press("ArrowDown")
    assert "Merge" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('popovertarget')") == "try-menu"
    page.locator("[data-opens=try-dialog]").press("Enter")
    assert page.locator("#try-dialog[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("#try-dialog[open]").count() == 0


@pytest.mark.browser
def test_files_that_are_pasted_join_those_chosen(
    desk: RunningDesk, open_browser: Callable[..., Page]
) -> None:
    page = open_browser()
    page.goto(f"{desk.url}/ui/?theme=light&only=composer")
    page.locator("#try-composer-text").evaluate(
        """(area) => {
          const data = new DataTransfer();
          data.items.add(new File(["uno"], "pantalla.png", { type: "image/png" }));
          area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
        }"""
    )
    assert page.locator(".file-chosen li").all_inner_texts() == ["pantalla.png\n✕"]
    page.locator(".file-chosen button").click()
    assert page.locator(".file-chosen li").count() == 0
