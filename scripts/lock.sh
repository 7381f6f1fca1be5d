#!/bin/sh
# Resolves pyproject.toml into requirements.lock and requirements-dev.lock: for every platform, with hashes,
# and with no address in them. Needs `uv`, which is no dependency of its own. Give `--upgrade` for newer
# versions; without it, only what pyproject.toml has changed moves. requirements-examples.lock is one pinned
# package, kept by hand.
set -eu
cd "$(dirname "$0")/.."

command -v uv >/dev/null || { echo 'lock.sh needs uv: see https://docs.astral.sh/uv/' >&2; exit 1; }

lock() {
  target=$1
  shift
  uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
    --no-header --no-annotate --quiet \
    --output-file "$target" "$@"
}

# A server as it is installed can do all that needs no cluster of another kind: see the extras in pyproject.toml.
lock requirements.lock --extra kafka --extra postgres --extra zookeeper --group build "$@"
lock requirements-dev.lock --group build --group dev --constraint requirements.lock "$@"
