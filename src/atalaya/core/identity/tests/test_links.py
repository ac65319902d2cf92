"""One-time links: single use, expiring, deaf to link scanners, silent about who is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from atalaya.core.identity.actions import invite, open_account, send_link, set_password
from atalaya.core.identity.actions.accounts import switch_account
from atalaya.core.identity.errors import LinkNotGood, NoAddress, NoMessenger
from atalaya.core.identity.models import Account, OneTimeLink
from atalaya.core.identity.ports import Letter
from atalaya.core.journal.models import Entry
from atalaya.core.people.actions import add_person, change_person, merge_people
from atalaya.core.people.models import SYSTEM, Person
from atalaya.core.people.queries import actor_for
from atalaya.core.preferences.actions import decide
from atalaya.kernel.errors import NotAllowed
from atalaya.testing.cast import PASSWORD
from atalaya.testing.clocks import TestClock

Letters = list[Letter]


def path_of(letter: Letter) -> str:
    """The link of a letter without its host."""
    return "/" + letter.link.split("/", 3)[3]


@pytest.fixture
def link(rita: Person, letters: Letters) -> str:
    """A link in Rita's mail."""
    assert send_link("rita@example.org", language="en", goto="/tickets/7/")
    return path_of(letters[0])


def test_a_link_comes_in_the_readers_language_and_says_how_long_it_works(
    rita: Person, letters: Letters
) -> None:
    send_link("RITA@example.org", language="en")
    (letter,) = letters
    assert (letter.address, letter.language) == ("rita@example.org", "es")
    assert letter.link.startswith("http://localhost:8000/sign-in/link/")
    assert "20 minutos" in letter.text
    assert letter.link not in letter.text


def test_opening_the_link_changes_nothing_so_scanners_cannot_use_it_up(
    link: str, client: Client
) -> None:
    for _scan in range(3):
        page = client.get(link)
        assert page.status_code == 200
        assert client.head(link).status_code == 200
    assert "rita@example.org" in page.text
    assert client.session.is_empty() or "atalaya_session" not in client.session
    assert client.post(link).status_code == 303


