#!/bin/sh
# Runs the tests and leaves nothing behind.
cd "$(dirname "$0")" || exit 1
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=src exec python3 -m unittest discover -s tests -v
