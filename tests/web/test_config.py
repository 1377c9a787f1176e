from __future__ import annotations

import stat
from base64 import b64encode
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bpmn.text import Text
from engine.errors import DataFolder
from web.config import Config, ConfigError
from web.sending import MailServer, Webhook


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


SECRET = f"whsec_{b64encode(bytes(24)).decode()}"


def test_mail_and_webhooks_are_read(tmp_path: Path) -> None:
    assert (Config.from_env({"PARCOURS_DATA": str(tmp_path)}).mail, Config(tmp_path).webhooks) == (None, {})
    given = {"PARCOURS_DATA": str(tmp_path), "PARCOURS_SENDER": "sales@company.com"}
    url = "smtp://sales%40company.com:p%3Aw@mail.company.com"
    assert Config.from_env({**given, "PARCOURS_MAIL": url}).mail == MailServer(
        "mail.company.com", 587, "starttls", "sales@company.com", "sales@company.com", "p:w"
    )
    for url, security, port in (
        ("smtps://mail.company.com", "tls", 465),
        ("smtp+plain://localhost", "plain", 25),
        ("smtp+plain://[::1]:2525", "plain", 2525),
    ):
        mail = Config.from_env({**given, "PARCOURS_MAIL": url}).mail
        assert mail is not None
        assert (mail.security, mail.port) == (security, port)
    entry = f'[erp]\nurl = "https://erp.company.com/x"\nsecret = "{SECRET}"\n'
    (tmp_path / "webhooks.toml").write_text(entry)
    assert Config.from_env(given).webhooks == {"erp": Webhook("erp", "https://erp.company.com/x", bytes(24))}
    (tmp_path / "inside.toml").write_text(entry.replace("https", "http") + "allow_http = true\nallow_private = true\n")
    config = Config.from_env({**given, "PARCOURS_WEBHOOKS": str(tmp_path / "inside.toml")})
    assert config.webhooks["erp"].allow_private
    assert SECRET not in repr(config)
    assert str(bytes(24)) not in repr(config)


@pytest.mark.parametrize(
    ("url", "sender", "says"),
    [
        ("smtp://mail.company.com", "", "PARCOURS_SENDER"),
        ("smtp://mail.company.com", "Sales <sales@company.com>", "PARCOURS_SENDER"),
        ("smtp://mail.company.com", "sales@company.com\r\nBcc: x@y.z", "PARCOURS_SENDER"),
        ("mail.company.com", "a@b.co", "PARCOURS_MAIL"),
        ("http://mail.company.com", "a@b.co", "PARCOURS_MAIL"),
        ("smtp://", "a@b.co", "PARCOURS_MAIL"),
        ("smtp://user:s3cret@mail:port", "a@b.co", "PARCOURS_MAIL"),
        ("smtp://mail/path", "a@b.co", "PARCOURS_MAIL"),
    ],
)
def test_a_mail_server_that_makes_no_sense(url: str, sender: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        Config.from_env({"PARCOURS_MAIL": url, "PARCOURS_SENDER": sender})
    assert "s3cret" not in str(caught.value)


GOOD = f'[erp]\nurl = "https://erp.company.com/"\nsecret = "{SECRET}"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nonsense", "cannot be read"),
        ("erp = 'https://erp.company.com'", "on a line of its own"),
        (GOOD + "methods = ['GET']", "methods is not known"),
        (GOOD + "allow_private = 'yes'", "allow_private is not known or of the wrong kind"),
        (GOOD.replace("https", "http"), "allow_http"),
        (GOOD.replace("https", "file") + "allow_http = true", "cannot be called"),
        (GOOD.replace("erp.company", "user:pw@erp.company"), "without a name or password"),
        (GOOD.replace("erp.company.com/", "erp.company.com/a b"), "cannot be called"),
        (GOOD.replace("erp.company.com/", "erp.company.com:99999/"), "cannot be called"),
        (GOOD.replace("https://erp.company.com/", ""), "cannot be called"),
        (GOOD.replace("whsec_", ""), "whsec_"),
        (GOOD.replace(SECRET, "whsec_c2hvcnQ="), "24 to 64 random bytes"),
        (GOOD.replace(SECRET, "whsec_!"), "openssl rand"),
    ],
)
def test_a_webhook_that_makes_no_sense(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "webhooks.toml").write_text(text)
    with pytest.raises(ConfigError, match=says):
        Config.from_env({"PARCOURS_DATA": str(tmp_path)})


def test_a_file_of_webhooks_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not exist"):
        Config.from_env({"PARCOURS_WEBHOOKS": str(tmp_path / "none.toml")})


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
