#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No text of a plan can act on the terminal at which it is approved, or make a line of its own.
source "$(dirname "$0")/../tap.sh"
cd "$TMP" || exit
[ -d "$VECTORS/hostile" ] || { skip 'hostile texts' "no test data in $VECTORS"; done_testing; exit; }
T=$TOP/tests/pipeline
show() { # DOCUMENT CAPTURE
	"$T/at-terminal.py" "$2" -e '> =^D' co-approve --now 2026-11-23T06:30:00Z -c <"$1" >out.json 2>err
}
co-approve --new-key "$TMP/config/cloudops/approval_key" >/dev/null
mkdir docs
# The key is another's than the requester's: the plan may be shown.
n=$("$T/hostile.py" make "$TOP/tests/golden/approve/change.json" "$VECTORS" docs)
show docs/plain.json plain
is 'a harmless plan is shown' "$(jq -r .error.code out.json)" undecided
like 'with its question' "$(cat plain)" 'To approve, type [0-9a-f]{6}\.'
shown=0
for doc in docs/[0-9]*.json; do
	show "$doc" capture
	if [ "$(jq -r .error.code out.json)" = undecided ] && "$T/hostile.py" judge capture plain >"$OUT" 2>&1; then
		shown=$((shown + 1))
	else
		fail "$doc" "$(cat "$OUT" err)" "$(jq -c .plan.goal "$doc")"
	fi
done
is "each of $n hostile texts is shown harmless" "$shown" "$n"

# The judge would see it: the same text, unescaped.
printf '%s' "$(jq -r .plan.goal docs/000.json)" >raw
ok 'the judge refuses a raw text' sh -c "! '$T/hostile.py' judge raw plain"
done_testing
