#!/usr/bin/env bash
# Sentences that tell only verb and subject: VERB<tab>SUBJECT<tab>text, with | between answers that are as honest, "unclear" for
# what is to be refused. Votes are learned from them, the vocabulary is not made with them: words that are missed here stay
# missed there, or "make votes" could no longer see what a phrase is worth.
. "$(dirname "$0")/../tap.sh"
WORDS=$TOP/tests/golden/intent-words
cat "$WORDS"/*.tsv >"$TMP/words"

names() { sed -n "/^$1:/,/^[a-z]/s/^  \([a-z-]*\):.*/\1/p" "$TOP/playbooks/vocabulary.yaml"; }
{ names verbs; echo unclear; } >"$TMP/verbs"
{ names subjects; echo unclear; } >"$TMP/subjects"
is 'each line has a verb, a subject and a text of its own' "$(awk -F'\t' 'FILENAME ~ /verbs$/ { verb[$1]; next } FILENAME ~ /subjects$/ { subject[$1]; next }
	{ wrong = NF != 3 || $3 == "" || $3 in text; text[$3]
	  n = split($1, v, "|"); for (i = 1; i <= n; i++) wrong = wrong || !(v[i] in verb)
	  n = split($2, s, "|"); for (i = 1; i <= n; i++) wrong = wrong || !(s[i] in subject)
	  if (wrong) print }' "$TMP/verbs" "$TMP/subjects" "$TMP/words" | head -5)" ''

if [ ! -r "$VECTORS/intents-inventory.yaml" ]; then
	skip 'what is understood of them' "no $VECTORS/intents-inventory.yaml"
	done_testing
	exit
fi
install -m 600 "$VECTORS/intents-inventory.yaml" "$TMP/inventory.yaml"
export CLOUDOPS_CONFIG=$TMP/inventory.yaml
cut -f3 "$TMP/words" | co-intent --batch -c 2>/dev/null | jq -r '"\(.intent.verb // "unclear")\t\(.intent.subject // "unclear")"' >"$TMP/read"
is 'each gets an answer' "$(wc -l <"$TMP/read")" "$(wc -l <"$TMP/words")"
paste "$TMP/read" "$TMP/words" | awk -F'\t' '
	$3 == "unclear" { unclear++; refused += $1 == "unclear"; if ($1 == "remediate") print "CHANGE", $0; next }
	$3 !~ /remediate/ { look++; right += index("|" $3 "|", "|" $1 "|") && index("|" $4 "|", "|" $2 "|"); if ($1 == "remediate") print "CHANGE", $0 }
	END { printf "%d\n%d\n", 1000 * right / look, 1000 * refused / unclear }' >"$TMP/counts"
mapfile -t share < <(tail -n 2 "$TMP/counts")
echo "# of a thousand looks ${share[0]} are read rightly; of a thousand that ask nothing ${share[1]} are refused"
ok 'looks are read as they were learned' [ "${share[0]}" -ge 900 ]
ok 'what asks nothing is refused' [ "${share[1]}" -ge 880 ]
is 'none is taken for a change' "$(grep '^CHANGE' "$TMP/counts")" ''
done_testing
