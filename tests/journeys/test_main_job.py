"""The help desk's main job, with real servers and a real browser, in both languages.

A mail becomes a ticket, an agent answers in the console, the answer is read in a real mailbox, the
reply joins the ticket, the case is resolved, its requester sees that in the portal, and the desk
counts it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage

import pytest
from django.utils.translation import gettext, override
from imap_tools import MailMessage
from playwright.sync_api import Page, expect
from tests.journeys.company import Company

from atalaya.testing.mailhouse import letter, send

pytestmark = [pytest.mark.browser, pytest.mark.servers]

Window = Callable[..., Page]
Check = Callable[[Page], None]


@dataclass(frozen=True)
class Story:
    """One telling of the main job: who, in which language, by which way in."""

    language: str
    requester: str
    agent: str
    desk_address: str
    fetched: bool  # by IMAP from a mailbox; else taken by the built-in listener
    subject: str
    trouble: str
    answer: str
    reply: str
    solution: str
    again: str


STORIES = [
    Story(
        "en", "Rita", "Omar", "help@localhost", False,
        "The printer on the third floor smokes", "It smells of burnt toast.",
        "Please unplug it, I am on my way.", "It is unplugged now.",
        "The fuser was replaced.", "It smokes again, sorry.",
    ),
    Story(
        "es", "Rosa", "Olga", "soporte@example.org", True,
        "La impresora del tercer piso echa humo", "Huele a tostada quemada.",
        "Desenchúfela, por favor; voy para allá.", "Ya está desenchufada.",
        "Se cambió el fusor.", "Vuelve a echar humo, lo siento.",
    ),
]  # fmt: skip


@contextmanager
def speaking(story: Story) -> Iterator[Callable[[str], str]]:
    """The words of the screens in the story's language."""
    with override(story.language):
        yield gettext


def reload_until(page: Page, what: Callable[[], bool], *, seconds: int = 40) -> None:
    """Reload a page until it shows something that is on its way."""
    for _second in range(seconds):
        if what():
            return
        page.wait_for_timeout(1000)
        page.reload()
    raise AssertionError(f"{page.url} does not show it:\n{page.inner_text('body')[:2000]}")


def bring(company: Company, story: Story, message: EmailMessage) -> None:
    """Hand a mail over on the story's way: to our listener, or to the company's own server."""
    send(company.mail.smtp_port if story.fetched else company.desk.mail_port, message)


def mail_with(company: Company, story: Story, text: str) -> MailMessage:
    """Wait for the mail to the requester that says something."""
    address = f"{story.requester.lower()}@example.org"
    for count in range(1, 10):
        for mail in company.mail.wait_for(address, count):
            if text in mail.text:
                return mail
    raise AssertionError(f"nobody wrote {text!r} to {address}")


@pytest.mark.parametrize("story", STORIES, ids=[story.language for story in STORIES])
def test_a_mail_is_answered_resolved_read_and_counted(
    company: Company, open_browser: Window, accessible: Check, story: Story
) -> None:
    sender = f"{story.requester} <{story.requester.lower()}@example.org>"
    first = letter(story.subject, story.trouble, sender=sender, to=story.desk_address)
    bring(company, story, first)

    agent = open_browser(language=story.language)
    company.sign_in(agent, story.agent)
    number = open_from_queue(company, agent, story, accessible)

    say_in_console(agent, story, story.answer)
    answer = mail_with(company, story, story.answer)
    assert str(first["Message-ID"]) in (answer.obj["References"] or "")
    assert story.subject in answer.subject

    reply_to = answer.reply_to[0] if answer.reply_to else answer.from_
    reply = letter(
        f"Re: {answer.subject}", story.reply, sender=sender, to=reply_to, reply_to=answer
    )
    bring(company, story, reply)
    # It arrives on the page that is open, without a reload.
    expect(agent.locator("#conversation")).to_contain_text(story.reply, timeout=40_000)

    resolve(agent, story)
    mail_with(company, story, story.solution)

    with_scripts = open_browser(language=story.language)
    company.sign_in(with_scripts, story.requester)
    reads_the_solution(company, with_scripts, story, number, accessible)

    without_scripts = open_browser(language=story.language, scripts=False, width=360, height=740)
    company.sign_in(without_scripts, story.requester)
    reads_the_solution(company, without_scripts, story, number)
    objects_and_closes(without_scripts, story)

    agent.reload()
    expect(agent.locator("#conversation")).to_contain_text(story.again)
    is_counted(company, agent, story, accessible)


