#!/bin/sh
# Installs PostgreSQL's own programs, which the tests start servers with, where there are none yet.
# It makes no cluster and starts nothing: each test run has servers of its own.
set -eu

if command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo 'PostgreSQL is needed for the tests: install it, so that "postgres" is on the PATH.' >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo 'PostgreSQL is needed for the tests: run "sudo scripts/install_postgres.sh" once.' >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
mkdir -p /etc/postgresql-common
# Debian would make a cluster and start it, on the usual port, which nothing here wants.
[ -e /etc/postgresql-common/createcluster.conf ] ||
  echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
apt-get install -qq --yes --no-install-recommends postgresql > /dev/null
