#!/bin/sh
# Compiles the code and its tests in a temporary folder and runs them.
set -eu
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
javac -encoding UTF-8 -d "$out" src/*.java tests/*.java
java -cp "$out" CatalogueTest
