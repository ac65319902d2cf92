"""The company of the journeys: a running desk, its people, and mail servers around it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page

from atalaya.testing.desks import RunningDesk
from atalaya.testing.mailhouse import PASSWORD, MailHouse

PEOPLE = """
from atalaya.core.people.actions import add_person, grant_role, join_team
from atalaya.core.people.actions import save_organisation
from atalaya.core.people.models import SYSTEM, Role, Team
from atalaya.engines.channels.actions import save_mailbox, save_smtp_server
company = save_organisation(by=SYSTEM, name="Example", domains=["example.org"])
team = Team.objects.get()  # the one a new desk has
made = {}
for name, language in people:
    made[name] = add_person(
        name, by=SYSTEM, addresses=[f"{name.lower()}@example.org"], language=language
    )
join_team(team, made["Omar"], by=SYSTEM)
join_team(team, made["Olga"], by=SYSTEM)
join_team(team, made["Ana"], by=SYSTEM, lead=True)
grant_role(made["Max"], Role.objects.get(key="admin"), by=SYSTEM)
save_smtp_server(by=SYSTEM, host="127.0.0.1", port=smtp_port, security="none")
save_mailbox(
    by=SYSTEM, address="soporte@example.org", source="imap", host="127.0.0.1", port=imap_port,
    security="none", user="soporte@example.org", password=password, poll_seconds=10, team=team,
)
print(json.dumps({name: person.pk for name, person in made.items()}))
"""
# Omar and Rita work in English, Olga and Rosa in Spanish.
CAST = [
    ["Rita", "en"],
    ["Rosa", "es"],
    ["Omar", "en"],
    ["Olga", "es"],
    ["Ana", "es"],
    ["Max", "en"],
]


@dataclass(frozen=True)
class Company:
    """A desk that is up, with people, a mail server to send by and a mailbox to fetch from."""

    desk: RunningDesk
    mail: MailHouse
    people: dict[str, int]

    def sign_in(self, page: Page, name: str) -> None:
        """Sign somebody in with a link from the command line, as an administrator would."""
        printed = self.desk.command("user", "link", f"{name.lower()}@example.org")
        link = re.search(r"https?://\S+", printed)
        assert link is not None, printed
        page.goto(link.group())
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda address: "/sign-in/" not in address)


@pytest.fixture(scope="session")
def company(desk: RunningDesk, mail_house: MailHouse) -> Company:
    """The company, made once for all journeys of this process."""
    mail_house.deliver("soporte@example.org", b"Subject: the mailbox is made\r\n\r\nhello\r\n")
    with mail_house.box("soporte@example.org") as box:
        box.delete(box.uids())
    printed = desk.python(
        PEOPLE,
        people=CAST,
        smtp_port=mail_house.smtp_port,
        imap_port=mail_house.imap_port,
        password=PASSWORD,
    )
    return Company(desk, mail_house, json.loads(printed.splitlines()[-1]))
