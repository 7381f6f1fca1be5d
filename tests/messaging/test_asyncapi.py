"""The AsyncAPI document: what the official parser says of it, and whether real messages are as it says."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, validate

from autoclone.core.events import EventType
from autoclone.messaging.asyncapi import document
from autoclone.messaging.codec import Codec, Mode
from autoclone.messaging.models import wire_type
from messaging_kit import an_event

PARSER = Path(__file__).parents[2] / ".services" / "asyncapi"
MODES = pytest.mark.parametrize("mode", list(Mode))


def made(mode: Mode) -> dict[str, Any]:
    return document("autoclone.events", "/autoclone", mode, "1.2.3")


def parsed(text: str) -> dict[str, Any]:
    assert (PARSER / "installed").exists(), f"There is no parser in {PARSER}. Run `make asyncapi-parser`."
    done = subprocess.run(
        ["node", "check.cjs"], input=text, cwd=PARSER, capture_output=True, check=True, text=True, timeout=60
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@MODES
def test_the_official_parser_finds_nothing_wrong_with_it(mode: Mode) -> None:
    answer = parsed(json.dumps(made(mode)))
    assert answer["valid"]
    assert [one for one in answer["wrong"] if one["severity"] < 2] == []
    assert len(answer["messages"]) == len(EventType)


def test_the_official_parser_would_find_a_mistake() -> None:
    wrong = made(Mode.STRUCTURED)
    wrong["operations"]["publishEvents"]["action"] = "shout"
    assert not parsed(json.dumps(wrong))["valid"]


@MODES
@pytest.mark.parametrize("kind", list(EventType))
def test_messages_are_as_it_says(mode: Mode, kind: EventType) -> None:
    given = made(mode)
    (described,) = (one for one in given["components"]["messages"].values() if one["name"] == wire_type(kind))
    message = Codec(mode=mode).encode(an_event(kind=kind))
    headers = {name: value.decode() for name, value in message.headers.items()}
    for part, value in (("headers", headers), ("payload", json.loads(message.value))):
        validate(value, {**described[part], "components": given["components"]}, Draft202012Validator)
