#!/bin/sh
# The GPUs of this machine as Spark asks for them: {"name": "gpu", "addresses": ["0", "1"]}.
set -eu
indices=$(nvidia-smi --query-gpu=index --format=csv,noheader)
addresses=$(printf '%s\n' "$indices" | sed 's/.*/"&"/' | paste -s -d , -)
printf '{"name": "gpu", "addresses": [%s]}\n' "$addresses"
