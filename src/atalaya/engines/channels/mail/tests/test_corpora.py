"""Mail that others collected is understood as their authors say it should be."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from atalaya.engines.channels.mail.quoting import reply_in
from atalaya.engines.channels.mail.reading import read

DATA = Path(__file__).resolve().parents[7] / "shared" / "data"


def members(archive: str, suffix: str = "") -> Iterator[tuple[str, bytes]]:
    path = DATA / archive
    if not path.exists():
        pytest.skip(f"the public test data is not here: {path.name}")
    with zipfile.ZipFile(path) as opened:
        for name in sorted(opened.namelist()):
            if not name.endswith("/") and name.endswith(suffix):
                yield name, opened.read(name)


def test_every_collected_mail_is_read() -> None:
    read_mails = [(name, read(data)) for name, data in members("mail/mail.zip", ".eml")]
    assert len(read_mails) == 170
    for name, mail in read_mails:
        assert mail.kind in {"message", "bounce", "list", "auto_reply", "complaint"}, name
        assert "too_deep" not in mail.problems, name


def test_what_is_new_in_an_answer_is_found() -> None:
    files = dict(members("replies/replies.zip"))
    names = [name for name in files if name.startswith("emails/")]
    wrong = [
        name
        for name in names
        if reply_in(files[name].decode()).strip()
        != files[name.replace("emails/", "trimmed/")].decode().strip()
    ]
    assert len(names) == 35
    assert len(wrong) <= 1, wrong


def test_failed_deliveries_are_told_apart() -> None:
    files = {Path(name).name: data for name, data in members("bounces/bounces.zip", ".eml")}
    expected = json.loads((DATA / "bounces" / "expected.json").read_text())
    entries = statuses = hard = counted = 0
    for name, wanted in expected.items():
        mail = read(files[name])
        if wanted[0]["reason"] == "vacation":
            assert mail.kind == "auto_reply", name
            assert mail.bounces == [], name
            continue
        counted += len(mail.bounces) == len(wanted)
        for index, each in enumerate(wanted):
            entries += 1
            if index < len(mail.bounces):
                found = mail.bounces[index]
                # 5.0.9xx is that collection's own mark for "the report gives no code".
                own_mark = each["status"][2:].startswith("0.9")
                same_class = found.status[:1] == each["status"][:1]
                statuses += found.status == each["status"] or (own_mark and same_class)
                hard += found.hard == each["hardbounce"]
    assert statuses / entries >= 0.95, statuses
    assert hard / entries >= 0.91, hard
    assert counted / len(expected) >= 0.94, counted
