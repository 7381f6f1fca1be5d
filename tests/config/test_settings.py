import os
from datetime import timedelta
from pathlib import Path

import pytest

from autoclone.config.settings import Settings, load_settings
from autoclone.errors import Fault, InvalidInput


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("AUTOCLONE_")]:
        monkeypatch.delenv(name)


def faults(config: Path | None = None, **flags: object) -> list[Fault]:
    with pytest.raises(InvalidInput) as caught:
        load_settings(config, **flags)
    return list(caught.value.faults)


def test_none_of_them_has_to_be_set() -> None:
    settings = load_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.store == "sqlite:///autoclone.db"
    assert (settings.dags, settings.data_dir) == (None, Path())
    assert settings.timezone is None
    assert settings.ramp_interval == timedelta(minutes=1)
    assert settings.drain_timeout == timedelta(seconds=3)
    assert settings.command_timeout == timedelta(seconds=30)
    assert (settings.concurrency, settings.max_body_bytes) == (64, 1024 * 1024)
    assert settings.max_streams == 1000
    assert settings.allowed_modules == ()
    assert (settings.log_format, settings.log_level) == ("text", "info")
    assert (settings.advertise_url, settings.server_id) == (None, None)


def test_flags_come_before_variables_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "autoclone.toml"
    config.write_text('port = 1\nhost = "file"\nconcurrency = 3\n')
    monkeypatch.setenv("AUTOCLONE_PORT", "2")
    monkeypatch.setenv("AUTOCLONE_HOST", "variable")
    settings = load_settings(config, port=3, host=None)
    assert (settings.port, settings.host, settings.concurrency) == (3, "variable", 3)


def test_the_file_may_be_named_by_a_variable_or_by_a_flag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.toml").write_text("port = 1")
    (tmp_path / "two.toml").write_text("port = 2")
    monkeypatch.setenv("AUTOCLONE_CONFIG", str(tmp_path / "one.toml"))
    assert load_settings().port == 1
    assert load_settings(tmp_path / "two.toml").port == 2


