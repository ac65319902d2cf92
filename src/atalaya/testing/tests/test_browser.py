"""The browser of the journeys is a real one and complains aloud."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGE = "<!doctype html><html lang=en><title>x</title><main><h1>Hello</h1>{}</main></html>"


def test_a_page_with_a_mistake_is_not_accessible(
    open_browser: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    page = open_browser()
    page.set_content(PAGE.format("<p>fine</p>"))
    accessible(page)
    page.set_content(PAGE.format("<input type=text>"))
    with pytest.raises(AssertionError, match="label"):
        accessible(page)


def test_a_window_speaks_the_language_it_was_given(open_browser: Callable[..., Page]) -> None:
    page = open_browser(language="es")
    assert page.evaluate("navigator.language") == "es-ES"


def test_a_window_may_have_no_scripts(open_browser: Callable[..., Page]) -> None:
    page = open_browser(scripts=False)
    page.set_content(PAGE.format("<p id=a>off</p><script>a.textContent = 'on'</script>"))
    assert page.text_content("#a") == "off"
