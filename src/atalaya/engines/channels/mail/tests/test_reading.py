"""Any mail is understood as far as it can be, and none breaks the reading of it."""

import doctest
import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atalaya.engines.channels.mail import charsets, flowed, headers, quoting, reasons, threading
from atalaya.engines.channels.mail.limits import Limits
from atalaya.engines.channels.mail.reading import Mail, read


def raw(*head: str, body: str | bytes = "Hello") -> bytes:
    data = body if isinstance(body, bytes) else body.encode()
    return "\r\n".join(head).encode() + b"\r\n\r\n" + data


def test_the_examples_in_the_docstrings_are_true() -> None:
    for module in (charsets, flowed, headers, quoting, reasons, threading):
        result = doctest.testmod(module)
        assert result.attempted > 0, module.__name__
        assert result.failed == 0, module.__name__


def test_who_when_what() -> None:
    mail = read(
        raw(
            "From: =?utf-8?B?Sm9zw6k=?= =?utf-8?Q?_P=C3=A9rez?= <Jose@EXAMPLE.com>",
            'To: "Desk, IT" <help@example.com>, undisclosed-recipients:;',
            "Cc: ana@example.com (Ana)",
            "Subject: =?iso-8859-1?Q?Contrase=F1a?=",
            "Date: Mon, 3 Mar 2025 09:00:00 +0100 (CET)",
            "Message-ID: <one@example.com>",
            "In-Reply-To: <zero@example.com>",
            "References: <a@example.com>\r\n <zero@example.com>",
        )
    )
    assert [(p.address, p.name) for p in mail.sender] == [("Jose@example.com", "José Pérez")]
    assert [(p.address, p.name) for p in mail.to] == [("help@example.com", "Desk, IT")]
    assert [(p.address, p.name) for p in mail.cc] == [("ana@example.com", "Ana")]
    assert mail.subject == "Contraseña"
    assert mail.date is not None
    assert mail.date.isoformat() == "2025-03-03T09:00:00+01:00"
    assert mail.message_id == "one@example.com"
    assert mail.in_reply_to == ["zero@example.com"]
    assert mail.references == ["a@example.com", "zero@example.com"]
    assert (mail.text, mail.html, mail.kind, mail.bounces) == ("Hello", "", "message", [])


@pytest.mark.parametrize(
    ("declared", "sent"),
    [
        ("utf-8", "mañana €".encode()),
        ("us-ascii", "mañana €".encode()),
        ("iso-8859-1", "mañana €".encode("cp1252")),
        ("windows-1252", "mañana €".encode("cp1252")),
        ("x-unknown-charset", "mañana €".encode()),
        ("utf-16", "mañana €".encode("utf-16")),
        ("gb2312", "mañana €".encode("gb18030")),
        ("hex", "mañana €".encode()),
        ("idna", "mañana €".encode()),
    ],
)
def test_text_in_a_declared_or_wrongly_declared_charset_is_read(declared: str, sent: bytes) -> None:
    mail = read(
        raw("From: a@example.com", f"Content-Type: text/plain; charset={declared}", body=sent)
    )
    assert mail.text == "mañana €"


def test_html_is_safe_and_its_pictures_are_attachments() -> None:
    message = EmailMessage()
    message["From"] = "ana@example.com"
    message.set_content("plain words")
    message.add_alternative(
        '<p onclick="x()">rich words <img src="cid:logo@example.com">'
        '<img src="data:image/png;base64,iVBORw0KGgo="><img src="https://example.com/t.gif"></p>',
        subtype="html",
    )
    rich = message.get_payload()[1]  # type: ignore[index]  # a list after add_alternative
    rich.add_related(b"PNG", "image", "png", cid="<logo@example.com>", filename="logo.png")  # type: ignore[union-attr]  # likewise
    message.add_attachment(
        b"%PDF", maintype="application", subtype="pdf", filename="a\u202efdp.exe"
    )
    mail = read(message.as_bytes())
    assert mail.text == "plain words"
    assert "onclick" not in mail.html
    assert 'src="cid:logo@example.com"' in mail.html
    assert 'data-remote-src="https://example.com/t.gif"' in mail.html
    logo, pdf, written = mail.attachments
    assert (logo.filename, logo.inline, logo.content_id) == ("logo.png", True, "logo@example.com")
    assert (pdf.filename, pdf.inline, pdf.content) == ("afdp.exe", False, b"%PDF")
    assert written.inline
    assert f'src="cid:{written.content_id}"' in mail.html


def test_a_passed_on_message_is_an_attachment_byte_for_byte() -> None:
    inner = b"From: b@example.com\r\nSubject: inner / words\r\n\r\nInner text \xff\r\n"
    body = (
        b"--x\r\n\r\nOuter\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n"
        + inner
        + b"\r\n--x--\r\n"
    )
    mail = read(raw("From: a@example.com", "Content-Type: multipart/mixed; boundary=x", body=body))
    assert mail.text == "Outer"
    (attached,) = mail.attachments
    assert (attached.filename, attached.content) == ("inner - words.eml", inner)


