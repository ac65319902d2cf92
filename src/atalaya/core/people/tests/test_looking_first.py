"""What is shown before an import or a merge: nothing is written until one agrees."""

from __future__ import annotations

from collections.abc import Callable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from atalaya.core.calendars.queries import calendars_in_use
from atalaya.core.journal.models import Entry
from atalaya.core.people.models import Person, Team

Visit = Callable[..., Client]
IMPORT = "/console/people/import/"
ODD = (
    "Quién;Buzón;Sobra\n"
    "Clara Ríos;clara@example.org;x\n"
    "=2+5;formula@example.org;y\n"
    ";z@example.org;z\n"
)


def test_columns_are_mapped_by_hand_and_wrong_lines_are_left_out(
    visiting: Visit, max_: Person
) -> None:
    browser = visiting(max_)
    before = (Person.objects.count(), Entry.objects.count())
    sent = browser.post(IMPORT, {"file": SimpleUploadedFile("people.csv", ODD.encode())})
    assert sent.status_code == 422
    assert 'name="column_2"' in sent.content.decode(), "what is not understood can be said"
    mapped = {"text": ODD, "column_0": "name", "column_1": "addresses", "column_2": ""}
    shown = browser.post(IMPORT, mapped).content.decode()
    assert "Clara Ríos" in shown
    assert "the name is missing" in shown or "falta el nombre" in shown
    assert (Person.objects.count(), Entry.objects.count()) == before
    assert browser.post(IMPORT, {**mapped, "take": "1"}).status_code == 303
    names = set(Person.objects.filter(addresses__value__endswith="@example.org").values_list(
        "name", flat=True))  # fmt: skip
    assert {"Clara Ríos", "=2+5"} <= names, "what looks like a formula is a text like any other"
    assert not Person.objects.filter(addresses__value="z@example.org").exists()


def test_both_people_are_shown_before_they_are_merged(
    visiting: Visit, ana: Person, rita: Person, stan: Person
) -> None:
    browser = visiting(ana)
    address = f"/console/people/{stan.pk}/merge/"
    page = browser.get(f"{address}?into={rita.pk}").content.decode()
    assert "stan@elsewhere.example" in page
    assert "rita@example.org" in page
    stan.refresh_from_db()
    assert stan.merged_into is None
    part = browser.get(
        f"{address}?into={rita.pk}",
        headers={"HX-Request": "true", "HX-Target": "merge-preview"},
    ).content.decode()
    assert part.startswith('<div id="merge-preview"')
    assert browser.post(address, {"into": str(rita.pk)}).status_code == 303
    stan.refresh_from_db()
    assert stan.merged_into == rita


def test_a_team_works_by_a_calendar(
    visiting: Visit, max_: Person, front_desk: Team, db: None
) -> None:
    calendar = calendars_in_use()[0]
    address = f"/console/settings/teams/{front_desk.pk}/"
    browser = visiting(max_)
    sent = {"name": "Front desk", "tier": "1", "calendar": str(calendar.pk), "is_active": "on"}
    assert browser.post(address, sent).status_code == 303
    front_desk.refresh_from_db()
    assert front_desk.calendar == calendar
