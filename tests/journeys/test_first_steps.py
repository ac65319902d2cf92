"""Max sets up a new desk, and comes in again with a passkey; without scripts the steps work too."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from atalaya.testing.desks import RunningDesk, a_desk

pytestmark = pytest.mark.browser

PASSWORD = "a watchtower sees far"
Check = Callable[[Page], None]


@pytest.fixture
def new_desk() -> Iterator[RunningDesk]:
    """A desk nobody has set up yet."""
    with a_desk() as desk:
        yield desk


def go_on(page: Page) -> None:
    page.locator("main .btn-primary").click()


def set_up(page: Page, desk: RunningDesk, look: Check) -> None:
    """The six pages, from the link that was printed."""
    (link,) = [one for one in desk.links() if "/setup/" in one]
    page.goto(link)
    look(page)
    page.locator("[name=name]").fill("Acme")
    page.locator("[name=desk]").fill("Support")
    page.locator("[name=domains]").fill("acme.example")
    go_on(page)
    look(page)
    page.locator("[name=name]").fill("Max")
    page.locator("[name=address]").fill("max@acme.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=again]").fill(PASSWORD)
    for _mail_team_practices_ready in range(4):
        go_on(page)
        look(page)
    go_on(page)
    expect(page).to_have_url(f"{desk.url}/console/")


def test_max_sets_up_a_desk_and_signs_in_with_a_passkey(
    new_desk: RunningDesk, open_browser: Callable[..., Page], accessible: Check
) -> None:
    page = open_browser()
    set_up(page, new_desk, accessible)

    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{new_desk.url}/account/")
    accessible(page)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    accessible(page)

    page.goto(f"{new_desk.url}/account/")
    page.locator("details.portal-me summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{new_desk.url}/sign-in/?next=/account/")
    accessible(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{new_desk.url}/account/")
    expect(page.get_by_text("Passkey · last used")).to_be_visible()

    page.locator("details.portal-me summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{new_desk.url}/sign-in/")
    page.locator("[name=email]").fill("max@acme.example")
    page.locator("[name=password]").fill(PASSWORD)
    go_on(page)
    expect(page).to_have_url(f"{new_desk.url}/sign-in/code/")
    accessible(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{new_desk.url}/console/")


def test_the_first_steps_work_in_spanish_on_a_phone_without_scripts(
    new_desk: RunningDesk, open_browser: Callable[..., Page]
) -> None:
    def fits(page: Page) -> None:
        assert page.locator("html").get_attribute("lang") == "es"
        box = page.locator("main").bounding_box()
        assert box is not None
        assert box["width"] <= 360

    set_up(open_browser(language="es", scripts=False, width=360), new_desk, fits)