def open_from_queue(company: Company, agent: Page, story: Story, accessible: Check) -> str:
    """Find the ticket in the queue and open it; returns its number."""
    agent.goto(f"{company.desk.url}/console/queue/?view=open")
    wanted = agent.get_by_role("link", name=story.subject)
    reload_until(agent, lambda: wanted.count() > 0)
    accessible(agent)
    wanted.first.click()
    conversation = agent.locator("#conversation")
    expect(conversation).to_contain_text(story.trouble)
    accessible(agent)
    return agent.url.rstrip("/").rpartition("/")[2].rpartition("-")[2]


def say_in_console(agent: Page, story: Story, text: str) -> None:
    """Write a public answer and send it."""
    with speaking(story) as say:
        agent.locator("#composer-text").fill(text)
        agent.locator("#composer").get_by_role("button", name=say("Send"), exact=True).click()
    expect(agent.locator("#conversation")).to_contain_text(text)
    expect(agent.locator("#composer-text")).to_have_value("")


def resolve(agent: Page, story: Story) -> None:
    """Resolve the ticket in its dialog."""
    with speaking(story) as say:
        agent.get_by_role("link", name=say("Resolve"), exact=True).click()
        dialog = agent.get_by_role("dialog")
        dialog.get_by_role("textbox").first.fill(story.solution)
        dialog.get_by_role("button", name=say("Resolve")).click()
        expect(dialog).to_be_hidden()
    expect(agent.locator("#conversation")).to_contain_text(story.solution)


def reads_the_solution(
    company: Company, page: Page, story: Story, number: str, accessible: Check | None = None
) -> None:
    """The requester finds her ticket in the portal and reads how it was solved."""
    with speaking(story) as say:
        page.goto(f"{company.desk.url}/tickets/?show=closed")
        if accessible is not None:
            accessible(page)
        page.get_by_role("link", name=story.subject).first.click()
        page.wait_for_url(f"**/tickets/{number}/")
        expect(page.locator("#ticket-said")).to_contain_text(story.answer)
        expect(page.locator("#ticket-said")).to_contain_text(story.solution)
        expect(page.locator("main")).to_contain_text(say("Is it solved?"))
        assert page.locator("html").get_attribute("lang") == story.language
        if accessible is not None:
            accessible(page)


def objects_and_closes(page: Page, story: Story) -> None:
    """She says that it still fails, which reopens it, and then that it is solved after all."""
    with speaking(story) as say:
        page.locator("#write textarea").fill(story.again)
        page.get_by_role("button", name=say("No, it still fails")).click()
        expect(page.locator("#ticket-said")).to_contain_text(story.again)
        expect(page.locator("main")).to_contain_text(say("Write to the team"))
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, f"the page is {width} px wide on a phone"
        page.locator("#write summary").click()
        page.get_by_role("button", name=say("Close the ticket")).click()
        expect(page.locator("main")).not_to_contain_text(say("Write to the team"))


def is_counted(company: Company, agent: Page, story: Story, accessible: Check) -> None:
    """Each measure counts the ticket, and opens into it."""
    agent.goto(f"{company.desk.url}/console/reports/")
    accessible(agent)
    for key in ("created", "first_response_time", "resolved", "resolution_time", "closed"):
        agent.goto(f"{company.desk.url}/console/reports/{key}/tickets/")
        behind = agent.get_by_role("link", name=story.subject)
        reload_until(agent, lambda behind=behind: behind.count() > 0)
    accessible(agent)
