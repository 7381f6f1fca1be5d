#!/bin/sh
# Installs Chromium, which the tests of the dashboard drive, and fonts for its pictures, where there is none yet.
set -eu

if command -v chromium >/dev/null; then
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo 'Chromium is needed for the tests: install it, so that "chromium" is on the PATH.' >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo 'Chromium is needed for the tests: run "sudo scripts/install_chromium.sh" once.' >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -qq --yes --no-install-recommends chromium fonts-dejavu-core fonts-noto-color-emoji > /dev/null
