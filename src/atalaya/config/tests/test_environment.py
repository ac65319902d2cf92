import stat
import subprocess
import sys
from pathlib import Path

import pytest

from atalaya.config.environment import Environment, EnvironmentIsWrong, as_markdown, variables

ROOT = Path(__file__).resolve().parents[4]


def test_zero_settings_give_a_working_desk() -> None:
    found = Environment.read({"HOME": "/home/rita"})
    assert found.port == 8000
    assert found.mail_port == 2525
    assert found.host == "127.0.0.1"
    assert found.public_url == "http://localhost:8000"
    assert found.database_is_embedded
    assert found.database_url.startswith("postgresql://atalaya@/atalaya?host=")
    assert not found.debug


def test_an_unknown_variable_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(EnvironmentIsWrong) as refused:
        Environment.read({"ATALAYA_PROT": "80"})
    assert "ATALAYA_PROT" in str(refused.value)
    assert "ATALAYA_PORT" in str(refused.value)


def test_every_wrong_variable_is_named_at_once() -> None:
    with pytest.raises(EnvironmentIsWrong) as refused:
        Environment.read(
            {"ATALAYA_PORT": "http", "ATALAYA_DEBUG": "perhaps", "DATABASE_URL": "mysql://x/y"}
        )
    assert [line.split(":")[0] for line in refused.value.problems] == [
        "ATALAYA_PORT",
        "DATABASE_URL",
        "ATALAYA_DEBUG",
    ]


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from-a-file\n")
    found = Environment.read({"ATALAYA_SECRET_KEY_FILE": str(file)})
    assert found.secret_key == "from-a-file"


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentIsWrong, match="ATALAYA_SECRET_KEY_FILE"):
        Environment.read({"ATALAYA_SECRET_KEY": "a", "ATALAYA_SECRET_KEY_FILE": "/b"})


def test_a_secret_file_that_is_missing_is_named() -> None:
    with pytest.raises(EnvironmentIsWrong, match=r"ATALAYA_SECRET_KEY: .*/nowhere"):
        Environment.read({"ATALAYA_SECRET_KEY_FILE": "/nowhere"})


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    data = {"ATALAYA_DATA": str(tmp_path / "desk")}
    first = Environment.read(data).secret_key
    assert Environment.read(data).secret_key == first
    file = tmp_path / "desk" / "secrets" / "secret_key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_desks_side_by_side_have_databases_of_their_own(tmp_path: Path) -> None:
    one, two = (Environment.read({"ATALAYA_DATA": str(tmp_path / name)}) for name in "ab")
    assert one.database_url != two.database_url


def test_the_public_address_decides_names_and_cookies() -> None:
    found = Environment.read({"ATALAYA_URL": "https://desk.example.org/"})
    assert found.secure
    assert found.public_url == "https://desk.example.org"
    assert found.allowed_hosts[0] == "desk.example.org"
    assert "*" not in found.allowed_hosts


def test_the_data_folder_must_be_absolute() -> None:
    with pytest.raises(EnvironmentIsWrong, match="ATALAYA_DATA"):
        Environment.read({"ATALAYA_DATA": "here"})


def test_networks_are_read() -> None:
    found = Environment.read({"ATALAYA_TRUSTED_PROXIES": "10.0.0.1, 192.168.0.0/16"})
    assert [str(network) for network in found.trusted_proxies] == ["10.0.0.1/32", "192.168.0.0/16"]


def test_it_needs_no_django() -> None:
    code = (
        "import sys, atalaya.config.environment;"
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT / "src")}, check=False
    )
    assert done.returncode == 0


def test_every_variable_has_a_sentence() -> None:
    for declared in variables():
        assert declared.sentence.endswith("."), declared.name
        assert declared.default


def test_the_reference_is_fresh() -> None:
    page = ROOT / "docs" / "run" / "configuration.md"
    assert page.read_text("utf-8") == as_markdown(), "run: make docs"
