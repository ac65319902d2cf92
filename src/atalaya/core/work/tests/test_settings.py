"""The lists an administrator keeps, and the audit."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client

from atalaya.core.journal.models import Entry
from atalaya.core.people.models import SYSTEM, Actor, Person, Team
from atalaya.core.work.actions import (
    open_item,
    remove_row,
    save_field,
    save_tag,
    set_custom,
    set_tags,
)
from atalaya.core.work.errors import InUse, WrongFieldValue
from atalaya.core.work.jobs import read_choices
from atalaya.core.work.models import Category, CustomField, PriorityCell, Tag, WorkItem
from atalaya.core.work.queries import rows_of_list

Visit = Callable[..., Client]
LISTS = ("categories", "reasons", "fields", "checklists", "priorities", "tags", "audit")


@pytest.fixture
def item(rita: Person) -> WorkItem:
    return open_item("incident", by=SYSTEM, subject="No network", requester=rita)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_for_administrators(
    visiting: Visit, max_: Person, omar: Person, name: str
) -> None:
    assert visiting(max_).get(f"/console/settings/{name}/").status_code == 200
    assert visiting(omar).get(f"/console/settings/{name}/").status_code == 403


@pytest.mark.parametrize("name", ["categories", "reasons", "checklists"])
def test_a_row_is_saved_as_its_form_shows_it(visiting: Visit, max_: Person, name: str) -> None:
    browser = visiting(max_)
    row = rows_of_list(name)[0]
    assert browser.get(f"/console/settings/{name}/{row.pk}/").status_code == 200
    assert browser.get(f"/console/settings/{name}/new/").status_code == 200


def test_a_category_names_its_team_and_is_found_below_another(
    visiting: Visit, max_: Person, front_desk: Team
) -> None:
    above = Category.objects.filter(parent=None)[0]
    sent = {
        "name_en": "Scanner", "name_es": "Escáner", "parent": str(above.pk),
        "team": str(front_desk.pk), "service": "", "position": "3", "is_active": "on",
    }  # fmt: skip
    assert visiting(max_).post("/console/settings/categories/new/", sent).status_code == 303
    made = Category.objects.get(names__en="Scanner")
    assert made.path["es"].endswith(" / Escáner")
    assert Entry.objects.filter(name="work.list_changed", facts__row_id=made.pk).exists()


def test_the_matrix_is_changed_cell_by_cell(visiting: Visit, max_: Person) -> None:
    browser = visiting(max_)
    page = browser.get("/console/settings/priorities/").content.decode()
    names = {part.split('"')[0] for part in page.split('name="')[1:]} - {"csrfmiddlewaretoken"}
    cells = {name: "1" for name in names if any(ch.isdigit() for ch in name)}
    assert len(cells) == 9
    assert browser.post("/console/settings/priorities/", cells).status_code == 303
    assert set(PriorityCell.objects.values_list("priority", flat=True)) == {1}


def test_tags_are_renamed_merged_and_removed(visiting: Visit, max_: Person, item: WorkItem) -> None:
    browser = visiting(max_)
    set_tags(item, by=SYSTEM, names=["wi-fi"])
    other = save_tag(by=SYSTEM, name="Wifi")
    first = Tag.objects.get(name="wi-fi")
    browser.post(f"/console/settings/tags/{first.pk}/", {"name": "WIFI"})
    assert list(item.tags.all()) == [other]
    assert not Tag.objects.filter(pk=first.pk).exists()
    browser.post(f"/console/settings/tags/{other.pk}/remove/")
    assert not item.tags.exists()


def test_a_field_that_has_values_keeps_its_kind_and_is_not_removed(item: WorkItem) -> None:
    row = save_field(by=SYSTEM, key="room", labels={"en": "Room"}, kind=CustomField.Kind.TEXT)
    save_field(row, by=SYSTEM, kind=CustomField.Kind.NUMBER)
    row.refresh_from_db()
    set_custom(item, by=SYSTEM, values={"room": "12"})
    with pytest.raises(InUse):
        save_field(row, by=SYSTEM, kind=CustomField.Kind.TEXT)
    with pytest.raises(InUse):
        remove_row(row, by=SYSTEM)


def test_a_tree_of_choices_is_written_as_lines(visiting: Visit, max_: Person) -> None:
    sent = {
        "name_en": "Site", "name_es": "Sede", "kind": "tree", "position": "0", "is_active": "on",
        "choices": "mad | Madrid | Madrid\n  floor-1 | Floor 1 | Planta 1\nbcn | Barcelona",
    }  # fmt: skip
    browser = visiting(max_)
    assert browser.post("/console/settings/fields/new/", sent).status_code == 303
    row = CustomField.objects.get(key="site")
    assert [one["key"] for one in row.choices] == ["mad", "bcn"]
    assert row.choices[0]["children"][0]["names"]["es"] == "Planta 1"
    page = browser.get(f"/console/settings/fields/{row.pk}/").content.decode()
    assert "  floor-1 | Floor 1 | Planta 1" in page
    nothing = {**sent, "name_en": "Other", "choices": " "}
    assert browser.post("/console/settings/fields/new/", nothing).status_code == 422


class Sites(BaseHTTPRequestHandler):
    answer: Any = {"data": [{"id": 7, "name": "Madrid"}, {"id": 8, "name": "Vigo"}]}
    status = 200

    def do_GET(self) -> None:
        body = json.dumps(self.answer).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def source(settings: Any) -> Iterator[str]:
    """A real server on loopback that knows two sites."""
    settings.OUTGOING_NETWORKS = (ip_network("127.0.0.0/8"),)
    Sites.status = 200
    server = HTTPServer(("127.0.0.1", 0), Sites)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sites"
    server.shutdown()
    server.server_close()
    thread.join()


def test_choices_of_another_system_are_read_and_kept_when_it_fails(
    visiting: Visit, max_: Person, source: str, item: WorkItem
) -> None:
    sent = {
        "name_en": "Site", "kind": "external", "position": "0", "is_active": "on",
        "source_url": source, "source_path": "data", "source_key": "id", "source_label": "name",
    }  # fmt: skip
    browser = visiting(max_)
    assert browser.post("/console/settings/fields/new/", sent).status_code == 303
    read_choices(1)
    row = CustomField.objects.get(key="site")
    assert [one["key"] for one in row.choices] == ["7", "8"]
    set_custom(item, by=SYSTEM, values={"site": "8"})
    assert item.custom["site"] == {"key": "8", "label": "Vigo"}
    with pytest.raises(WrongFieldValue):
        set_custom(item, by=SYSTEM, values={"site": "9"})
    Sites.status = 503
    browser.post(f"/console/settings/fields/{row.pk}/read/")
    read_choices(1)
    row.refresh_from_db()
    assert (row.source["problem"], len(row.choices)) == ("HTTP 503", 2)
    assert b"HTTP 503" in browser.get(f"/console/settings/fields/{row.pk}/").content


def test_a_private_network_that_is_not_listed_is_not_asked(
    db: None, source: str, settings: Any
) -> None:
    settings.OUTGOING_NETWORKS = ()
    row = save_field(
        by=SYSTEM, key="x", labels={"en": "X"}, kind=CustomField.Kind.EXTERNAL,
        source={"url": source, "path": "", "key": "id", "label": "name"},
    )  # fmt: skip
    read_choices(1)
    row.refresh_from_db()
    assert "private network" in row.source["problem"]
    assert row.choices == []


def test_the_audit_is_narrowed_by_who_what_and_when(
    visiting: Visit, max_: Person, rita: Person, acting: Callable[[Person], Actor]
) -> None:
    save_tag(by=acting(max_), name="audited")
    browser = visiting(max_)
    page = browser.get("/console/settings/audit/?name=work.list_changed&who=max").content
    assert b"work.list_changed" in page
    nothing = browser.get("/console/settings/audit/?name=work.list_changed&who=rita").content
    assert b"changed the list" not in nothing
    assert browser.get("/console/settings/audit/?since=2199-01-01").status_code == 200
