"""Templates name only what their package may know, and bring no script or style of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2
import pytest
from tests.architecture.source import FACES, PACKAGE, nothing, package_of, packages, rank

# {% extends "…" %}, {% include "…" %}, {% import "…" %}, {% from "…" import … %}
NAMED = re.compile(r"{%-?\s*(?:extends|include|import|from)\s+['\"]([^'\"]+)['\"]")
LINKED = re.compile(r"\burl\(\s*['\"]([^'\"]+)['\"]")
INLINE = {
    "a script of its own": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style of its own": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "a handler in an attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*['\"]", re.IGNORECASE),
    "a javascript: address": re.compile(r"['\"]\s*javascript:", re.IGNORECASE),
}
LONG = 200  # lines: look again, there is a second idea in it


@dataclass(frozen=True)
class Template:
    """One template: the package it lies in, its path below ``templates/``, its text."""

    package: str
    path: str
    text: str

    @property
    def is_mail(self) -> bool:
        """Mail programs know no style sheet: only there may style stand in the page."""
        return "mail" in Path(self.path).parts


@cache
def templates() -> tuple[Template, ...]:
    """Every template of the product."""
    found = []
    for path in sorted(PACKAGE.rglob("*")):
        parts = path.relative_to(PACKAGE).parts
        if path.suffix not in {".html", ".txt", ".svg", ".xml"} or "tests" in parts:
            continue
        folder = next((name for name in ("templates", "components") if name in parts), None)
        if folder:
            package = package_of("atalaya." + ".".join(parts[: parts.index(folder)]))
            inside = "/".join(parts[parts.index(folder) + (folder == "templates") :])
            found.append(Template(package, inside, path.read_text("utf-8")))
    return tuple(found)


def name_problems(pages: Iterable[Template]) -> list[str]:
    """Every template named that lies neither in the own package, in the kit nor in a shell."""
    return [
        f"{page.package}: {page.path} names {name}"
        for page in pages
        for name in NAMED.findall(page.text)
        if name.partition("/")[0] not in _folders_for(page) and not _is_below(name, page.package)
    ]


def _folders_for(page: Template) -> set[str]:
    own, layer = page.package.rpartition(".")[2], page.package.partition(".")[0]
    return {own, "ui", "components", *(("console", "portal") if layer in SHELLED else ())}


# Whose pages stand in the console's or the portal's shell.
SHELLED = {"practices", "engines", "core", "pages"}


def _is_below(name: str, package: str) -> bool:
    """Faces and pages compose: they may take a part of what they may import."""
    if package.partition(".")[0] not in {"pages", *FACES}:
        return False
    owner = [one for one in packages() if one.rpartition(".")[2] == name.partition("/")[0]]
    return bool(owner) and rank(owner[0]) < rank(package)


def link_problems(pages: Iterable[Template]) -> list[str]:
    """Every link to a page of a package above."""
    owners = {one.rpartition(".")[2]: one for one in packages() if "." in one}
    found = []
    for page in pages:
        for name in LINKED.findall(page.text):
            target = [owners[part] for part in name.split(":")[:-1] if part in owners]
            if target and target[-1] != page.package and rank(target[-1]) >= rank(page.package):
                found.append(f"{page.package}: {page.path} links up to {name}")
    return found


def inline_problems(pages: Iterable[Template]) -> list[str]:
    """Everything the content security policy would stop."""
    return [
        f"{page.package}: {page.path} has {what}"
        for page in pages
        for what, pattern in INLINE.items()
        if pattern.search(page.text) and not (page.is_mail and "style" in what)
    ]


def test_templates_name_only_what_they_may_know() -> None:
    nothing(name_problems(templates()))


def test_templates_link_only_downwards() -> None:
    nothing(link_problems(templates()))


def test_templates_have_no_script_or_style_of_their_own() -> None:
    nothing(inline_problems(templates()))


def test_templates_can_be_parsed() -> None:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])
    for page in templates():
        try:
            environment.parse(page.text, filename=page.path)
        except jinja2.TemplateSyntaxError as problem:
            pytest.fail(f"{page.package}: {page.path}:{problem.lineno}: {problem}")


def test_every_template_named_exists() -> None:
    known = {page.path for page in templates()}
    missing = [
        f"{page.path} names {name}"
        for page in templates()
        for name in NAMED.findall(page.text)
        if name not in known
    ]
    assert missing == []


def _page(package: str, text: str) -> list[Template]:
    return [Template(package, "sla/console/page.html", text)]


@pytest.mark.parametrize(
    "text", ["{% extends 'tickets/console/page.html' %}", "{% include 'changes/part.html' %}"]
)
def test_a_template_of_another_practice_is_seen(text: str) -> None:
    assert name_problems(_page("practices.sla", text))


@pytest.mark.parametrize(
    "text", ["{% extends 'console/shell.html' %}", "{% from 'sla/_clock.html' import clock %}"]
)
def test_the_shell_and_the_own_parts_may_be_named(text: str) -> None:
    assert not name_problems(_page("practices.sla", text))


def test_a_link_upwards_is_seen() -> None:
    page = _page("core.jobs", "{{ url('console:people:person', pk=1) }}")
    assert link_problems(page)
    page = _page("core.people", "{{ url('console:jobs:list') }}")
    assert not link_problems(page)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<p style="color: red">',
        "<style>p {}</style>",
        '<button onclick="go()">',
        '<a href="javascript:go()">',
    ],
)
def test_what_the_policy_would_stop_is_seen(text: str) -> None:
    assert inline_problems(_page("practices.sla", text))


def test_a_script_from_a_file_is_fine() -> None:
    assert not inline_problems(_page("ui", "<script type=module src='{{ static(x) }}'></script>"))
