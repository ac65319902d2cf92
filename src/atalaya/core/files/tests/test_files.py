"""Files are kept once, seen by who sees their owner, and sent so that nothing runs."""

from __future__ import annotations

import datetime as dt
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from atalaya.core.files import views
from atalaya.core.files.actions import attach, forget_loose, remove_attachments, store_file, sweep
from atalaya.core.files.errors import ContentIsMissing, FileTooLarge
from atalaya.core.files.health import contents_are_there
from atalaya.core.files.jobs import let_go
from atalaya.core.files.models import Attachment, File
from atalaya.core.files.naming import safe_name, type_of
from atalaya.core.files.ports import file_owner
from atalaya.core.files.queries import attachments_of, disagreements, open_content
from atalaya.core.files.store import Store, TooMuch, store
from atalaya.core.journal.models import Entry
from atalaya.core.people.models import NOBODY, SYSTEM, Actor, Person
from atalaya.kernel import clock

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"not decoded" * 3


@file_owner("files.probe")
def probes(viewer: Actor) -> QuerySet[Person]:
    """A person sees the files that belong to him."""
    return Person.objects.visible_to(viewer)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def person(name: str) -> Actor:
    row = Person.objects.create(name=name)
    return Actor(kind="person", id=row.pk, person=row)


def fetch(file: File, actor: Actor, query: str = "", **headers: str) -> HttpResponseBase:
    request = RequestFactory(headers=headers).get(f"/files/{file.pk}/x{query}")
    request.actor = actor  # type: ignore[attr-defined]  # the middleware sets it
    return views.download(request, file.pk, "x")


def body(response: HttpResponseBase) -> bytes:
    return b"".join(cast(Iterator[bytes], cast(StreamingHttpResponse, response).streaming_content))


def test_equal_contents_lie_on_disk_once(folder: Path) -> None:
    rita = person("Rita")
    one = store_file(b"same", name="a.txt", by=rita)
    other = store_file(io.BytesIO(b"same"), name="b.txt", by=rita)
    assert (one.sha256, one.name) != (other.sha256, other.name)
    assert one.sha256 == other.sha256
    assert [p.read_bytes() for p in folder.glob("??/??/*")] == [b"same"]
    assert list((folder / "incoming").iterdir()) == []
    assert Entry.objects.filter(name="files.stored").count() == 2


def test_content_comes_as_bytes_file_upload_or_pieces() -> None:
    ways: list[Any] = [
        b"abc",
        io.BytesIO(b"abc"),
        SimpleUploadedFile("x", b"abc"),
        iter([b"a", b"", b"bc"]),
    ]
    assert {store_file(way, name="x", by=SYSTEM).sha256 for way in ways} == {
        store_file(b"abc", name="y", by=SYSTEM).sha256
    }
    assert store_file(b"", name="empty", by=SYSTEM).size == 0


