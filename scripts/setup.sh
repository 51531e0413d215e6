#!/usr/bin/env bash
# Makes a bare Debian or Ubuntu machine ready: system packages, .venv from the lock file, agents.
# Quick when nothing is missing. What could not be installed is said at the end; only what everything
# needs (Python, bubblewrap, git) ends it with an error.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }
missing=()
problems=()

need() { # need COMMAND PACKAGE: note the package when the command is absent
    command -v "$1" >/dev/null 2>&1 || missing+=("$2")
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else return 1; fi
}

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

need bwrap bubblewrap
need git git
need nsenter util-linux
need rustc rustc
need cc gcc
need javac default-jdk-headless
if [ "${CAB_SETUP_TESTS:-no}" = yes ]; then # what only the project's own tests need
    need go golang-go
    need cargo cargo
    need cmake cmake
    [ -e /usr/share/java/junit4.jar ] || missing+=(junit4)
    [ -e /usr/share/java/junit-jupiter.jar ] || missing+=(junit5)
    # The browser tests: any of these browsers will do, and its pages need one font to be measured with.
    command -v chromium chromium-browser google-chrome >/dev/null 2>&1 || missing+=(chromium)
    [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || missing+=(fonts-dejavu-core)
fi
find_python >/dev/null || missing+=(python3 python3-venv)
[ -x /usr/bin/python3 ] || [ -x /usr/local/bin/python3 ] || missing+=(python3)
ldconfig -p 2>/dev/null | grep -q 'libseccomp\.so\.2' || missing+=(libseccomp2)
ldconfig -p 2>/dev/null | grep -q 'libstdc++\.so\.6' || missing+=(libstdc++6)
[ -e /etc/ssl/certs/ca-certificates.crt ] || missing+=(ca-certificates)

if [ ${#missing[@]} -gt 0 ]; then
    say "installing ${missing[*]}"
    as_root apt-get update -qq >/dev/null || say "apt-get update failed; trying with the lists that are there"
    # All at once is quick; when one package cannot be had, the others still get their turn.
    if ! apt_install "${missing[@]}" 2>/dev/null; then
        for package in "${missing[@]}"; do
            apt_install "$package" || problems+=("Debian package $package")
        done
    fi
fi

for command in bwrap git; do
    command -v "$command" >/dev/null || { say "$command is missing and could not be installed"; exit 1; }
done
python=$(find_python) || { say "no Python 3.11 or newer with venv could be found or installed"; exit 1; }

lock_sum=$(sha256sum requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)
if [ ! -x .venv/bin/python ] || [ "$(cat .venv/.lock-sum 2>/dev/null)" != "$lock_sum" ]; then
    say "making .venv with $python"
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
    echo "$lock_sum" >.venv/.lock-sum
fi

if [ "${CAB_SETUP_AGENTS:-yes}" = yes ]; then
    .venv/bin/cab agents install || problems+=("some agents (see above)")
fi

for problem in "${problems[@]}"; do say "COULD NOT INSTALL: $problem"; done
say "ready: .venv/bin/cab"
