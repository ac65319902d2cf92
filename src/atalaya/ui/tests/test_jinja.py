"""The template engine: components by name, icons, attributes, words with values."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

import atalaya
from atalaya.ui import assets, jinja

HOUSE = Path(atalaya.__path__[0])
CALLED = re.compile(r"""(?:\bicon\(|icon_name=|icon=|"icon": )["']([a-z][a-z0-9-]+)["']""")


def said(template: str, **context: object) -> str:
    engine = next(one for one in engines.all() if isinstance(one, jinja.Backend))
    return str(engine.from_string(template).render(context, RequestFactory().get("/")))


def test_a_component_is_found_by_its_name() -> None:
    assert "btn-primary" in said("{{ c.button('Send', kind='primary') }}")


def test_a_component_escapes_what_it_is_given() -> None:
    assert "<img" not in said("{{ c.badge(text) }}", text="<img src=x>")


def test_an_unknown_component_is_an_error() -> None:
    with pytest.raises(Exception, match="bottom"):
        said("{{ c.bottom('x') }}")


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(Exception, match="undefined"):
        said("{{ nothing_of_the_kind }}")


def test_words_with_values_are_translated() -> None:
    text = "{{ _('In %(place)s', place='<b>') }}"
    with translation.override("en"):
        assert said(text) == "In &lt;b&gt;"


def test_attributes_leave_out_what_is_false() -> None:
    got = jinja.attributes({"hx_get": "/a?b=1&c", "disabled": True, "hidden": False, "id": None})
    assert got == ' hx-get="/a?b=1&amp;c" disabled'


def test_every_icon_named_in_the_product_is_in_the_sprite() -> None:
    known = set(assets.icon_names(jinja.CLONE))
    named = {
        (path.name, name)
        for kind in ("*.html", "*.py")
        for path in HOUSE.rglob(kind)
        if "tests" not in path.parts
        for name in CALLED.findall(path.read_text("utf-8"))
    }
    assert {pair for pair in named if pair[1] not in known} == set()


def test_every_component_has_examples() -> None:
    without = [
        path
        for path in jinja.component_templates()
        if not (HOUSE / "ui" / path).with_name("examples.html").exists()
    ]
    assert without == []