WRITTEN = {
    "HOST": "::1",
    "PORT": "0",
    "STORE": "sqlite:////data/a.db",
    "DAGS": "examples",
    "DATA_DIR": "/data",
    "TIMEZONE": "Europe/Berlin",
    "RAMP_INTERVAL": "5s",
    "DRAIN_TIMEOUT": "500ms",
    "COMMAND_TIMEOUT": "1m",
    "CONCURRENCY": "8",
    "ALLOWED_MODULES": " one, two.three,,one",
    "MAX_BODY_BYTES": "2048",
    "MAX_STREAMS": "50",
    "LOG_FORMAT": "JSON",
    "LOG_LEVEL": "Debug",
    "ADVERTISE_URL": "https://a.example:8000/",
    "SERVER_ID": "a",
    "MAX_CLONES": "500",
    "MAX_CREATES_PER_SECOND": "20",
    "LIMITS": "team=data max_clones=20",
    "MAX_HOLD": "1d",
    "CONFIRM_DELETES": "3",
    "ELECTION": "Zookeeper",
    "ZOOKEEPER_HOSTS": "zk1,zk2:2182",
    "ZOOKEEPER_CHROOT": "/autoclone",
    "ZOOKEEPER_DIGEST": "user:password",
    "ZOOKEEPER_SESSION_TIMEOUT": "4s",
    "LEASE": "1m",
    "EVENT_RETENTION": "30d",
    "UNSENT_RETENTION": "7d",
    "KAFKA_BOOTSTRAP": "k1:9092",
    "KAFKA_TOPIC": "ops",
    "KAFKA_PARTITIONS": "3",
    "KAFKA_REPLICATION": "2",
    "EVENT_FORMAT": "Binary",
    "EVENT_SOURCE": "/eu",
    "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "KAFKA_CA_FILE": "ca.pem",
    "KAFKA_CERTIFICATE_FILE": "a.pem",
    "KAFKA_KEY_FILE": "a.key",
    "KAFKA_KEY_PASSWORD": "x",
    "KAFKA_MECHANISM": "SCRAM-SHA-512",
    "KAFKA_USERNAME": "me",
    "KAFKA_PASSWORD": "y",
}
READ = {
    "host": "::1",
    "port": 0,
    "store": "sqlite:////data/a.db",
    "dags": Path("examples"),
    "data_dir": Path("/data"),
    "timezone": "Europe/Berlin",
    "ramp_interval": timedelta(seconds=5),
    "drain_timeout": timedelta(milliseconds=500),
    "command_timeout": timedelta(minutes=1),
    "concurrency": 8,
    "allowed_modules": ("one", "two.three"),
    "max_body_bytes": 2048,
    "max_streams": 50,
    "log_format": "json",
    "log_level": "debug",
    "advertise_url": "https://a.example:8000",
    "server_id": "a",
    "max_clones": 500,
    "max_creates_per_second": 20,
    "limits": ({"label": "team=data", "clones": 20, "per_second": None},),
    "max_hold": timedelta(days=1),
    "confirm_deletes": 3,
    "election": "zookeeper",
    "zookeeper_hosts": "zk1,zk2:2182",
    "zookeeper_chroot": "/autoclone",
    "zookeeper_digest": "user:password",
    "zookeeper_session_timeout": timedelta(seconds=4),
    "lease": timedelta(minutes=1),
    "event_retention": timedelta(days=30),
    "unsent_retention": timedelta(days=7),
    "kafka_bootstrap": "k1:9092",
    "kafka_topic": "ops",
    "kafka_partitions": 3,
    "kafka_replication": 2,
    "event_format": "binary",
    "event_source": "/eu",
    "kafka_security_protocol": "sasl_ssl",
    "kafka_ca_file": Path("ca.pem"),
    "kafka_certificate_file": Path("a.pem"),
    "kafka_key_file": Path("a.key"),
    "kafka_key_password": "x",
    "kafka_mechanism": "scram-sha-512",
    "kafka_username": "me",
    "kafka_password": "y",
}


def test_every_setting_can_be_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in WRITTEN.items():
        monkeypatch.setenv(f"AUTOCLONE_{name}", text)
    assert {name.lower() for name in WRITTEN} == set(Settings.model_fields)
    assert load_settings().model_dump() == READ


def test_the_file_may_hold_lists_and_durations(tmp_path: Path) -> None:
    config = tmp_path / "autoclone.toml"
    config.write_text('allowed_modules = ["a", "b.c"]\ndrain_timeout = "10s"\n')
    settings = load_settings(config)
    assert settings.allowed_modules == ("a", "b.c")
    assert settings.drain_timeout == timedelta(seconds=10)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "CONFIG", "NO_SUCH_THING"):
        monkeypatch.setenv(f"AUTOCLONE_{name}", "")
    assert load_settings().port == 8000


