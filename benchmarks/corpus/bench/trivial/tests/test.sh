#!/bin/sh
# The verdict for other harnesses, 1 or 0, goes to /logs/verifier/reward.txt.
mkdir -p "${CAB_LOGS:-/logs/verifier}"
"${CAB_WORK:-/work}/run_tests.sh" && reward=1 || reward=0
echo "$reward" >"${CAB_LOGS:-/logs/verifier}/reward.txt"
