"""A real PostgreSQL on the loopback interface, of the programs that Debian's package `postgresql` has."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from cluster.failures import ClusterError
from cluster.ports import LOOPBACK, free_port

OWNER = "postgres"
NOBODY_ELSE = 0o700
START_WITHIN = timedelta(seconds=60)
TRIES = 5
SETTINGS = MappingProxyType({"listen_addresses": LOOPBACK, "log_min_messages": "warning"})


@dataclass(frozen=True, slots=True)
class Access:
    """Who administrates a server, and with which password."""

    user: str
    password: str = field(repr=False)


class Postgres:
    """One server. Root may not run it, so that root runs it as the user `postgres`."""

    name = "postgres"

    def __init__(
        self, folder: Path, access: Access, *, port: int = 0, settings: Mapping[str, str] = SETTINGS
    ) -> None:
        self.folder = folder.absolute()
        self.port = port
        self.access = access
        self._settings = dict(settings)
        self._programs = programs()

    @property
    def made(self) -> bool:
        """Whether its files are there."""
        return (self._data / "PG_VERSION").exists()

    @property
    def running(self) -> bool:
        """Whether its process lives, whoever started it."""
        return self.made and self._asked("pg_ctl", "status", "-D", str(self._data))

    @property
    def pid(self) -> int:
        """The server's process."""
        return int((self._data / "postmaster.pid").read_text().split()[0])

    @property
    def log(self) -> str:
        """All that it has logged."""
        file = self.folder / "log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def make(self) -> None:
        """Make its files, anew if there are any, and start it: on any port where none was given."""
        self.initialise()
        chosen = self.port
        for tries in range(TRIES, 0, -1):
            self.port = chosen or free_port()  # somebody else may take it before PostgreSQL does
            try:
                self.start()
            except subprocess.CalledProcessError:
                if tries == 1 or chosen:
                    raise
            else:
                break

    def initialise(self) -> None:
        """Make its files. Half of them, from a run that was cut off, are made anew."""
        self._settle_in()
        shutil.rmtree(self._data, ignore_errors=True)
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.access.password)
        if os.geteuid() == 0:
            shutil.chown(secret, OWNER)
        owner = ["--username", self.access.user, "--pwfile", str(secret), "--auth=scram-sha-256"]
        flush = ["--no-sync"] if self._settings.get("fsync") == "off" else []
        self._run(
            "initdb", "--pgdata", str(self._data), *owner, "--encoding=UTF8", "--locale=C.UTF-8", *flush
        )

    def start(self) -> None:
        """Start it, on the port that it had, and wait until it answers."""
        settings = {**self._settings, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._control("start", "-l", str(self.folder / "log"), "-o", options)

    def stop(self, how: str = "fast") -> None:
        """Stop it: `fast` ends the connections in order, `immediate` is a crash."""
        self._control("stop", "-m", how)

    def kill(self) -> None:
        """Stop it as a crash does."""
        self.stop("immediate")

    def restart(self, how: str = "fast") -> None:
        """Stop it and start it again."""
        self.stop(how)
        self.start()

    def create_database(self, name: str) -> None:
        """Make a new, empty database."""
        self.sql(f'CREATE DATABASE "{name}"')

    def has_database(self, name: str) -> bool:
        """Tell whether there is such a database."""
        return name in self.sql("SELECT datname FROM pg_database").split()

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Have a statement done as the administrator, and return what it says, a line a row."""
        return self._run("psql", "--no-psqlrc", "-qAtc", statement, self.address(database)).strip()

    def address(self, database: str, user: str = "", password: str = "", port: int = 0) -> str:
        """Return the address of a database, as AUTOCLONE_STORE has it: the administrator's, if not told."""
        secret = quote(password or self.access.password, safe="")
        return f"postgresql://{user or self.access.user}:{secret}@{LOOPBACK}:{port or self.port}/{database}"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _settle_in(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(NOBODY_ELSE)
        if os.geteuid() != 0:
            return
        shutil.chown(self.folder, OWNER)
        try:
            self._run_in("/", ["test", "-w", str(self.folder)])
        except subprocess.CalledProcessError:
            raise ClusterError(
                f"The user `{OWNER}`, whom root runs PostgreSQL as, cannot reach {self.folder}. Let it pass "
                "through the folders above, or choose a place: `make cluster CLUSTER_DIR=/var/tmp/cluster`."
            ) from None

    def _control(self, command: str, *arguments: str) -> None:
        seconds = str(round(START_WITHIN.total_seconds()))
        self._run("pg_ctl", command, "-w", "-t", seconds, "-D", str(self._data), *arguments)

    def _asked(self, program: str, *arguments: str) -> bool:
        try:
            self._run(program, *arguments)
        except subprocess.CalledProcessError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> str:
        return self._run_in(str(self.folder), [str(self._programs / program), *arguments])

    def _run_in(self, folder: str, command: list[str]) -> str:
        # What pg_ctl leaves behind holds its output open, so that a pipe would never end.
        with tempfile.TemporaryFile("w+") as output:
            try:
                subprocess.run(
                    command,
                    check=True,
                    user=OWNER if os.geteuid() == 0 else None,
                    cwd=folder,
                    env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=2 * START_WITHIN.total_seconds(),
                    start_new_session=True,
                )
            except subprocess.CalledProcessError as error:
                output.seek(0)
                error.add_note(output.read())
                raise
            output.seek(0)
            return output.read()


def programs() -> Path:
    """Return the folder with PostgreSQL's own programs, which Debian keeps apart from all others.

    Raises:
        ClusterError: there is none.
    """
    for found in sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True):
        return found.parent
    found_elsewhere = shutil.which("postgres")
    if found_elsewhere is None:
        raise ClusterError("PostgreSQL is not installed. Run `make postgres`.")
    return Path(found_elsewhere).parent
