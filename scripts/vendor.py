"""Copies what the dashboard uses of npm packages into the source, so that its pages need no network.

deploy/dashboard/package-lock.json names the versions, and npm holds each package to its hash. Without an
argument the files are written; with --check nothing is, and the exit code is 1 where one differs.
"""

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "deploy" / "dashboard" / "package-lock.json"
PACKAGES = ROOT / ".services" / "dashboard" / "node_modules"
VENDOR = ROOT / "src" / "api" / "dashboard" / "static" / "vendor"
# The files that are used of each package, beside its licence.
USED: Mapping[str, tuple[str, ...]] = {
    "@fontsource-variable/inter": ("files/inter-latin-wght-normal.woff2",),
    "htmx.org": ("dist/htmx.min.js",),
    "idiomorph": ("dist/idiomorph-ext.min.js",),
}
README = """# Files of others

They are copies out of npm packages. `make vendor` writes them anew, this page included; a test holds them
to the packages' own, which npm holds to these hashes. Each folder has the package's licence in it.

| package | version | licence | hash |
|---|---|---|---|
"""


def copies() -> Iterator[tuple[Path, Path]]:
    """Yield where each file comes from, and where it is kept."""
    for package, files in USED.items():
        for file in (*files, "LICENSE"):
            yield PACKAGES / package / file, VENDOR / folder(package) / Path(file).name


def folder(package: str) -> str:
    """Return the folder that a package's files are kept in."""
    return package.rpartition("/")[2].removesuffix(".org")


def readme() -> str:
    """Return the page that says what was copied."""
    locked = json.loads(LOCK.read_text("utf-8"))["packages"]
    rows = []
    for package in USED:
        one = locked[f"node_modules/{package}"]
        rows.append(f"| `{package}` | {one['version']} | {one['license']} | `{one['integrity']}` |\n")
    return README + "".join(rows)


def differences() -> list[str]:
    """Return what is kept and is not as the packages have it, or is theirs no more."""
    kept = {path for path in VENDOR.rglob("*") if path.is_file()}
    wanted = {VENDOR / "README.md": readme().encode(), **{to: of.read_bytes() for of, to in copies()}}
    wrong = [path for path, content in wanted.items() if path not in kept or path.read_bytes() != content]
    return [str(path.relative_to(ROOT)) for path in sorted([*wrong, *(kept - wanted.keys())])]


def write() -> None:
    """Write every file anew."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    for of, to in copies():
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(of.read_bytes())
    (VENDOR / "README.md").write_text(readme(), "utf-8")


def main(arguments: list[str]) -> int:
    """Write the files, or with --check say which are not as they should be."""
    if "--check" not in arguments:
        write()
    for path in differences():
        print(f"{path} is not as its package has it. Run `make vendor`.", file=sys.stderr)
    return 1 if differences() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