def test_the_button_signs_in_and_leads_to_where_one_wanted_to_go(
    link: str, client: Client, rita: Person
) -> None:
    answer = client.post(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tickets/7/")
    assert Entry.objects.get(name="identity.signed_in").facts["method"] == "link"
    assert Entry.objects.filter(name="identity.account_opened", actor_kind="nobody").exists()
    account = Account.objects.get(person=rita)
    assert not account.has_usable_password()


def test_a_link_works_once(link: str, client: Client) -> None:
    assert client.post(link).status_code == 303
    replayed = Client()
    assert replayed.get(link).status_code == 410
    assert replayed.post(link).status_code == 410
    assert replayed.get("/account/").status_code == 303


def test_using_a_link_ends_its_siblings(link: str, letters: Letters, client: Client) -> None:
    send_link("rita@example.org", language="en")
    assert client.post(path_of(letters[1])).status_code == 303
    assert Client().post(link).status_code == 410


def test_a_link_grows_old(rita: Person, letters: Letters, clock: TestClock) -> None:
    clock.at("2026-03-02 09:00")
    send_link("rita@example.org", language="en")
    clock.advance(minutes=21)
    assert Client().post(path_of(letters[0])).status_code == 410


def test_a_mangled_link_is_refused(link: str, client: Client) -> None:
    assert client.get(link[:-3] + "x/").status_code == 410
    assert client.get("/sign-in/link/x/").status_code == 410


def test_only_the_digest_is_kept_and_no_fact_tells_the_link(
    link: str, rita: Person, run_jobs: Callable[..., list[str]]
) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    token = link.strip("/").rpartition("/")[2]
    row = OneTimeLink.objects.get()
    assert token not in str(row.__dict__)
    assert not any(token in str(entry.facts) for entry in Entry.objects.all())
    assert not any(token in str(job.args) for job in ProcrastinateJob.objects.all())


@pytest.mark.parametrize("page", ["/sign-in/link/", "/sign-in/password/"])
def test_asking_says_the_same_for_known_and_unknown_addresses(
    rita: Person, letters: Letters, page: str, run_jobs: Callable[..., list[str]]
) -> None:
    answers = []
    for email in ("rita@example.org", "nobody@example.org"):
        answer = Client().post(page, {"email": email})
        assert answer.status_code == 200
        answers.append(answer.text.replace(email, "…"))
    assert _without_tokens(answers[0]) == _without_tokens(answers[1])
    assert run_jobs() == ["identity.send_link", "identity.send_link"]
    assert [letter.address for letter in letters] == ["rita@example.org"]


def _without_tokens(page: str) -> str:
    import re

    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', r"\1", page)


def test_asking_does_the_same_work_for_known_and_unknown_addresses(
    rita: Person, letters: Letters, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for email in ("warm@example.org", "rita@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            Client().post("/sign-in/link/", {"email": email})
        counts.append([query["sql"].split()[0] for query in queries.captured_queries])
    assert counts[1] == counts[2]


def test_one_address_gets_only_so_many_mails(
    rita: Person, letters: Letters, run_jobs: Callable[..., list[str]], client: Client
) -> None:
    for _ask in range(8):
        assert client.post("/sign-in/link/", {"email": "rita@example.org"}).status_code == 200
    run_jobs()
    assert len(letters) == 5


def test_one_network_can_ask_only_so_often(letters: Letters, client: Client, db: None) -> None:
    codes = [
        client.post("/sign-in/link/", {"email": f"p{number}@example.org"}).status_code
        for number in range(51)
    ]
    assert codes == [200] * 50 + [429]


def test_a_desk_that_cannot_send_says_so_to_everybody(
    client: Client, rita: Person, letters: Letters
) -> None:
    from atalaya.core.identity.ports import MESSENGERS

    MESSENGERS._plugged.clear()
    for email in ("rita@example.org", "nobody@example.org"):
        answer = client.post("/sign-in/link/", {"email": email})
        assert answer.status_code == 503
        assert "cannot send mail yet" in answer.text
    with pytest.raises(NoMessenger):
        send_link("rita@example.org", language="en")
    assert not OneTimeLink.objects.exists()


def test_only_invited_people_may_sign_in_when_the_desk_says_so(
    rita: Person, omar: Person, letters: Letters
) -> None:
    decide("identity", by=SYSTEM, who="invited")
    assert not send_link("rita@example.org", language="en")
    invite(omar, by=SYSTEM)
    assert send_link("omar@example.org", language="en")
    assert [letter.purpose for letter in letters] == ["invite", "sign_in"]


def test_no_link_for_people_who_left_or_whose_account_is_closed(
    rita: Person, omar: Person, letters: Letters
) -> None:
    change_person(rita, by=SYSTEM, is_active=False)
    switch_account(open_account(omar, by=SYSTEM), by=SYSTEM, active=False)
    assert not send_link("rita@example.org", language="en")
    assert not send_link("omar@example.org", language="en")


def test_a_link_ends_when_its_person_leaves(link: str, rita: Person, client: Client) -> None:
    open_account(rita, by=SYSTEM)
    change_person(rita, by=SYSTEM, is_active=False)
    assert client.post(link).status_code == 410


def test_whoever_was_merged_signs_in_as_the_one_that_is_left(
    rita: Person, letters: Letters, client: Client
) -> None:
    other = add_person("Rita R.", by=SYSTEM, addresses=["rr@example.org"])
    before = open_account(other, by=SYSTEM)
    merge_people(other, into=rita, by=SYSTEM)
    send_link("rr@example.org", language="en")
    assert client.post(path_of(letters[0])).status_code == 303
    assert Entry.objects.get(name="identity.signed_in").facts["person_id"] == rita.pk
    assert Account.objects.get(person=rita) == before, "passkeys and password come along"


def test_of_two_accounts_of_one_human_the_one_that_is_merged_closes(
    rita: Person, letters: Letters, client: Client
) -> None:
    kept = open_account(rita, by=SYSTEM)
    other = add_person("Rita R.", by=SYSTEM, addresses=["rr@example.org"])
    closed = set_password(open_account(other, by=SYSTEM), PASSWORD, by=SYSTEM)
    merge_people(other, into=rita, by=SYSTEM)
    words = {"email": "rr@example.org", "password": PASSWORD}
    assert client.post("/sign-in/", words).status_code == 422
    closed.refresh_from_db()
    assert not closed.is_active
    send_link("rr@example.org", language="en")
    assert client.post(path_of(letters[-1])).status_code == 303
    assert Account.objects.get(person=rita) == kept


def test_an_account_follows_the_addresses_of_its_person(omar: Person, rita: Person) -> None:
    account = open_account(omar, by=SYSTEM)
    change_person(omar, by=SYSTEM, addresses=["omar@new.example"])
    account.refresh_from_db()
    assert account.email == "omar@new.example"
    change_person(omar, by=SYSTEM, addresses=[])
    change_person(rita, by=SYSTEM, addresses=["omar@new.example"])
    assert open_account(rita, by=SYSTEM).email == "omar@new.example"


def test_an_invitation_makes_an_account_and_a_link(
    omar: Person, letters: Letters, client: Client, max_: Person
) -> None:
    shown = invite(omar, by=actor_for(max_))
    assert letters[0].link == shown
    assert "7 days" in letters[0].text
    assert client.post(path_of(letters[0])).headers["Location"] == "/console/"


def test_inviting_needs_the_permission_and_an_address(omar: Person, rita: Person) -> None:
    with pytest.raises(NotAllowed):
        invite(rita, by=actor_for(omar))
    with pytest.raises(NoAddress):
        invite(add_person("No Mail", by=SYSTEM), by=SYSTEM)


def test_the_command_line_gets_a_link_without_any_mail(omar: Person, letters: Letters) -> None:
    assert "/sign-in/link/" in invite(omar, by=SYSTEM, send=False)
    assert letters == []


def test_a_password_is_chosen_by_link_and_ends_every_session(
    rita: Person, letters: Letters, client: Client, visiting: Callable[..., Client]
) -> None:
    elsewhere = visiting(rita)
    assert elsewhere.get("/account/").status_code == 200
    send_link("rita@example.org", purpose="password", language="en")
    page = path_of(letters[0])
    assert client.get(page).status_code == 200
    words = {"password": PASSWORD, "again": PASSWORD}
    assert client.post(page, {**words, "again": "something else"}).status_code == 422
    assert client.post(page, {"password": "short", "again": "short"}).status_code == 422
    assert client.post(page, words).status_code == 303
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 303
    assert client.post(page, words).status_code == 410
    send_link("rita@example.org", purpose="password", language="en")
    assert client.post(path_of(letters[-1]), words).status_code == 303
    purposes = [letter.purpose for letter in letters]
    assert purposes == ["password", "password", "notice"], "the first one is no change"


def test_a_link_to_sign_in_chooses_no_password_and_the_other_way_round(
    link: str, letters: Letters, client: Client
) -> None:
    token = link.strip("/").rpartition("/")[2]
    assert client.get(f"/sign-in/password/{token}/").status_code == 410
    send_link("rita@example.org", purpose="password", language="en")
    token = path_of(letters[1]).strip("/").rpartition("/")[2]
    assert client.post(f"/sign-in/link/{token}/").status_code == 410


def test_a_new_password_makes_open_links_useless(link: str, rita: Person, client: Client) -> None:
    set_password(open_account(rita, by=SYSTEM), PASSWORD, by=SYSTEM)
    assert client.post(link).status_code == 410


def test_a_link_of_another_host_in_next_is_forgotten(
    rita: Person, letters: Letters, run_jobs: Callable[..., list[str]], client: Client
) -> None:
    client.post("/sign-in/link/?next=https://evil.example/", {"email": "rita@example.org"})
    run_jobs()
    assert client.post(path_of(letters[0])).headers["Location"] == "/"


def test_following_one_more_link_while_signed_in_proves_that_it_is_still_oneself(
    rita: Person, letters: Letters, visiting: Callable[..., Client], clock: TestClock
) -> None:
    clock.at("2026-03-02 09:00")
    client = visiting(rita)
    clock.advance(minutes=20)
    assert client.get("/account/app/").headers["Location"].startswith("/sign-in/again/")
    send_link("rita@example.org", language="en", goto="/account/app/")
    assert client.post(path_of(letters[0])).headers["Location"] == "/account/app/"
    assert client.get("/account/app/").status_code == 200


def test_links_turned_off_leave_invitations_and_passwords(
    rita: Person, letters: Letters, client: Client
) -> None:
    decide("identity", by=SYSTEM, links=False)
    assert "/sign-in/link/" not in client.get("/sign-in/").text
    assert client.post("/sign-in/link/", {"email": "rita@example.org"}).status_code == 404
    assert client.get("/sign-in/password/").status_code == 200


def test_following_needs_a_token_of_the_right_shape(db: None) -> None:
    from atalaya.core.identity.actions.linking import follow_link

    for token in ("", "x", "a" * 101, "ñ" * 40):
        with pytest.raises(LinkNotGood):
            follow_link(token, "sign_in")


def test_old_links_and_counts_are_swept(rita: Person, letters: Letters, clock: TestClock) -> None:
    from atalaya.core.identity.actions.trying import count_try
    from atalaya.core.identity.jobs import forget_old
    from atalaya.core.identity.models import Tries

    clock.at("2026-03-02 09:00")
    send_link("rita@example.org", language="en")
    count_try("x", "y", most=3, minutes=5)
    clock.advance(days=31)
    forget_old(0)
    assert not OneTimeLink.objects.exists()
    assert not Tries.objects.exists()
