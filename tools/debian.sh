#!/bin/sh
# Installs Debian packages that are missing, or says which and fails.
#
#   tools/debian.sh tools/debian-packages.txt      every package of a list whose file is not there
#   tools/debian.sh --package python3-venv         one package, wanted for certain
set -eu

if [ "$1" = "--package" ]; then
    shift
    missing="$*"
else
    missing=$(sed 's/#.*//' "$1" | while read -r package file _why; do
        if [ -n "$package" ] && [ ! -e "$file" ]; then printf '%s ' "$package"; fi
    done)
fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    as_root="none"
fi
if [ "$as_root" = "none" ] || ! command -v apt-get >/dev/null; then
    echo "Missing on this machine. Install it and run this again:" >&2
    echo "    sudo apt-get install --no-install-recommends $missing" >&2
    exit 1
fi

echo "Installing $missing" >&2
export DEBIAN_FRONTEND=noninteractive
# RUNLEVEL=1: the packages' own services (a mail server, a database) are not started; the tests
# start theirs, on directories and ports of their own.
# shellcheck disable=SC2086  # both hold several words
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
