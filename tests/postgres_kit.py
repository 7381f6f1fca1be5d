"""A real PostgreSQL for the tests: on a free port of the loopback interface, in a folder of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ADMIN = "autoclone"
PASSWORD = "s3cret&word"  # noqa: S105 - of a server that lives as long as the tests do
NOBODY_ELSE = 0o700
SECONDS_TO_START = 60
TRIES = 5

# Quick, since nothing in it has to outlive the machine, and small, since several may run at once.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
    "log_min_messages": "warning",
}


class Postgres:
    """One server. Root may not run it, so that root runs it as the user `postgres`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._programs = programs()
        self._databases = 0
        self._template = ""

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def make(self) -> None:
        """Make its files and start it."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            shutil.chown(secret, "postgres")
        owner = ["--username", ADMIN, "--pwfile", str(secret), "--auth=scram-sha-256"]
        text = ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self._run("initdb", "--pgdata", str(self._data), *owner, *text)
        for tries in range(TRIES, 0, -1):
            self.port = free_port()  # somebody else may take it before PostgreSQL does
            try:
                self.start()
            except subprocess.CalledProcessError:
                if tries == 1:
                    raise
            else:
                break

    def start(self) -> None:
        """Start it, on the port that it had, and wait until it answers."""
        settings = {**OPTIONS, "port": str(self.port), "unix_socket_directories": str(self.folder)}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        log = str(self.folder / "log")
        self._run(
            "pg_ctl",
            "start",
            "-w",
            "-t",
            str(SECONDS_TO_START),
            "-D",
            str(self._data),
            "-l",
            log,
            "-o",
            options,
        )

    def stop(self, how: str = "fast") -> None:
        """Stop it: `fast` ends the connections in order, `immediate` is a crash."""
        self._run("pg_ctl", "stop", "-w", "-t", str(SECONDS_TO_START), "-D", str(self._data), "-m", how)

    def restart(self, how: str = "fast") -> None:
        """Stop it and start it again."""
        self.stop(how)
        self.start()

    @property
    def pid(self) -> int:
        """The server's process."""
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def database(self) -> str:
        """Make a new, empty database and return its name."""
        self._databases += 1
        name = f"store{self._databases}"
        self.sql(f"CREATE DATABASE {name}")
        return name

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Have a statement done as the administrator, and return what it says, a line a row."""
        return self._run("psql", "--no-psqlrc", "-qAtc", statement, self.address(database)).strip()

    def address(self, database: str, user: str = ADMIN, password: str = PASSWORD, port: int = 0) -> str:
        """The address of a database, as AUTOCLONE_STORE has it."""
        secret = password.replace("&", "%26")
        return f"postgresql://{user}:{secret}@127.0.0.1:{port or self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> str:
        owner = "postgres" if os.geteuid() == 0 else None
        # What pg_ctl leaves behind holds its output open, so that a pipe would never end.
        with tempfile.TemporaryFile("w+") as output:
            try:
                subprocess.run(
                    [str(self._programs / program), *arguments],
                    check=True,
                    user=owner,
                    cwd=self.folder,
                    env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=2 * SECONDS_TO_START,
                )
            except subprocess.CalledProcessError as error:
                output.seek(0)
                error.add_note(output.read())
                raise
            output.seek(0)
            return output.read()


@contextmanager
def running() -> Iterator[Postgres]:
    """Give a server that runs inside the block, and leave nothing of it."""
    folder = Path(tempfile.mkdtemp(prefix="autoclone-postgres-"))
    folder.chmod(NOBODY_ELSE)
    server = Postgres(folder)
    try:
        server.make()
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.stop("immediate")
        shutil.rmtree(folder)


def programs() -> Path:
    """The folder with PostgreSQL's own programs, which Debian keeps apart from all others."""
    for found in sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True):
        return found.parent
    found_elsewhere = shutil.which("postgres")
    if found_elsewhere is None:
        raise FileNotFoundError("PostgreSQL is not installed. Run scripts/install_postgres.sh")
    return Path(found_elsewhere).parent


def free_port() -> int:
    """A port of the loopback interface that nobody uses just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
