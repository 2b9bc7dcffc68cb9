#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# No text of a plan can act on the terminal at which it is approved, or make a line of its own.
source "$(dirname "$0")/../tap.sh"
cd "$TMP" || exit
[ -d "$VECTORS/hostile" ] || { skip 'hostile texts' "no test data in $VECTORS"; done_testing; exit; }
T=$TOP/tests/pipeline
co-approve --new-key "$TMP/config/cloudops/approval_key" >/dev/null
"$T/hostile.py" make "$TOP/tests/golden/approve/change.json" "$VECTORS" >documents
n=$(wc -l <documents)
never=()
for ((i = 0; i < n; i++)); do never+=(-e '> =^D'); done
exits 'each is shown, and left undecided' 1 "$T/at-terminal.py" shown "${never[@]}" \
	co-approve --now 2026-11-23T06:30:00Z -c <documents
is 'all were asked about' "$(jq -r .error.code "$OUT" | sort | uniq -c | tr -s ' ')" " $n undecided"
like 'with a question' "$(head -c 4000 shown)" 'To approve, type [0-9a-f]{6}\.'
is "none of $((n - 1)) hostile texts can act" "$("$T/hostile.py" judge shown 2>&1)" $((n - 1))

# The judge would see it.
sed "0,/^  goal/s/^  goal.*/&$(printf '\033')[2J/" shown >acting
ok 'the judge sees what acts' sh -c "! '$T/hostile.py' judge acting"
sed '0,/^  goal/s/^  goal.*/&\r\n  asked/' shown >longer
ok 'the judge sees a line too many' sh -c "! '$T/hostile.py' judge longer"
done_testing
