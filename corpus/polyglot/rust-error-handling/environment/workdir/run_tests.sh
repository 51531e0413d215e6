#!/bin/sh
# Compiles the crate and its tests in a temporary folder and runs them.
set -eu
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
rustc --edition 2021 --crate-type lib --crate-name readings -o "$out/libreadings.rlib" src/lib.rs
rustc --edition 2021 --test --extern "readings=$out/libreadings.rlib" -o "$out/run" tests/readings.rs
"$out/run"
