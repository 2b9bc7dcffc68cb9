#!/usr/bin/env bash
# What others wrote changes nothing: alerts that differ in it give the same intents and plans, and attack texts as a model's
# answers or as names of the inventory are refused or without effect.
# timeout: 1200
. "$(dirname "$0")/../tap.sh"
set -o pipefail

if ! [ -r "$VECTORS/intents-inventory.yaml" ] || ! python3 -c 'import yaml' 2>/dev/null; then
	skip 'what others wrote' "no $VECTORS, or no PyYAML"
	done_testing
	exit
fi
texts=("$VECTORS"/bipia/benchmark/*.json "$VECTORS"/injection/*.json "$VECTORS/blns/blns.json" "$VECTORS/hostile/terminal.json")

# ---- pairs of alerts

mkdir -p "$TMP/pairs" "$TMP/playbooks/kubernetes"
ok 'pairs are made' "$TOP/tests/golden/foreign/pairs.py" "$TMP/pairs" "${PAIRS:-3500}" "$VECTORS/intents-inventory.yaml" "${texts[@]}"
sed 's/^/# /' "$OUT"
cat >"$TMP/playbooks/kubernetes/test-looks.yaml" <<'END'
playbook: test-looks
version: 1
title: Looks at what an alert names
match: {verb: [investigate], subject: [crash, rollout, throttling, node, errors], provider: [kubernetes]}
params:
  name: {type: name, from: target.name, default: none}
  namespace: {type: name, from: target.namespace, default: none}
steps:
  - id: pods
    call: kubernetes list pods
    with: {namespace: "${ $params.namespace }", labels: "app=${ $params.name }"}
END
export CLOUDOPS_CONFIG=$VECTORS/intents-inventory.yaml CLOUDOPS_PLAYBOOKS=$TMP/playbooks
pairs=0
for source in alertmanager cloudwatch pagerduty; do
	for side in a b; do # at once: there is a core for each
		{
			co-intent -c --from $source --now 2026-11-26T12:00:00Z --id 01JDBV4K6T5R9M3ZC8Q0W2XNYH <"$TMP/pairs/$source.$side" \
				>"$TMP/pairs/$source.$side.intents" 2>"$TMP/pairs/$source.$side.err"
			co-plan -c --now 2026-11-26T12:00:00Z <"$TMP/pairs/$source.$side.intents" >"$TMP/pairs/$source.$side.plans" \
				2>>"$TMP/pairs/$source.$side.err"
		} &
	done
	wait
	ok "$source: the same intents, byte for byte" cmp "$TMP/pairs/$source.a.intents" "$TMP/pairs/$source.b.intents"
	ok "$source: the same plans, byte for byte" cmp "$TMP/pairs/$source.a.plans" "$TMP/pairs/$source.b.plans"
	is "$source: always a look" "$(jq -r .intent.verb "$TMP/pairs/$source.a.intents" | sort -u)" investigate
	pairs=$((pairs + $(wc -l <"$TMP/pairs/$source.a")))
	ok "$source: there is something in them" test "$(wc -l <"$TMP/pairs/$source.a.intents")" -ge "${PAIRS:-3500}"
	is "$source: nothing raw" "$(LC_ALL=C grep -c "[$(printf '\001-\011\013-\037\177')]" "$TMP/pairs/$source".*.{intents,plans,err} | grep -v ':0$')" ''
done
ok "$pairs pairs, of which many have a plan: $(jq -r 'select(.plan) | .id' "$TMP"/pairs/*.a.plans | wc -l)" \
	test "$(jq -r 'select(.plan) | .id' "$TMP"/pairs/*.a.plans | wc -l)" -ge 500
ok 'and names of the inventory pass' grep -q '"name":"web-shop"' "$TMP/pairs/alertmanager.a.intents"

# ---- what is shown to people

python3 -c 'import json, sys; print("\n".join("why is this machine slow " + " ".join(t.split("\n")) for t in json.load(open(sys.argv[1]))))' "$VECTORS/blns/blns.json" |
	co-intent --batch -p --parser rules --now 2026-11-26T12:00:00Z >"$TMP/shown" 2>"$TMP/said"
ok 'documents for people have no control, direction or invisible character' \
	python3 -c 'import re, sys; t = open(sys.argv[1], newline="").read(); sys.exit(bool(re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", t)))' "$TMP/shown"
ok 'and are the same documents' test "$(jq -c .request.text "$TMP/shown" | wc -l)" -gt 400

# ---- a model's answers, and the inventory

unset CLOUDOPS_CONFIG CLOUDOPS_PLAYBOOKS
mkdir -p "$TMP/here/bin" "$TMP/here/libexec/cloudops" "$TMP/here/share/cloudops"
cp "$BIN/co-intent" "$TMP/here/bin"
cp "$TOP/tests/golden/foreign/co-model" "$TMP/here/libexec/cloudops"
cp -rp "$TOP/playbooks" "$TMP/here/share/cloudops"
cp "$BIN/vocabulary.index" "$BIN/votes.index" "$TMP/here/share/cloudops/playbooks"
chmod -R go-w "$TMP/here"
ok 'attack texts as answers and as names sway nothing' "$TOP/tests/golden/foreign/answers.py" "$TMP/here" "${texts[@]}"
sed 's/^/# /' "$OUT"
done_testing
