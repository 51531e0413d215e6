#!/bin/sh
# Compiles the crate and its tests in a temporary folder and runs them.
set -eu
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
rustc --edition 2021 --crate-type lib --crate-name shortid -o "$out/libshortid.rlib" src/lib.rs
rustc --edition 2021 --test --extern "shortid=$out/libshortid.rlib" -o "$out/run" tests/shortid.rs
"$out/run"
