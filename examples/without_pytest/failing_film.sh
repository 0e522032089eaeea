#!/usr/bin/env bash
# A film that fails at 60 percent, from any language that speaks HTTP: curl and the control API.
set -euo pipefail

# A server of its own on a free port; each poll is half a minute of a job's life.
exec 3< <(exec gateway-mock --port 0 --step 30)
trap 'kill $!' EXIT
read -r ready <&3
url=$(grep --only-matching --max-count=1 'http://[^ ]*' <<<"$ready" | head -n 1)
call() { curl --silent --show-error --fail-with-body --header 'Authorization: Bearer sk-shell' "$@"; }
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p"; }

call --request PUT "$url/_mock/scenario" --json '{"scenario": "fails_at_60"}' >/dev/null
id=$(call "$url/v1/videos" --form model=sora-2 --form prompt='A cat' --form seconds=8 | field id)

status=queued
while [[ $status == queued || $status == in_progress ]]; do
  status=$(call "$url/v1/videos/$id" | field status)
  echo "$id is $status"
done

one_order='{"where": {"operation": "createVideo", "prompt": "cat"}, "exactly": 1}'
held=$(call "$url/_mock/requests/verify" --json "$one_order" | field holds)
[[ $status == failed && $held == true ]]