def test_a_file_larger_than_the_limit_is_refused_and_leaves_nothing(folder: Path) -> None:
    pieces = (b"x" * 65536 for _piece in range(1000))
    with pytest.raises(FileTooLarge) as caught, transaction.atomic():
        store_file(pieces, name="big.bin", by=SYSTEM, largest_megabytes=1)
    assert "big.bin" in caught.value.sentence
    assert next(pieces) == b"x" * 65536  # it stopped reading
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_an_error_of_the_source_leaves_nothing(folder: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"some"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        Store(folder).take(broken(), limit=100)
    with pytest.raises(TooMuch):
        Store(folder).take([b"xx"], limit=1)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_nobody_else_of_the_machine_may_read_contents(folder: Path) -> None:
    file = store_file(b"secret", name="s", by=SYSTEM)
    assert store().path(file.sha256).stat().st_mode & 0o077 == 0
    assert store().path(file.sha256).parent.stat().st_mode & 0o077 == 0


@given(st.text(max_size=400))
def test_a_safe_name_stays_in_its_folder_and_is_never_empty(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= 150
    assert not set(safe) & set('/\\:*?"<>|\x00\n\r')
    assert safe.strip(". ")
    assert not safe.startswith(".")
    assert safe_name(safe) == safe


def test_the_type_follows_the_content_before_the_name() -> None:
    assert type_of(PNG, "malware.html") == "image/png"
    assert type_of(b"<script>", "photo.jpg") == "application/octet-stream"
    assert type_of(b"%PDF-1.7", "x") == "application/pdf"
    assert type_of(b"hello", "notes.txt") == "text/plain"
    assert type_of(b"RIFF....WEBPVP8", "x") == "image/webp"


def test_who_sees_the_owner_sees_the_file() -> None:
    rita, stan = person("Rita"), person("Stan")
    file = store_file(b"mine", name="mine.txt", by=rita)
    assert not File.objects.visible_to(stan).exists()
    assert File.objects.visible_to(rita).get() == file  # not attached yet: her own
    attach(file, owner_kind="files.probe", owner_id=stan.person_id or 0, by=rita)
    assert File.objects.visible_to(stan).get() == file
    assert not File.objects.visible_to(rita).exists()  # from now on the owner decides
    assert not File.objects.visible_to(NOBODY).exists()
    attach(file, owner_kind="files.unknown", owner_id=1, by=rita)
    assert File.objects.visible_to(stan).count() == 1


def test_attaching_twice_is_once_and_removing_lets_go() -> None:
    rita = person("Rita")
    file, shared = (store_file(b, name="x", by=rita) for b in (b"one", b"two"))
    owner = {"owner_kind": "files.probe", "owner_id": rita.person_id or 0}
    assert attach(file, by=rita, **owner) == attach(file, by=rita, **owner)  # type: ignore[arg-type]  # a mixed dict
    attach(shared, by=rita, **owner)  # type: ignore[arg-type]  # a mixed dict
    attach(shared, owner_kind="files.other", owner_id=1, by=rita)
    assert len(attachments_of("files.probe", [rita.person_id or 0])[rita.person_id or 0]) == 2
    assert remove_attachments(by=SYSTEM, **owner) == 2  # type: ignore[arg-type]  # a mixed dict
    assert list(File.objects.all()) == [shared]
    assert remove_attachments(by=SYSTEM, **owner) == 0  # type: ignore[arg-type]  # a mixed dict
    assert Attachment.objects.count() == 1


def test_a_download_is_an_attachment_in_a_sandbox() -> None:
    rita = person("Rita")
    file = store_file(b"<script>alert(1)</script>", name='año "x".html', by=rita)
    response = fetch(file, rita, "?inline")
    assert body(response) == b"<script>alert(1)</script>"
    assert response["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''a%C3%B1o" in response["Content-Disposition"]
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "private" in response["Cache-Control"]


def test_only_raster_pictures_are_shown_in_a_page() -> None:
    rita = person("Rita")
    picture = store_file(PNG, name="p.png", by=rita)
    drawing = store_file(b"<svg onload='x()'/>", name="d.svg", by=rita)
    assert fetch(picture, rita, "?inline")["Content-Disposition"].startswith("inline; ")
    assert fetch(picture, rita)["Content-Disposition"].startswith("attachment; ")
    assert fetch(drawing, rita, "?inline")["Content-Disposition"].startswith("attachment; ")
    assert fetch(drawing, rita)["Content-Type"] == "application/octet-stream"


def test_a_stranger_is_told_that_it_does_not_exist() -> None:
    file = store_file(b"x", name="x", by=person("Rita"))
    with pytest.raises(Http404):
        fetch(file, person("Stan"))


def test_a_known_content_is_not_sent_again_and_a_missing_one_is_told() -> None:
    rita = person("Rita")
    file = store_file(b"x", name="x", by=rita)
    assert fetch(file, rita, **{"If-None-Match": f'"{file.sha256}"'}).status_code == 304
    store().remove(file.sha256)
    with pytest.raises(ContentIsMissing):
        fetch(file, rita)
    with pytest.raises(ContentIsMissing):
        open_content(file)


def test_rows_and_disk_that_disagree_are_found() -> None:
    names = ("good", "gone", "cut", "changed")
    good, gone, cut, changed = (store_file(name.encode(), name=name, by=SYSTEM) for name in names)
    assert contents_are_there.check() == []
    store().remove(gone.sha256)
    store().path(cut.sha256).write_bytes(b"3")
    store().path(changed.sha256).write_bytes(b"CHANGED")
    found = {row.name: row.problem for row in disagreements(read_contents=True)}
    assert found == {"gone": "missing", "cut": "size", "changed": "whole"}
    assert good.name not in found
    assert contents_are_there.check()[0].facts["count"] == 2


def test_by_night_loose_uploads_and_unheld_contents_go(folder: Path) -> None:
    rita = person("Rita")
    with clock.at(clock.now() - dt.timedelta(days=30)):
        held = store_file(b"held", name="held", by=rita)
        loose = store_file(b"loose", name="loose", by=rita)
    young = store_file(b"young", name="young", by=rita)
    attach(held, owner_kind="files.probe", owner_id=1, by=rita)
    orphan = store().take([b"rolled back"], limit=100).sha256
    fresh = store().take([b"still running"], limit=100).sha256
    (folder / "incoming" / "died").write_bytes(b"half")
    old = time.time() - 3 * 86400
    for path in (*folder.glob("??/??/*"), folder / "incoming" / "died"):
        if path.name != fresh:
            os.utime(path, (old, old))
    let_go(0)
    assert set(File.objects.all()) == {held, young}
    assert set(store().contents()) == {held.sha256, young.sha256, fresh}
    assert loose.sha256 not in set(store().contents())
    assert orphan not in set(store().contents())
    assert not (folder / "incoming" / "died").exists()
    assert forget_loose(clock.now() - dt.timedelta(days=1)) == 0


@pytest.mark.django_db(transaction=True)
def test_nothing_is_swept_while_a_file_arrives() -> None:
    import threading

    from django.db import connections

    orphan = store().take([b"about to be named"], limit=100).sha256
    swept: list[int] = []

    def sweep_elsewhere() -> None:
        try:
            swept.append(sweep([orphan]))
        finally:
            connections.close_all()

    with transaction.atomic():
        store_file(b"arriving", name="x", by=SYSTEM)
        thread = threading.Thread(target=sweep_elsewhere)
        thread.start()
        thread.join()
    assert swept == [0]
    sweep_elsewhere()
    assert swept == [0, 1]
