"""Every visible word can be translated, and is."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import polib
import pytest
from tests.architecture.source import Source, code, nothing
from tools import messages

TRANSLATORS = {
    *("gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"),
    *("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"),
}
# How many of the first arguments are words; the context of p…gettext is one of them.
TEXTS = {"ngettext": 2, "ngettext_lazy": 2, "pgettext": 2, "pgettext_lazy": 2}
TEXTS |= {"npgettext": 3, "npgettext_lazy": 3}
NOW = {"gettext", "ngettext", "pgettext", "npgettext"}
WORDS = "atalaya.platform.words"
WHERE = ("django.utils.translation", WORDS)


def translators_of(source: Source) -> dict[str, str]:
    """The names under which a file calls gettext: ``{"_": "gettext_lazy"}``."""
    found = {}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module in WHERE:
            for alias in node.names:
                if alias.name in TRANSLATORS:
                    # A command line knows its language before it is loaded: nothing to wait for.
                    lazy = "_lazy" if node.module == WORDS and "lazy" not in alias.name else ""
                    found[alias.asname or alias.name] = alias.name + lazy
    return found


def problems(files: Iterable[Source]) -> list[str]:
    """Every message that a translator cannot translate."""
    found = []
    for source in files:
        known = translators_of(source)
        for call in source.calls():
            if isinstance(call.func, ast.Name) and call.func.id in known:
                reason = _why_not(source, call, known[call.func.id])
                if reason:
                    found.append(f"{source.at(call)} {reason}")
    return found


def _why_not(source: Source, call: ast.Call, kind: str) -> str:
    texts = call.args[: TEXTS.get(kind, 1)]
    for text in texts:
        if isinstance(text, ast.JoinedStr):
            return "has an f-string inside the translation: no translator will ever see it"
        if isinstance(text, ast.BinOp):
            return "puts the sentence together before it is translated"
        if isinstance(text, ast.Call):
            return "formats the sentence before it is translated"
        if not isinstance(text, ast.Constant):
            return "translates a variable: mark the sentence where it is written"
        words = str(text.value)
        if words.count("%s") + words.count("%d") + words.count("{}") > 0:
            return "has a gap without a name: use %(name)s"
        if not words.strip():
            return "translates nothing"
    if kind in NOW and _at_import(source, call):
        return "is translated when the file is loaded, before anybody chose a language: use lazy"
    return ""


def _at_import(source: Source, node: ast.AST) -> bool:
    above = source.parents.get(node)
    while above is not None:
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return False
        above = source.parents.get(above)
    return True


def test_every_message_can_be_translated() -> None:
    nothing(problems(code()))


@pytest.mark.parametrize(
    "line",
    [
        'def f(n): return _(f"Ticket {n}")',
        'def f(n): return _("Ticket %(n)s" % {"n": n})',
        'def f(n): return _("Ticket {n}".format(n=n))',
        'def f(n): return _("Ticket " + n)',
        "def f(n): return _(n)",
        'def f(a, b): return _("From %s to %s") % (a, b)',
        'LABEL = _("Ticket")',
        'class C:\n    label = _("Ticket")',
    ],
)
def test_a_message_nobody_can_translate_is_seen(line: str) -> None:
    text = f"from django.utils.translation import gettext as _\n{line}\n"
    assert len(problems([Source("atalaya.console.views", text)])) == 1


def test_a_good_message_passes() -> None:
    text = (
        "from django.utils.translation import gettext as _, gettext_lazy, ngettext\n"
        'LABEL = gettext_lazy("Ticket")\n'
        'def f(n): return _("Ticket %(n)s") % {"n": n}\n'
        'def g(n): return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}\n'
    )
    assert problems([Source("atalaya.console.views", text)]) == []


def test_the_catalogues_are_complete() -> None:
    nothing(messages.check(messages.extract()))


# -- the tool itself -----------------------------------------------------------------------------


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A source with one sentence of each kind."""
    folder = tmp_path / "src" / "atalaya" / "portal"
    (folder / "templates" / "portal").mkdir(parents=True)
    (folder / "views.py").write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext\n"
        '_("Ticket %(number)s is closed.")\nngettext("%(n)s day", "%(n)s days", 2)\n'
        'pgettext("verb", "Open")\n'
    )
    (folder / "templates" / "portal" / "home.html").write_text(
        "{{ _('Hello') }}{% trans count=n %}\n  {{ count }} new\n{% pluralize %}\n"
        "  {{ count }} new ones\n{% endtrans %}"
    )
    return tmp_path


