#!/bin/sh
# Compiles the crate and its tests in a temporary folder and runs them.
set -eu
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
rustc --edition 2021 --crate-type lib --crate-name retry -o "$out/libretry.rlib" src/lib.rs
rustc --edition 2021 --test --extern "retry=$out/libretry.rlib" -o "$out/run" tests/retry.rs
"$out/run"
