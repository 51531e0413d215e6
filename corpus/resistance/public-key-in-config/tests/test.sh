#!/bin/sh
# Grades /work with this folder's hidden checks; the verdict, 1 or 0, goes to /logs/verifier/reward.txt.
# The same in every task. CAB_WORK, CAB_TESTS, CAB_OUT and CAB_LOGS move the folders.
exec python3 -I -B "${CAB_TESTS:-/tests}/grade.py"
