from __future__ import annotations

import stat
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bpmn.text import Text
from engine.errors import DataFolder
from web.config import Config, ConfigError


def test_an_empty_environment_is_enough() -> None:
    config = Config.from_env({})
    assert (config.host, config.port, config.port_asked) == ("127.0.0.1", 8000, False)
    assert (config.currency, config.language, config.testing) == ("EUR", "", False)
    assert config.data.name == "parcours"
    assert config.database == f"sqlite:///{config.data}/parcours.db"
    assert config.is_loopback
    assert config.clock().tzinfo is UTC


def test_every_setting_is_read(tmp_path: Path) -> None:
    config = Config.from_env(
        {
            "PARCOURS_DATA": str(tmp_path),
            "PARCOURS_DATABASE": "postgresql://db/parcours",
            "PARCOURS_HOST": "0.0.0.0",
            "PARCOURS_PORT": " 9000 ",
            "PARCOURS_CURRENCY": "chf",
            "PARCOURS_TIMEZONE": "Europe/Paris",
            "PARCOURS_LANGUAGE": "FR",
        }
    )
    assert config.data == tmp_path
    assert config.database == "postgresql://db/parcours"
    assert (config.host, config.port, config.port_asked) == ("0.0.0.0", 9000, True)
    assert (config.currency, config.timezone, config.language) == ("CHF", ZoneInfo("Europe/Paris"), "fr")
    assert not config.is_loopback


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("PARCOURS_PORT", value) for value in ("0", "65536", "http", "-1", "8000.5", "²", "9" * 5000)),
        *(("PARCOURS_CURRENCY", value) for value in ("EURO", "E", "€", "1$2", "ÉUR")),
        *(("PARCOURS_TIMEZONE", value) for value in ("Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe")),
        *(("PARCOURS_LANGUAGE", value) for value in ("de", "english")),
    ],
)
def test_nonsense_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({name: value})
    assert isinstance(caught.value.text, Text)
    assert name in str(caught.value)
    assert value in str(caught.value)


def test_the_machines_time_zone_is_the_default() -> None:
    assert Config.from_env({"TZ": ":Asia/Tokyo"}).timezone == ZoneInfo("Asia/Tokyo")
    assert isinstance(Config.from_env({"TZ": "nonsense"}).timezone, ZoneInfo)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("localhost.example.com", False),
    ],
)
def test_loopback_is_this_machine_alone(host: str, local: bool, tmp_path: Path) -> None:
    assert Config(tmp_path, host=host).is_loopback is local


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    config = Config(tmp_path / "new" / "folder")
    first = config.prepare()
    assert len(first.secret_key) == 64
    assert config.prepare().secret_key == first.secret_key
    assert Config(tmp_path / "other").prepare().secret_key != first.secret_key
    assert stat.S_IMODE((config.data / "secret.key").stat().st_mode) == 0o600
    assert [file.name for file in config.data.iterdir()] == ["secret.key"]


def test_a_key_that_was_cut_short_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(DataFolder, match="delete that file"):
        Config(tmp_path).prepare()


def test_a_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("")
    for folder in (taken, taken / "below"):
        with pytest.raises(DataFolder, match="Set PARCOURS_DATA"):
            Config(folder).prepare()
