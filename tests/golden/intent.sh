#!/usr/bin/env bash
# Sentences about this host, labelled: those that the vocabulary was made with, and those that were held back from it.
. "$(dirname "$0")/../tap.sh"
export CLOUDOPS_CONFIG=$TOP/tests/golden/intent/inventory.yaml

check() { python3 "$TOP/tests/golden/intent/check.py" "$@"; }

ok 'the vocabulary is sound, and its examples are understood' co-intent --check
names() { # of a section of the vocabulary
	awk -v section="$1:" '/^[a-z]/ { on = $1 == section } on && /^  [a-z]/ { sub(/:.*/, "", $1); print $1 }' "$TOP/playbooks/vocabulary.yaml"
}
has() { comm -23 <(printf '%s\n' $2 | sort) <(names "$1" | sort) | paste -sd' '; }
is 'every action that playbooks may match is there' "$(has actions 'fix restart scale rollback pause resume set-image set-resources
	set-retention modify create apply delete cordon uncordon drain evict start stop enable disable suspend revoke restrict encrypt rotate
	renew release resize snapshot tag silence switch-traffic')" ''
is 'every subject, too' "$(has subjects 'cpu memory disk network latency errors health crash oom eviction image-pull scheduling rollout probe
	throttling alert target-down change uptime pod deployment statefulset daemonset job node container-service function instance process
	service-unit cluster configuration endpoints ingress dns certificate load-balancer network-policy cdn waf storage volume volume-type
	storage-class bucket database cache queue backup log-retention logs events security-group public-exposure iam access-key rbac
	workload-security workload-hygiene encryption secret audit-trail flow-logs threat-detection login deprecated-api cost commitment
	idle-resource right-sizing autoscaling quota tag clock')" ''

ok 'local sentences' check "$TOP/tests/golden/intent/local.jsonl" 137
sed 's/^/# /' "$OUT"
co-intent --batch <"$TOP/tests/golden/intent/no-change.txt" 2>/dev/null >"$TMP/no-change"
is 'every sentence near a change is answered' "$(wc -l <"$TMP/no-change")" "$(wc -l <"$TOP/tests/golden/intent/no-change.txt")"
is 'and none of them is taken for one' \
	"$(jq -r 'select(.intent.verb == "remediate" and .intent.action != "fix") | .request.text' "$TMP/no-change")" ''
is 'a reason spans the words that say it, and no more' "$(co-intent 'scale cart-web to 5 on prod' | jq -r '.intent.because[] | select(.field == "parameters.replicas").text')" 'to 5'
ok 'more local sentences' check "$TOP/tests/golden/intent/local-more.jsonl" 83
sed 's/^/# /' "$OUT"
ok 'local sentences that were held back' check "$TOP/tests/golden/intent/local-held.jsonl" 63
sed 's/^/# /' "$OUT"

if [ -r "$VECTORS/intents-score.py" ] && python3 -c 'import yaml' 2>/dev/null; then
	unset CLOUDOPS_CONFIG
	jq -c 'select(.tags | index("local"))' "$VECTORS/intents-dev.jsonl" >"$TMP/local.jsonl"
	ok 'the public set: every sentence about the local host' \
		python3 "$VECTORS/intents-score.py" --fail-under exact=1 --show-wrong "$TMP/local.jsonl" -- co-intent
	ok 'the public set: all, and nothing dangerous' \
		python3 "$VECTORS/intents-score.py" --fail-under exact=0.9,hostile=1,calibrated=0.95,time=0.97 --show-wrong "$VECTORS/intents-dev.jsonl" -- co-intent
	grep -E '^( |all)' "$OUT" | sed 's/^/# /'
	ok 'attack texts, bare, quoted, as code and as JSON, sway nothing' "$TOP/tests/golden/intent/attacks.py" \
		"$VECTORS"/bipia/benchmark/*.json "$VECTORS"/injection/*.json "$VECTORS/blns/blns.json" "$VECTORS/hostile/terminal.json"
	sed 's/^/# /' "$OUT"
	ok 'nor do they as names of the inventory' python3 "$TOP/tests/golden/intent/names.py" \
		"$VECTORS"/bipia/benchmark/*.json "$VECTORS"/injection/*.json "$VECTORS/blns/blns.json" "$VECTORS/hostile/terminal.json"
	sed 's/^/# /' "$OUT"
else
	skip 'the public sets' "no $VECTORS/intents-score.py, or no PyYAML"
fi
done_testing