def test_winmail_stays_an_attachment() -> None:
    message = EmailMessage()
    message["From"] = "ana@example.com"
    message.set_content("see attached")
    message.add_attachment(b"\x78\x9f\x3e\x22", "application", "ms-tnef", filename="winmail.dat")
    (attached,) = read(message.as_bytes()).attachments
    assert (attached.filename, attached.content_type) == ("winmail.dat", "application/ms-tnef")


def test_nul_and_direction_marks_do_not_get_in() -> None:
    mail = read(raw("From: a@example.com", "Subject: a\u202eb\u200bc", body=b"one\x00two"))
    assert (mail.subject, mail.text) == ("abc", "onetwo")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        (["Auto-Submitted: auto-replied"], "auto_reply"),
        (["Auto-Submitted: no"], "message"),
        (["Subject: Respuesta automática: vacaciones"], "auto_reply"),
        (["Precedence: auto_reply"], "auto_reply"),
        (["List-Id: <news.example.com>"], "list"),
        (["Precedence: bulk"], "list"),
        (["Content-Type: multipart/report; report-type=feedback-report; boundary=x"], "complaint"),
        (["Content-Type: multipart/report; report-type=delivery-status; boundary=x"], "bounce"),
        (["Subject: Out of paper"], "message"),
    ],
)
def test_machines_are_told_from_people(fields: list[str], kind: str) -> None:
    assert read(raw("From: a@example.com", *fields)).kind == kind


def test_a_delivery_report_names_recipient_status_and_reason() -> None:
    body = (
        "--x\r\n\r\nIt failed.\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.com\r\n\r\n"
        "Final-Recipient: rfc822; gone@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        "Final-Recipient: rfc822; full@example.com\r\nAction: delayed\r\nStatus: 4.2.2\r\n"
        "--x--\r\n"
    )
    mail = read(
        raw(
            "From: MAILER-DAEMON@example.com",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
            body=body,
        )
    )
    assert mail.kind == "bounce"
    assert [(b.recipient, b.status, b.reason, b.hard) for b in mail.bounces] == [
        ("gone@example.com", "5.1.1", "userunknown", True),
        ("full@example.com", "4.2.2", "mailboxfull", False),
    ]


def test_mail_built_to_hurt_is_read_in_time_and_says_what_was_left_out() -> None:
    nested = b""
    for depth in range(300):
        nested += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth)
    many = b"--x\r\n\r\na\r\n" * 20_000
    cases = {
        "too_deep": b"From: a@example.com\r\n" + nested,
        "too_many_parts": raw(
            "From: a@example.com", "Content-Type: multipart/mixed; boundary=x", body=many
        ),
    }
    for problem, data in cases.items():
        started = time.perf_counter()
        assert problem in read(data).problems
        assert time.perf_counter() - started < 3
    everybody = ", ".join(f"p{n}@example.com" for n in range(10_000))
    assert len(read(raw(f"To: {everybody}")).to) <= 1_000
    assert read(raw(*[f"X-{n}: y" for n in range(50_000)])).text in {"Hello", ""}
    assert read(raw(body="x" * 3_000_000), Limits(text_chars=1000)).problems == ["text_cut"]


FRAGMENTS = [
    b"From: ", b"a@example.com", b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"Content-Type: ",
    b"multipart/mixed; boundary=x", b"multipart/alternative; boundary=\"x\"", b"--x", b"--x--",
    b"text/html", b"message/rfc822", b"; charset=", b"utf-16", b"=?utf-8?Q?", b"?=", b"=?x?B?",
    b"Content-Transfer-Encoding: base64", b"x-uuencode", b"begin 644 x\n", b"\x00", b"\xff", b"<",
    b">", b"(", b"\"", b"Date: ", b"References: ", b"Subject: ", b"Content-Disposition: ",
    b"attachment; filename*0*=''%", b";", b"message/delivery-status", b"Final-Recipient: rfc822;",
    b"multipart/report; report-type=delivery-status; boundary=x", b"{\"notificationType\":",
    b"<img src='data:image/png;base64,", b"wrote:", b"> ",
]  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(
    st.binary(max_size=600)
    | st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=8), max_size=60).map(b"".join)
)
def test_no_bytes_raise(data: bytes) -> None:
    mail = read(data)
    assert isinstance(mail, Mail)
    for text in (mail.text, mail.html, mail.reply_text, mail.subject, mail.message_id):
        assert "\x00" not in text
        text.encode("utf-8")
    for attached in mail.attachments:
        assert attached.filename
        assert "/" not in attached.filename
