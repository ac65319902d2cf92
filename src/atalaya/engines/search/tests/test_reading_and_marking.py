"""What is typed is taken apart, understood, and marked in what is shown."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from atalaya.engines.search.actions import count_words, learn_words
from atalaya.engines.search.marking import mark
from atalaya.engines.search.models import Word
from atalaya.engines.search.reading import LONGEST, MOST, read
from atalaya.engines.search.understanding import understand


@given(st.text(max_size=300))
def test_reading_takes_anything_and_keeps_within_its_limits(text: str) -> None:
    asked = read(text)
    assert len(asked.words) + len(asked.phrases) <= MOST
    assert sum(map(len, (*asked.words, *asked.phrases))) <= LONGEST
    assert "\x00" not in "".join((*asked.words, *asked.phrases))


def test_the_last_word_is_only_begun_unless_a_space_follows() -> None:
    assert read("impre").begun
    assert not read("impre ").begun
    assert read("vpn, impre").words == ("vpn", "impre")
    assert read("«sala de reuniones» vpn").phrases == ("sala de reuniones",)


@given(st.text(max_size=500), st.frozensets(st.text(min_size=1, max_size=6), max_size=4))
def test_an_excerpt_is_a_stretch_of_the_text(text: str, lexemes: frozenset[str]) -> None:
    line = " ".join(text.split())
    whole = "".join(piece.text for piece in mark(text, lexemes))
    assert whole.removeprefix("… ").removesuffix(" …") in line


def test_words_are_marked_whatever_their_accents_case_and_ending() -> None:
    text = "La CONFIGURACIÓN de las impresoras: configurar <b>todo</b>"
    marked = [piece.text for piece in mark(text, {"configur", "impresor"}) if piece.marked]
    assert marked == ["CONFIGURACIÓN", "impresoras", "configurar"]


def test_an_excerpt_shows_where_the_words_are() -> None:
    text = "lorem ipsum " * 200 + "la impresora de Madrid " + "dolor sit " * 200
    shown = "".join(piece.text for piece in mark(text, {"impresor", "madrid"}))
    assert "impresora de Madrid" in shown
    assert len(shown) <= 210


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("La configuración de Outlook", "configuracion"),
        ("La configuracion de Outlook", "configuraciones"),
        ("Hay que configurar Outlook", "configuración"),
        ("Cambiar las contraseñas", "contraseña"),
        ("Cambiar la contrasena", "CONTRASEÑAS"),
        ("Two printers are broken", "printer"),
        ("My printer is broken", "printers"),
        ("Error 0x80070005 en SRV-DB01", "0x80070005"),
        ("Error 0x80070005 en SRV-DB01", "srv-db01"),
        ("Impresora de la planta 3", "impres"),
    ],
)
def test_a_word_is_found_in_its_other_forms_in_both_languages(said: str, typed: str) -> None:
    found = understand(read(typed))
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.atalaya_vector(%s) @@ %s::tsquery", [said, found.query])
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db
def test_words_that_say_nothing_are_left_out() -> None:
    assert understand(read("the de la and ")).queries == ()


@pytest.mark.django_db
@given(st.text(max_size=80))
def test_whatever_is_typed_becomes_a_query_postgresql_takes(text: str) -> None:
    understood = understand(read(text))
    with connection.cursor() as cursor:
        cursor.execute("SELECT numnode(%s::tsquery)", [understood.query])
        row = cursor.fetchone()
        assert row is not None
        assert (row[0] > 0) is bool(understood.queries)


@pytest.mark.django_db
def test_a_mistyped_word_is_taken_for_the_known_one() -> None:
    learn_words(["La impresora no imprime", "printer offline", "contraseña caducada"])
    learn_words(["la impresora otra vez", ""])
    assert Word.objects.filter(word="impresora").count() == 1
    assert understand(read("impersora ")).corrected == {"impersora": ("impresora",)}
    assert understand(read("pritner ")).corrected == {"pritner": ("printer",)}
    assert understand(read("contrsaeña ")).corrected == {"contrsaeña": ("contrasena",)}
    assert understand(read("impr")).corrected == {}  # the beginning of a known word
    assert understand(read("impresora ")).corrected == {}
    assert understand(read("srv99 ")).corrected == {}


@pytest.mark.django_db
def test_the_index_of_a_text_takes_the_longest_and_the_strangest() -> None:
    with connection.cursor() as cursor:
        for text in ("palabra " * 60_000, "x" * 500_000, "", "\u202e\U0001f600 ￼ ﷽"):
            cursor.execute("SELECT length(public.atalaya_vector(%s))", [text])
            assert cursor.fetchone() is not None


@pytest.mark.django_db
def test_counting_words_keeps_those_that_are_known() -> None:
    learn_words(["impresora"])
    count_words("work_workitem", "subject")
    assert Word.objects.get(word="impresora").uses >= 1