@pytest.mark.parametrize(
    ("field", "written", "remedy"),
    [
        ("port", "eighty", "Write a number from 0 to 65535"),
        ("port", "65536", "Write a number from 0 to 65535"),
        ("port", "-1", "Write a number from 0 to 65535"),
        (
            "port",
            "tcp://10.0.0.1:80",
            "Write a number from 0 to 65535, and set enableServiceLinks: false in the Pod",
        ),
        ("concurrency", "0", "Write a number from 1 to 10000"),
        ("max_body_bytes", "1.5", "Write a number from 1024 to 1073741824"),
        ("max_streams", "-1", "Write a number from 0 to 100000"),
        ("timezone", "Europe/Berln", 'Did you mean "Europe/Berlin"?'),
        ("ramp_interval", "2d", 'Write a duration from "100ms" to "1d"'),
        ("drain_timeout", "3", 'Write a number and a unit, such as "250ms", "5s" or "1h30m"'),
        ("command_timeout", "0s", 'Write a number and a unit, such as "250ms", "5s" or "1h30m"'),
        ("allowed_modules", "a b", 'Write names with commas between them: "one,two.three"'),
        ("log_format", "jsn", "Did you mean json?"),
        ("log_level", "loud", "Write one of debug, info, warning, error, critical"),
        ("advertise_url", "autoclone:8000", 'Write one such as "http://autoclone-1:8000"'),
        ("host", " ", "Write some text, or leave the setting out"),
    ],
)
def test_what_is_wrong_is_called_what_the_user_called_it(
    field: str, written: str, remedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "autoclone.toml"
    config.write_text(f'{field} = "{written}"')
    flag = f"--{field.replace('_', '-')}"
    monkeypatch.setenv(f"AUTOCLONE_{field.upper()}", written)
    by_flag, by_variable = faults(**{field: written}), faults(config)
    monkeypatch.delenv(f"AUTOCLONE_{field.upper()}")
    by_file = faults(config)
    found = [one for (one,) in (by_flag, by_variable, by_file)]
    assert [one.field for one in found] == [
        flag,
        f"AUTOCLONE_{field.upper()}",
        f"{field} in autoclone.toml",
    ]
    assert {(one.value, one.remedy) for one in found} == {(f'"{written}"', remedy)}


def test_unknown_names_name_the_nearest_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "autoclone.toml"
    config.write_text("prot = 1")
    monkeypatch.setenv("AUTOCLONE_TIME_ZONE", "UTC")
    found = faults(config, data_directory="x")
    assert [(one.field, one.value, one.remedy) for one in found] == [
        ("--data-directory", '"x"', "Did you mean --data-dir?"),
        ("AUTOCLONE_TIME_ZONE", '"UTC"', "Did you mean AUTOCLONE_TIMEZONE?"),
        ("prot in autoclone.toml", "1", "Did you mean port?"),
    ]


def test_a_name_unlike_any_lists_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOCLONE_XYZZY", "1")
    (found,) = faults()
    assert found.remedy.startswith("Write one of AUTOCLONE_HOST, AUTOCLONE_PORT, ")


def test_all_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOCLONE_XYZZY", "1")
    monkeypatch.setenv("AUTOCLONE_PORT", "x")
    assert {one.field for one in faults(concurrency=0)} == {
        "AUTOCLONE_XYZZY",
        "AUTOCLONE_PORT",
        "--concurrency",
    }


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"port = ", "is not TOML"),
        (b"port = 1\nport = 2", "is not TOML"),
        (b"port = " + b"9" * 5000, "is not TOML"),
        (b"host = '\xff'", "is not UTF-8"),
        (b"port = " + b"[" * 5000, "nests too deep"),
    ],
)
def test_a_file_that_is_not_toml_is_an_error(raw: bytes, problem: str, tmp_path: Path) -> None:
    config = tmp_path / "autoclone.toml"
    config.write_bytes(raw)
    (found,) = faults(config)
    assert found.field == "--config"
    assert found.problem.startswith(problem)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = faults(tmp_path)
    assert (found.field, found.problem) == ("--config", "cannot be read: is a directory")
    monkeypatch.setenv("AUTOCLONE_CONFIG", "nowhere.toml")
    (found,) = faults()
    assert (found.field, found.value) == ("AUTOCLONE_CONFIG", '"nowhere.toml"')


@pytest.mark.parametrize("written", ["port = true", "port = 1.0", "store = 5", "timezone = 5", "dags = 5"])
def test_a_value_of_the_wrong_kind_is_an_error(written: str, tmp_path: Path) -> None:
    config = tmp_path / "autoclone.toml"
    config.write_text(written)
    (found,) = faults(config)
    assert found.field == f"{written.split(' ', maxsplit=1)[0]} in autoclone.toml"
    assert found.remedy


def test_no_error_shows_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOCLONE_ADVERTISE_URL", "htt p://me:secret@db/autoclone")
    (found,) = faults()
    assert found.value == '"htt p://me:***@db/autoclone"'


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1
