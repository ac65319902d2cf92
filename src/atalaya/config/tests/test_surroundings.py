"""What surrounds every request: headers, origin, numbers, and what a failure looks like."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import include, path

from atalaya.config.middleware import client_address
from atalaya.config.settings import base
from atalaya.core.identity.errors import SignInNeeded
from atalaya.core.journal.models import Entry
from atalaya.core.people.models import Person
from atalaya.kernel.errors import Conflict, NotAllowed, NotFound, TooMany
from atalaya.ui.htmx import done


def fine(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("fine")


def stricter(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("file", headers={"Content-Security-Policy": "sandbox"})


def raising(problem: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(_request: HttpRequest) -> HttpResponse:
        raise problem

    return view


def wrote(request: HttpRequest) -> HttpResponse:
    return done(request, toast="Saved.")


class Addresses:
    """Views that fail in every way, in place of ours."""

    urlpatterns = [
        path("fine/", fine),
        path("stricter/", stricter),
        path("console/fine/", fine),
        path("wrote/", wrote),
        path("not-found/", raising(NotFound())),
        path("gone/", raising(Http404())),
        path("not-allowed/", raising(NotAllowed(permission="tickets.resolve"))),
        path("conflict/", raising(Conflict())),
        path("too-many/", raising(TooMany())),
        path("needs-sign-in/", raising(SignInNeeded())),
        path("broken/", raising(ZeroDivisionError("a secret detail"))),
        path("", include("atalaya.config.urls")),
    ]
    handler404 = "atalaya.config.failures.not_found"
    handler500 = "atalaya.config.failures.broken"


@pytest.fixture
def visitor(db: None) -> Any:
    with override_settings(ROOT_URLCONF=Addresses):
        yield Client(raise_request_exception=False)


def test_every_page_has_a_policy_without_unsafe_parts(visitor: Client) -> None:
    for address in ("/fine/", "/not-found/", "/broken/", "/nowhere/"):
        headers = visitor.get(address).headers
        policy = dict(
            part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
        assert policy["form-action"] == "'self'"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "microphone=()" in headers["Permissions-Policy"]


def test_a_view_may_be_stricter(visitor: Client) -> None:
    assert visitor.get("/stricter/").headers["Content-Security-Policy"] == "sandbox"


def test_https_is_remembered_by_browsers_when_the_desk_is_reached_by_it() -> None:
    from atalaya.config.environment import Environment

    assert Environment(url="https://desk.example.org").secure
    assert not Environment(url="http://desk.example.org").secure
    assert base.SECURE_HSTS_SECONDS == 0, "the tests' desk is reached by http"
    assert base.SESSION_COOKIE_HTTPONLY
    assert base.SESSION_COOKIE_SAMESITE == "Lax"


def test_passwords_are_kept_as_argon2id() -> None:
    with override_settings(PASSWORD_HASHERS=base.PASSWORD_HASHERS):
        assert make_password("a watchtower sees far").startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),  # no proxy of ours: its word counts for nothing
        ("10.0.0.2", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.2", "1.2.3.4, 203.0.113.9", "203.0.113.9"),  # the client wrote the first itself
        ("10.0.0.2", "203.0.113.9, 10.0.0.3", "203.0.113.9"),
        ("10.0.0.2", "[2001:db8::1]", "2001:db8::1"),
        ("10.0.0.2", "rubbish", "10.0.0.2"),
        ("10.0.0.2", "203.0.113.9, rubbish", "10.0.0.2"),
        ("", "203.0.113.9", ""),
    ],
)
def test_only_our_own_proxies_say_where_a_request_came_from(
    peer: str, forwarded: str, client: str
) -> None:
    with override_settings(TRUSTED_PROXIES=(ipaddress.ip_network("10.0.0.0/8"),)):
        assert client_address(peer, forwarded) == client


def test_a_request_has_a_number_that_only_a_proxy_of_ours_may_choose(visitor: Client) -> None:
    chosen = {"X-Request-ID": "from-the-proxy-17"}
    assert visitor.get("/fine/", headers=chosen).headers["X-Request-ID"] != "from-the-proxy-17"
    with override_settings(TRUSTED_PROXIES=(ipaddress.ip_network("127.0.0.0/8"),)):
        answer = visitor.get("/fine/", headers=chosen)
        assert answer.headers["X-Request-ID"] == "from-the-proxy-17"
        odd = visitor.get("/fine/", headers={"X-Request-ID": "a b\tc<script>"})
        assert odd.headers["X-Request-ID"].isalnum()


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/not-found/", 404, "you may not see it"),
        ("/gone/", 404, "you may not see it"),
        ("/nowhere/", 404, "you may not see it"),
        ("/conflict/", 409, "Somebody else changed this"),
        ("/too-many/", 429, "Too many attempts"),
    ],
)
def test_a_refusal_is_a_page_that_says_what_happened(
    visitor: Client, address: str, status: int, says: str
) -> None:
    answer = visitor.get(address)
    assert answer.status_code == status
    assert says in answer.text


def test_htmx_gets_a_refusal_as_a_toast_and_keeps_its_page(visitor: Client) -> None:
    answer = visitor.get("/conflict/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text) == (409, "")
    assert "Somebody else changed this" in answer.headers["HX-Trigger"]
    assert answer.headers["HX-Reswap"] == "none"


def test_who_is_not_signed_in_is_led_to_sign_in_and_back(visitor: Client) -> None:
    for address in ("/needs-sign-in/", "/not-allowed/", "/console/fine/"):
        answer = visitor.get(address + "?a=1")
        assert answer.status_code == 303
        assert answer.headers["Location"] == (
            "/sign-in/?next=" + address.replace("/", "%2F") + "%3Fa%3D1"
        )


def test_who_is_signed_in_is_told_that_he_may_not(
    visitor: Client, rita: Person, browser_of: Callable[[Person | None], Client]
) -> None:
    client = browser_of(rita)
    assert client.get("/not-allowed/").status_code == 403
    assert client.get("/console/fine/").status_code == 403


def test_what_broke_shows_a_number_that_is_in_the_log_and_no_detail(
    visitor: Client, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    import re

    answer = visitor.get("/broken/")
    assert answer.status_code == 500
    assert "a secret detail" not in answer.text
    number = re.search(r"this number: ([0-9a-f]{8})", answer.text)
    assert number is not None
    assert number[1] in caplog.text + capsys.readouterr().out


def test_the_log_names_the_route_and_never_a_secret_in_an_address(
    visitor: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    visitor.get("/sign-in/link/not-a-real-token-but-a-secret-one/")
    said = capsys.readouterr().out
    assert "route=sign-in/link/<str:token>/" in said
    assert "not-a-real-token" not in said


def test_facts_carry_the_address_a_request_came_from(db: None) -> None:
    words = {"email": "nobody@example.org", "password": "wrong wrong wrong"}
    Client().post("/sign-in/", words, REMOTE_ADDR="2001:db8::7")
    assert Entry.objects.get(name="identity.sign_in_failed").source == "2001:db8::7"


def test_a_foreign_host_name_is_refused(db: None) -> None:
    with override_settings(ALLOWED_HOSTS=["desk.example.org"]):
        refused = Client().get("/sign-in/", HTTP_HOST="evil.example")
        assert (refused.status_code, "evil.example" in refused.text) == (400, False)
        assert Client().get("/sign-in/", HTTP_HOST="desk.example.org").status_code == 200


def test_redirects_after_a_write_stay_on_the_desk(visitor: Client) -> None:
    evil = {"Referer": "https://evil.example/page"}
    assert visitor.post("/wrote/", headers=evil).headers["Location"] == "/wrote/"
    ours = {"Referer": "http://testserver/fine/?a=1"}
    assert visitor.post("/wrote/", headers=ours).headers["Location"].endswith("/fine/?a=1")