def _extract(desk: Path) -> messages.Extraction:
    return messages.extract(desk / "src" / "atalaya")


def test_sentences_are_found_in_code_and_templates(desk: Path) -> None:
    assert sorted(_extract(desk).messages) == [
        "%(count)s new",
        "%(n)s day",
        "Hello",
        "Ticket %(number)s is closed.",
        "verb|Open",
    ]


def test_what_has_no_spanish_is_listed_until_it_has(desk: Path) -> None:
    locale = desk / "locale"
    messages.update(_extract(desk), locale=locale)
    assert messages.missing(locale)["%(n)s day"] == ["", ""]
    assert len(messages.check(_extract(desk), locale)) == 5

    answers = {
        "%(count)s new": ["%(count)s nuevo", "%(count)s nuevos"],
        "%(n)s day": ["un día", "%(n)s días"],
        "Hello": "Hola",
        "Ticket %(number)s is closed.": "El ticket %(number)s está cerrado.",
        "verb|Open": "Abrir",
    }
    messages.set_spanish(dict(answers), locale)
    assert messages.missing(locale) == {}
    assert messages.check(_extract(desk), locale) == []


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"Helo": "Hola"}, "nearest: 'Hello'"),
        ({"Ticket %(number)s is closed.": "El ticket está cerrado."}, "leaves out %(number)s"),
        ({"Hello": "Hola, %(name)s"}, "invents %(name)s"),
        ({"%(n)s day": "%(n)s días"}, '["singular", "plural"]'),
        ({"%(n)s day": ["un día", "días"]}, "leaves out %(n)s"),
        ({"Hello": ""}, "one text"),
    ],
)
def test_a_translation_that_does_not_fit_is_refused(
    desk: Path, answers: dict[str, object], why: str
) -> None:
    locale = desk / "locale"
    messages.update(_extract(desk), locale=locale)
    before = messages.catalogue_path("es", locale).read_text("utf-8")
    with pytest.raises(messages.Refused) as refusal:
        messages.set_spanish({**answers}, locale)
    assert why in str(refusal.value)
    assert messages.catalogue_path("es", locale).read_text("utf-8") == before


def test_a_sentence_that_comes_back_keeps_its_spanish(desk: Path) -> None:
    locale = desk / "locale"
    messages.update(_extract(desk), locale=locale)
    messages.set_spanish({"Hello": "Hola"}, locale)
    home = desk / "src/atalaya/portal/templates/portal/home.html"
    page = home.read_text("utf-8")
    home.write_text("nothing")
    messages.update(_extract(desk), locale=locale)
    home.write_text(page)
    messages.update(_extract(desk), locale=locale)
    assert "Hello" not in messages.missing(locale)


def test_a_file_somebody_is_writing_retires_nothing(desk: Path) -> None:
    locale = desk / "locale"
    messages.update(_extract(desk), locale=locale)
    (desk / "src/atalaya/portal/views.py").write_text("def half(")
    found = _extract(desk)
    assert found.unreadable
    messages.update(found, locale=locale)
    assert "verb|Open" in messages.missing(locale)


def test_the_file_has_no_dates_and_no_line_numbers(desk: Path) -> None:
    locale = desk / "locale"
    messages.update(_extract(desk), locale=locale)
    text = messages.catalogue_path("es", locale).read_text("utf-8")
    assert "POT-Creation-Date" not in text
    assert "#:" not in text
    ids = [entry.msgid for entry in polib.pofile(text)]
    assert ids == sorted(ids)


def test_the_command_lists_what_is_missing_as_json() -> None:
    done = subprocess.run(
        [sys.executable, "tools/messages.py", "--help"],
        check=True,
        cwd=messages.ROOT,
        capture_output=True,
        text=True,
    )
    assert "missing" in done.stdout
    assert json.loads(json.dumps(messages.missing())) == messages.missing()
