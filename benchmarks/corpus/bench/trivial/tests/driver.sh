#!/bin/sh
# Answers the one hidden check. cab-canary-5e0f2a7c-1b1d-4a52-9a58-6f6f0c3f7a10
read -r nonce id _
read -r greeting </work/src/greeting.txt
printf '%s\t%s\t%s\n' "$nonce" "$id" "$greeting" >/out/answers.tsv
