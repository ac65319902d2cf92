"""Ids, addresses and subjects say which conversation a mail belongs to."""

from atalaya.engines.channels.mail import threading

KEY = b"a key of this installation"


def test_a_signed_address_is_believed_and_a_forged_one_is_not() -> None:
    address = threading.signed_address("Help@example.com", 1234, KEY)
    assert threading.signed_reference([address.upper()], KEY) == threading.Reference(
        1234, signed=True
    )
    assert threading.signed_reference([address.replace("1234", "1235")], KEY) is None
    assert threading.signed_reference([address], b"another key") is None
    assert threading.unsigned(address) == "help@example.com"


def test_a_number_in_the_subject_is_found_where_people_leave_it() -> None:
    for subject in ("Re: [INC-77] Printer", "RV: INC-77", "printer (INC-77)"):
        found = threading.named_in_subject(subject)
        assert found == threading.Reference(77, signed=False, prefix="INC")
    assert threading.named_in_subject("RFC-ABC and 77") is None


def test_the_same_mail_by_two_ways_has_one_digest_and_other_content_has_another() -> None:
    one = b"Received: by a\r\n\tlater\r\nMessage-ID: <1@x>\r\n\r\nbody\r\n"
    two = b"Delivered-To: b\nReceived: by c\nMessage-ID: <1@x>\n\nbody"
    assert threading.content_digest(one) == threading.content_digest(two)
    assert threading.content_digest(one) != threading.content_digest(one + b"more")


def test_the_nearest_ancestor_comes_first() -> None:
    assert threading.ancestors(["c"], ["a", "b", "c"]) == ["c", "b", "a"]
