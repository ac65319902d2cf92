"""Browser parts and catalogues are built once, and again when a source changes."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import polib
import pytest

from atalaya.ui import assets
from atalaya.ui.jinja import CLONE

BUDGET = 150_000
"""Bytes of compressed script and style a page may ship (docs: experience)."""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What the fingerprint looks at, copied, with what was built from it."""
    assets.prepare(CLONE)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(CLONE / name, tmp_path / name)
    shutil.copytree(CLONE / "src" / "atalaya" / "ui", tmp_path / "src" / "atalaya" / "ui")
    return tmp_path


def test_what_a_page_ships_is_light() -> None:
    assets.prepare(CLONE)
    vendor = CLONE / "src" / "atalaya" / "ui" / "static" / "vendor"
    sizes = {name: len(gzip.compress((vendor / name).read_bytes())) for name in assets.PRODUCTS}
    assert sum(sizes.values()) < BUDGET, sizes


def test_a_changed_style_makes_the_build_stale(clone: Path) -> None:
    assets.prepare(CLONE)
    style = clone / "src" / "atalaya" / "ui" / "components" / "card" / "card.css"
    style.write_text(style.read_text("utf-8") + "\n.extra { color: red }\n", "utf-8")
    assert not assets.is_fresh(clone)


def test_a_missing_product_makes_the_build_stale(clone: Path) -> None:
    (clone / "src" / "atalaya" / "ui" / "static" / "vendor" / "kit.js").unlink()
    assert not assets.is_fresh(clone)


def test_catalogues_are_compiled_when_newer(tmp_path: Path) -> None:
    folder = tmp_path / "src" / "atalaya" / "locale" / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    catalogue.append(polib.POEntry(msgid="Save", msgstr="Guardar"))
    catalogue.save(str(folder / "django.po"))
    assert assets.compile_catalogues(tmp_path)
    assert polib.mofile(str(folder / "django.mo"))[0].msgstr == "Guardar"
    assert not assets.compile_catalogues(tmp_path)
