import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from atalaya.platform.secrets import NotOurSecret, Secrets, keep


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    assert keep(tmp_path / "s", "key", make="first") == "first"
    assert keep(tmp_path / "s", "key", make="second") == "first"
    assert stat.S_IMODE((tmp_path / "s" / "key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o700


def test_those_who_start_at_once_get_the_same_secret(tmp_path: Path) -> None:
    found = []
    barrier = threading.Barrier(8)

    def start(number: int) -> Any:
        barrier.wait()
        found.append(keep(tmp_path, "key", make=str(number)))

    threads = [threading.Thread(target=start, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_what_is_encrypted_can_be_read_again(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path)
    hidden = secrets.encrypt("contraseña")
    assert "contraseña" not in hidden
    assert Secrets(tmp_path).decrypt(hidden) == "contraseña"


def test_an_older_key_beside_the_new_one_still_reads(tmp_path: Path) -> None:
    old, new = Secrets(tmp_path / "old"), Secrets(tmp_path / "new")
    hidden = old.encrypt("token")
    both = Secrets(tmp_path, given_field_key=f"{new.field_key},{old.field_key}")
    assert both.decrypt(hidden) == "token"
    assert new.decrypt(both.encrypt("token")) == "token"


def test_another_desks_secret_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(NotOurSecret, match="ATALAYA_FIELD_KEY"):
        Secrets(tmp_path / "b").decrypt(Secrets(tmp_path / "a").encrypt("token"))
