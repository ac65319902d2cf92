"""Take the picture of the README: the queue and a ticket of the demo's company, in a real browser.

tools/picture.py            write docs/images/queue.png and docs/images/ticket.png
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

PREPARE = """
from atalaya.core.people.models import Membership
print(Membership.objects.order_by("team__tier", "pk").first().person.address)
"""


def main() -> None:
    """Start a desk with the demo in it, sign in as one of its agents, and take the pictures."""
    from playwright.sync_api import sync_playwright

    from atalaya.testing.browser import CHROMIUM, QUIET
    from atalaya.testing.desks import a_desk

    folder = ROOT / "docs" / "images"
    folder.mkdir(exist_ok=True)
    with a_desk(prepare=lambda desk: desk.command("demo")) as desk, sync_playwright() as playwright:
        address = desk.python(PREPARE).split()[-1]
        link = re.search(r"https?://\S+", desk.command("user", "link", address))
        assert link is not None
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*QUIET, "--no-sandbox"]
        )
        page = browser.new_page(
            locale="en-GB", viewport={"width": 1360, "height": 850}, reduced_motion="reduce"
        )
        page.goto(link.group())
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda at: "/sign-in/" not in at)
        page.goto(f"{desk.url}/console/queue/?view=open")
        page.wait_for_timeout(1500)
        page.screenshot(path=folder / "queue.png")
        page.locator("main table a").first.click()
        page.wait_for_selector("#conversation")
        page.wait_for_timeout(1500)
        page.screenshot(path=folder / "ticket.png")
        browser.close()


if __name__ == "__main__":
    main()
