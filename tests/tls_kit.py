"""An authority of a test's own, and certificates that it vouches for: made anew each time, for a day."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")


@dataclass(frozen=True)
class Certified:
    """Files in PEM: a certificate, and the key of it."""

    certificate: Path
    key: Path


class Authority:
    """One authority, whose files all lie in a folder.

    Attributes:
        certificate: what whoever trusts it is given.
    """

    def __init__(self, folder: Path) -> None:
        if not shutil.which("openssl"):
            raise RuntimeError("There is no openssl. Install it, of version 3 or later.")
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._own = self._made("authority", "-nodes", "-addext", "basicConstraints=critical,CA:TRUE")
        self.certificate = self._own.certificate

    def certify(self, name: str, address: str = "127.0.0.1", password: str = "") -> Certified:
        """Make a certificate for whoever answers at an address, with a key that a password may lock."""
        lock = ("-passout", f"pass:{password}") if password else ("-nodes",)
        signer = ("-CA", str(self._own.certificate), "-CAkey", str(self._own.key))
        return self._made(name, *lock, *signer, "-addext", f"subjectAltName=IP:{address}")

    def _made(self, name: str, *options: str) -> Certified:
        files = Certified(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        out = ("-out", str(files.certificate), "-keyout", str(files.key))
        command = ("openssl", "req", "-x509", *KEY, "-days", "1", "-subj", f"/CN={name}", *out, *options)
        subprocess.run(command, check=True, capture_output=True)
        return files
