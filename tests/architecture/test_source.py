"""The helpers of the architecture tests see the tree as it is."""

from __future__ import annotations

import ast

from tests.architecture.source import Source, chain, packages, rank, sources


def test_there_is_source_to_look_at() -> None:
    assert len(sources()) > 20
    assert "kernel" in packages()


def test_faces_stand_over_practices_over_core_over_the_kernel() -> None:
    low = ["kernel", "ui", "core.journal", "core.work", "engines.search"]
    high = ["practices.tickets", "practices.problems", "pages", "console", "config", "cli"]
    heights = [rank(name) for name in [*low, *high]]
    assert heights == sorted(heights)
    assert len(set(heights)) == len(heights)


def test_a_file_knows_its_package_and_its_place_in_it() -> None:
    view = Source("atalaya.practices.sla.console.views", "")
    assert (view.layer, view.package, view.inner) == (
        "practices",
        "practices.sla",
        ["console", "views"],
    )
    assert view.is_face
    assert not view.is_test
    assert Source("atalaya.practices.sla.tests.test_due", "").is_test


def test_a_chain_of_calls_is_read_from_left_to_right() -> None:
    node = ast.parse("Ticket.objects.filter(a=1).first()", mode="eval").body
    assert chain(node) == ["Ticket", "objects", "filter", "first"]
