#!/bin/sh
# Lays the solution over the tree, for harnesses that run a script. The same in every task.
set -eu
here=$(dirname "$0")
work=${CAB_WORK:-/work}
cp -R "$here/files/." "$work/"
[ ! -f "$here/deleted.txt" ] || while IFS= read -r path; do rm -- "$work/$path"; done <"$here/deleted.txt"
