"""The files that pages load: read once, and served from memory under an address that changes with them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

from fastapi import HTTPException, Response, status

# Not what the machine's registry of types says: it may say anything.
TYPES: Final = MappingProxyType(
    {
        "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml",
        "woff2": "font/woff2",
    }
)
FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, ready to be served."""

    content: bytes
    media_type: str
    etag: str


class Assets:
    """All files, by their path in the folder.

    Attributes:
        version: a name for exactly these files; another for any others.
    """

    def __init__(self, found: Mapping[str, Asset]) -> None:
        self._found = found
        every = "".join(f"{path} {asset.etag}\n" for path, asset in sorted(found.items()))
        self.version = _digest(every.encode())

    @classmethod
    def load(cls) -> "Assets":
        """Read the files that come with the program."""
        return cls(dict(_read(files("api.dashboard") / "static", "")))

    def href(self, path: str) -> str:
        """Return the address of a file. Raises `KeyError` where there is none."""
        if path not in self._found:
            raise KeyError(path)
        return f"/static/{self.version}/{path}"

    def answer(self, version: str, path: str, if_none_match: str | None) -> Response:
        """Return the answer to who asks for a file.

        Under the address of this version it may be kept for ever. Another server's is answered too, as while
        one is replaced by the next, but not to be kept.

        Raises:
            HTTPException: there is no such file.
        """
        asset = self._found.get(path)
        if asset is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND)
        caching = FOR_EVER if version == self.version else ASK_FIRST
        headers = {"ETag": asset.etag, "Cache-Control": caching}
        if if_none_match == asset.etag:
            return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(asset.content, media_type=asset.media_type, headers=headers)


def _read(folder: Traversable, under: str) -> Iterator[tuple[str, Asset]]:
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        path = f"{under}{one.name}"
        kind = one.name.rpartition(".")[2]
        if one.is_dir():
            yield from _read(one, f"{path}/")
        elif kind in TYPES:
            content = one.read_bytes()
            yield path, Asset(content, TYPES[kind], f'"{_digest(content)}"')


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
