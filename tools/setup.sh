#!/bin/sh
# Prepares the virtual environment: `tools/setup.sh run` for using the desk, `tools/setup.sh dev`
# for working on it. Does nothing when the locked requirements are installed already.
set -eu

kind=$1
venv=${VENV:-.venv}

enough='import sys; sys.exit(sys.version_info < (3, 11))'
if [ ! -x "$venv/bin/python" ]; then
    python=""
    for candidate in ${PYTHON3:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null && "$candidate" -c "$enough"; then
            python=$candidate
            break
        fi
    done
    if [ -z "$python" ]; then
        echo "Atalaya needs Python 3.11 or newer. On Debian 12: sudo apt-get install python3 python3-venv" >&2
        exit 1
    fi
    # Debian ships venv and ensurepip apart from Python.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        sh "$(dirname "$0")/debian.sh" --package \
            "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    fi
    echo "Creating $venv with $("$python" --version)"
    "$python" -m venv "$venv"
fi

lists="-r requirements/run.txt -r requirements/build.txt"
[ "$kind" = dev ] && lists="-r requirements/dev.txt"

wanted=$(cat requirements/run.txt requirements/build.txt requirements/dev.txt pyproject.toml \
    hatch_build.py | sha256sum)
for installed in "$venv/.atalaya-dev" "$venv/.atalaya-$kind"; do
    if [ -f "$installed" ] && [ "$(cat "$installed")" = "$wanted" ]; then
        ready=yes
    fi
done
if [ "${ready:-no}" = no ]; then
    echo "Installing the locked requirements into $venv (the first time takes a minute or two)"
    # shellcheck disable=SC2086  # several words on purpose
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --require-hashes $lists
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check \
        --no-deps --no-build-isolation --editable .
    rm -f "$venv/.atalaya-run" "$venv/.atalaya-dev"
    echo "$wanted" >"$venv/.atalaya-$kind"
fi
