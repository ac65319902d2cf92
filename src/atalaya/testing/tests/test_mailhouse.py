"""The company's mail servers take, keep and refuse mail as real ones do."""

from __future__ import annotations

import smtplib

import pytest

from atalaya.testing.mailhouse import MailHouse, letter, send

pytestmark = pytest.mark.servers


def test_what_is_sent_by_smtp_is_read_by_imap(mail_house: MailHouse) -> None:
    first = letter("Printer", "It smokes.", sender="rita@example.org", to="desk@example.org")
    send(mail_house.smtp_port, first)
    [got] = mail_house.wait_for("desk@example.org")
    assert (got.subject, got.text.strip()) == ("Printer", "It smokes.")

    answer = letter("Re: Printer", "On my way.", sender="d@x.org", to="r2@x.org", reply_to=got)
    send(mail_house.smtp_port, answer)
    [back] = mail_house.wait_for("r2@x.org")
    assert back.obj["In-Reply-To"] == first["Message-ID"]


def test_a_plus_address_reaches_the_plain_mailbox(mail_house: MailHouse) -> None:
    send(mail_house.smtp_port, letter("x", "y", sender="a@x.org", to="plus+signed.42@x.org"))
    assert len(mail_house.wait_for("plus@x.org")) == 1


def test_a_prepared_answer_is_given_once(mail_house: MailHouse) -> None:
    mail_house.delivery.answers = ["451 try later"]
    message = letter("x", "y", sender="a@x.org", to="busy@x.org")
    with pytest.raises(smtplib.SMTPDataError):
        send(mail_house.smtp_port, message)
    assert mail_house.mails("busy@x.org") == []
    send(mail_house.smtp_port, message)
    assert len(mail_house.wait_for("busy@x.org")) == 1
