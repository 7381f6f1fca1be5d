"""The kinds of value that only settings have. They come as text, or as what TOML makes of them."""

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator

from autoclone.config.faults import did_you_mean, wrong
from autoclone.config.zones import EXAMPLE, zone
from autoclone.errors import InvalidInput

_ADDRESS = re.compile(r"https?://[^\s/?#]+[^\s?#]*", re.IGNORECASE)
_MODULE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def whole(least: int, most: int) -> BeforeValidator:
    """Return the check of a whole number from `least` to `most`, both included."""

    def check(value: object) -> int:
        digits = value.strip() if isinstance(value, str) else str(value)
        if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,18}", digits, re.ASCII):
            raise wrong("is not a whole number", f"Write a number from {least} to {most}{_injected(digits)}")
        if not least <= int(digits) <= most:
            raise wrong(f"is not between {least} and {most}", f"Write a number from {least} to {most}")
        return int(digits)

    return BeforeValidator(check)


def _injected(text: str) -> str:
    """Return a hint where the value is what Kubernetes sets for a Service that is called autoclone."""
    return ", and set enableServiceLinks: false in the Pod" if text.startswith("tcp://") else ""


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise wrong("is empty or not text", "Write some text, or leave the setting out")
    return value.strip()


def _address(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and _ADDRESS.fullmatch(value.strip()):
        return value.strip().rstrip("/")
    raise wrong("is not a web address", 'Write one such as "http://autoclone-1:8000"')


def _zone_name(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise wrong("is not a time zone", EXAMPLE)
    try:
        return zone(value.strip()).key
    except InvalidInput as error:
        fault = error.faults[0]
        raise wrong(fault.problem, fault.remedy) from None


def _modules(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise wrong("is not a list of modules", 'Write names with commas between them: "one,two.three"')
    names = [part.strip() if isinstance(part, str) else "" for part in parts]
    if isinstance(value, str):
        names = [name for name in names if name]
    if not all(map(_MODULE.fullmatch, names)):
        raise wrong("is not a list of modules", 'Write names with commas between them: "one,two.three"')
    return tuple(dict.fromkeys(names))


def _one_of(*choices: str) -> BeforeValidator:
    def check(value: object) -> str:
        text = value.strip().lower() if isinstance(value, str) else ""
        if text not in choices:
            raise wrong(f"is none of {', '.join(choices)}", did_you_mean(text, choices))
        return text

    return BeforeValidator(check)


Text = Annotated[str, BeforeValidator(_text)]
Address = Annotated[str | None, BeforeValidator(_address)]
ZoneName = Annotated[str | None, BeforeValidator(_zone_name)]
ModuleNames = Annotated[tuple[str, ...], BeforeValidator(_modules)]
LogFormat = Annotated[Literal["auto", "text", "json"], _one_of("auto", "text", "json")]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error", "critical"],
    _one_of("debug", "info", "warning", "error", "critical"),
]
ElectionKind = Annotated[Literal["standalone", "zookeeper"], _one_of("standalone", "zookeeper")]
EventFormat = Annotated[Literal["structured", "binary"], _one_of("structured", "binary")]
KafkaProtocol = Annotated[
    Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"],
    _one_of("plaintext", "ssl", "sasl_plaintext", "sasl_ssl"),
]
SaslMechanism = Annotated[
    Literal["plain", "scram-sha-256", "scram-sha-512", "gssapi"],
    _one_of("plain", "scram-sha-256", "scram-sha-512", "gssapi"),
]
# How many copies of a topic there are, None for what the brokers do by default.
OptionalCount = Annotated[int, whole(1, 100)] | None
# Any number there may be, None for no limit.
OptionalNumber = Annotated[int, whole(0, 1_000_000)] | None
