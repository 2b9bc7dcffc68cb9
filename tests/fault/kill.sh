#!/usr/bin/env bash
# kill -9 at random points: no acknowledged record is lost, torn or duplicated, and the log verifies.
# KILLS says how many (default 1000 for co-audit, half as many for co-exec).
. "$(dirname "$0")/../tap.sh"
KILLS=${KILLS:-1000}
FAULT=$TOP/tests/fault

cat >"$TMP/document" <<'END'
{"co":"run/1","id":"01JDBV4K6T5R9M3ZC8Q0W2XNYH","request":{"text":"why is this machine slow","by":"alice","uid":1000,
"host":"ops1","at":"2026-11-23T06:18:59Z","via":"tty"}}
END

figures() { sed -n 's/^\([0-9]* kills.*\)/# \1/p' "$OUT"; }

ok "co-audit, killed $KILLS times" "$FAULT/kill.py" "$KILLS" "$TMP/log" "$TMP/document" co-audit --dir "$TMP/log"
figures
ok 'its log verifies' co-audit verify --all --dir "$TMP/log"

# Three at once, on a log of their own.
together() {
	local seed failed=0
	for seed in 2 3 4; do
		SEED=$seed "$FAULT/kill.py" $((KILLS / 10)) "$TMP/shared" "$TMP/document" co-audit --dir "$TMP/shared" >"$TMP/together.$seed" &
	done
	for seed in 2 3 4; do wait -n || failed=1; done
	cat "$TMP"/together.*
	return $failed
}
ok 'three at once, killed' together
figures
ok 'their log verifies' co-audit verify --all --dir "$TMP/shared"

# co-exec: each run has its records in pairs, and what got out has no step in doubt.
mkdir "$TMP/playbooks"
cat >"$TMP/playbooks/quick.yaml" <<'END'
playbook: quick
version: 1
title: Reads that take little time
match: {verb: [investigate], subject: [clock], provider: [local]}
steps:
  - {id: time, call: local read time}
  - {id: certificates, call: local read certificates, with: {paths: [/nonexistent]}, optional: true}
  - {id: memory, call: local read memory, with: {interval: 10ms}, optional: true}
END
export CLOUDOPS_PLAYBOOKS=$TMP/playbooks CLOUDOPS_AUDIT=$TMP/exec
co-intent 'is the clock of this machine right' | co-plan --playbook quick | co-policy >"$TMP/decided"
ok "co-exec, killed $((KILLS / 2)) times" env SPAN=0.04 "$FAULT/kill.py" $((KILLS / 2)) "$TMP/exec" "$TMP/decided" co-exec
figures
ok 'its log verifies' co-audit verify --all
ours() { for p in /proc/[0-9]*; do [ "$(readlink "$p/exe")" != "$(realpath "$BIN/co-exec")" ] || echo "$p"; done; }
gone() { [ -z "$(ours)" ]; }
ok 'nothing that it started is left' await 60 gone

# The harness itself must be able to fail.
mkdir "$TMP/forgetful"
exits 'a filter that forgets is found out' 1 \
	env SPAN=0.15 "$FAULT/kill.py" 40 "$TMP/forgetful" "$TMP/document" python3 -IS "$FAULT/forgetful.py" "$TMP/forgetful"
like 'and named' "$(cat "$OUT")" 'was acknowledged, but is not in the log'

done_testing
