"""Pages, parts of pages, and answers to writes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest
from django.test import RequestFactory

from atalaya.kernel.errors import InvalidInput, NotAllowed
from atalaya.ui import faults, htmx
from atalaya.ui.middleware import VaryOnPartial


class Sample(forms.Form):
    subject = forms.CharField()


def asked(path: str = "/x/", **headers: str) -> HttpRequest:
    return RequestFactory().get(path, headers=headers)


def from_htmx(target: str = "", **headers: str) -> HttpRequest:
    return asked(**{"HX-Request": "true", "HX-Target": target, **headers})


PAGE = "ui/fault.html"
FAULT: dict[str, Any] = {"status": 404, "title": "Gone", "sentence": "Nothing here.", "number": ""}


def test_a_browser_gets_the_page() -> None:
    text = htmx.render(asked(), PAGE, FAULT).content.decode()
    assert text.lstrip().startswith("<!doctype html>")
    assert "Nothing here." in text


def test_htmx_gets_the_block_its_target_names() -> None:
    text = htmx.render(from_htmx("content"), PAGE, FAULT).content.decode()
    assert "Nothing here." in text
    assert "<html" not in text


def test_htmx_gets_the_given_block_when_its_target_names_none() -> None:
    text = htmx.render(from_htmx("elsewhere"), PAGE, FAULT, block="title").content.decode()
    assert text.strip() == "Gone · Atalaya"


def test_going_back_in_the_history_gets_the_page() -> None:
    request = from_htmx("content", **{"HX-History-Restore-Request": "true"})
    assert "<html" in htmx.render(request, PAGE, FAULT).content.decode()


def test_a_plain_form_is_sent_on_with_303() -> None:
    response = htmx.done(asked(), goto="/t/1/")
    assert (response.status_code, response["Location"]) == (303, "/t/1/")


def test_a_plain_form_goes_back_to_where_it_was_but_never_elsewhere() -> None:
    ours = htmx.done(asked(Referer="http://testserver/list/?p=1"))
    theirs = htmx.done(asked(Referer="http://evil.example/list/"))
    tricky = htmx.done(asked(Referer="http://testserver.evil.example/"))
    assert ours["Location"] == "http://testserver/list/?p=1"
    assert theirs["Location"] == tricky["Location"] == "/x/"


def test_htmx_is_told_what_to_fetch_again_and_what_to_say() -> None:
    response = htmx.done(from_htmx(), refresh=["timeline", "panels"], toast="Guardado ñ")
    events = json.loads(response["HX-Trigger"])
    assert response.status_code == 204
    assert set(events) == {"done", "refresh:timeline", "refresh:panels", "toast"}
    assert events["toast"] == {"text": "Guardado ñ", "kind": "success"}


def test_htmx_is_sent_on_when_nothing_is_refreshed() -> None:
    assert htmx.done(from_htmx(), goto="/t/2/")["HX-Redirect"] == "/t/2/"


def test_a_refusal_lands_on_its_field_or_on_the_form() -> None:
    form = Sample({"subject": "x"})
    assert form.is_valid()

    def refuse(why: str, at: str) -> None:
        raise InvalidInput(why, at=at)

    with htmx.errors_into(form):
        refuse("Too vague.", "subject")
    with htmx.errors_into(form):
        refuse("Not today.", "weather")
    assert dict(form.errors) == {"subject": ["Too vague."], "__all__": ["Not today."]}


def test_what_is_not_about_the_form_passes_through() -> None:
    form = Sample({"subject": "x"})
    assert form.is_valid()
    with pytest.raises(NotAllowed), htmx.errors_into(form):
        raise NotAllowed(permission="tickets.resolve")


def test_a_form_that_is_wrong_comes_back_with_422() -> None:
    assert htmx.form_again(asked(), PAGE, Sample({}), **FAULT).status_code == 422


def test_an_error_keeps_the_page_and_says_so_to_htmx() -> None:
    response = faults.server_error(from_htmx(), "7f3a09c1")
    assert (response.status_code, response["HX-Reswap"]) == (500, "none")
    assert "7f3a09c1" in json.loads(response["HX-Trigger"])["toast"]["text"]


@pytest.mark.parametrize(
    ("view", "status"),
    [(faults.bad_request, 400), (faults.forbidden, 403), (faults.not_found, 404)],
)
def test_every_error_has_its_page(view: Any, status: int) -> None:
    response = view(asked())
    assert response.status_code == status
    assert b"<h1>" in response.content


def test_answers_vary_on_what_makes_a_part() -> None:
    middleware: Any = VaryOnPartial(lambda request: htmx.render(request, PAGE, FAULT))
    assert middleware(asked())["Vary"] == "HX-Request, HX-Target"
