"""A time zone made to measure, so that a test need not wait for a minute to begin."""

import struct
from datetime import datetime, timedelta
from pathlib import Path

NOON = timedelta(hours=12)
HEADER = struct.Struct(">4sc15x6L")
LOCAL_TYPE = struct.Struct(">lbb")


def write_zone(path: Path, noon: datetime) -> None:
    """Write a zone, as RFC 8536 has it, in which it is exactly noon at that instant. Whole seconds count."""
    since_midnight = timedelta(hours=noon.hour, minutes=noon.minute, seconds=noon.second)
    offset = round((NOON - since_midnight).total_seconds())
    name = b"SOON\0"
    # No transitions, one local time, no leap seconds; once for readers of 32 bits, once for those of 64.
    block = HEADER.pack(b"TZif", b"2", 0, 0, 0, 0, 1, len(name)) + LOCAL_TYPE.pack(offset, 0, 0) + name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(block + block + b"\n\n")
