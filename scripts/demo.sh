#!/usr/bin/env bash
# A whole small benchmark. With CAB_ENDPOINT, CAB_KEY and CAB_MODEL set it measures that model instead.
set -euo pipefail
cd "$(dirname "$0")/.."
cab=.venv/bin/cab
definition=demo/reference.toml
references=(--references)
if [ -n "${CAB_ENDPOINT:-}" ] && [ -n "${CAB_MODEL:-}" ]; then
    mkdir -p results
    definition=results/demo-model.toml
    sed -e "s|^models = .*|models = [\"$CAB_MODEL\"]|" -e 's|^id = .*|id = "demo-model"|' demo/reference.toml >"$definition"
    references=()
fi
"$cab" sweep run "$definition" --out results
"$cab" leaderboard --out results "${references[@]}"
"$cab" site build site --out results >/dev/null
echo
echo "The site:               open site/index.html, or: $cab site serve --out results"
echo "Evidence of every cell: results/<sweep>/<agent>/<model>/<task>/run1/attempt1/"
echo "Look at one with:       $cab cells list --out results   and   $cab cells show CELL_ID --out results"
