"""The fleet's limits as settings, and the labels that DAGs carry."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from autoclone.config.dag import resolve
from autoclone.config.settings import load_settings
from autoclone.core.rations import ALL, Limit
from autoclone.errors import InvalidInput

UTC = ZoneInfo("UTC")


def labelled(labels: object) -> dict[str, Any]:
    return {"name": "orders", "labels": labels}


def test_nothing_is_limited_by_default() -> None:
    assert load_settings().fleet_limits == ()


def test_limits_on_everything() -> None:
    settings = load_settings(max_clones="500", max_creates_per_second=20)
    assert settings.fleet_limits == (Limit(ALL, 500, 20),)


def test_limits_by_label_in_one_line() -> None:
    settings = load_settings(
        limits=" team=data max_clones=20 max_creates_per_second=5 ; tier=batch  max_clones=7;"
    )
    assert settings.fleet_limits == (Limit("team=data", 20, 5), Limit("tier=batch", 7))


def test_limits_by_label_in_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOCLONE_LIMITS", "team=data max_creates_per_second=5")
    assert load_settings().fleet_limits == (Limit("team=data", None, 5),)


def test_limits_by_label_in_toml(tmp_path: Path) -> None:
    file = tmp_path / "autoclone.toml"
    file.write_text('max_clones = 9\n[limits."team=data"]\nmax_clones = 2\n[limits."a=b"]\nmax_clones = 1\n')
    assert load_settings(file).fleet_limits == (Limit(ALL, 9), Limit("team=data", 2), Limit("a=b", 1))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (7, "is not a table of limits"),
        ("data max_clones=2", 'limits "data", which is not a label'),
        ("team=data", "says nothing of team=data"),
        ("team=data clones=2", 'says "clones" of team=data, which is not a limit. Did you mean max_clones?'),
        ("team=data max_clones=0", "says max_clones=0 of team=data"),
        ("team=data max_clones=many", "says max_clones=many of team=data"),
        ("team=data max_clones=true", "says max_clones=true of team=data"),
        ({"team=data": {"max_clones": True}}, "says max_clones=True of team=data"),
        ({"team=data": 5}, "says nothing of team=data"),
        ("a=b max_clones=1; a=b max_clones=2", 'limits "a=b" more than once'),
    ],
)
def test_a_wrong_limit_is_told(value: object, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        load_settings(limits=value)
    assert said in str(caught.value)
    assert "--limits" in str(caught.value)


def test_a_wrong_number_is_told() -> None:
    with pytest.raises(InvalidInput, match=r"--max-clones.*is not between 1 and 10000000"):
        load_settings(max_clones="0")


def test_labels_are_read_in_order() -> None:
    dag = resolve(labelled({"tier": "batch", "team": "data.eu/1"}), zone=UTC)
    assert dag.labels == ("team=data.eu/1", "tier=batch")
    assert resolve(labelled(None), zone=UTC).labels == ()
    assert resolve({"name": "orders"}, zone=UTC).labels == ()


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["data"], "is not an object"),
        ({"team": 1}, "holds something that is no label: '1'"),
        ({"team": ""}, "holds something that is no label: ''"),
        ({"a=b": "c"}, "holds something that is no label: 'a=b'"),
        ({"team": "x" * 64}, "63 at most"),
        ({f"k{n}": "v" for n in range(33)}, "has more than 32 labels"),
    ],
)
def test_wrong_labels_are_told(labels: object, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        resolve(labelled(labels), zone=UTC)
    assert said in str(caught.value)
    assert caught.value.faults[0].field == "labels"
