#!/usr/bin/env bash
# co-intent as a program: where sentences come from, what is refused, the vocabulary and its index.
. "$(dirname "$0")/../tap.sh"

ID=01JDBV4K6T5R9M3ZC8Q0W2XNYH NOW=2026-11-24T08:30:00Z
intent() { co-intent -c --id "$ID" --now "$NOW" "$@"; }

# ---- the request
intent why is this machine slow >"$TMP/operands"
printf 'why is this machine slow\n' | intent >"$TMP/input"
printf '\nwhy is this machine slow\n\n' | intent --batch >"$TMP/batch"
is 'operands and standard input are the same request' "$(cat "$TMP/input")" "$(cat "$TMP/operands")"
is 'so is a line of a batch' "$(cat "$TMP/batch")" "$(cat "$TMP/operands")"
is 'the same sentence, clock and id give the same bytes' "$(intent why is this machine slow)" "$(cat "$TMP/operands")"
is 'the request says who, where and when' "$(jq -r '.request | "\(.by) \(.uid) \(.host) \(.at) \(.via)"' "$TMP/operands")" \
	"$(id -un) $(id -u) $(uname -n) $NOW pipe"
if [ "$(id -u)" = 0 ] && setpriv --reuid=54321 --regid=54321 --clear-groups test -x "$BIN/co-intent" 2>"$ERR"; then
	is 'who is in no list of users goes by the number' \
		"$(env -i setpriv --reuid=54321 --regid=54321 --clear-groups "$BIN/co-intent" -c why is this machine slow | jq -r .request.by)" uid-54321
else
	skip 'who is in no list of users goes by the number' 'only root can be another user'
fi
is 'the trace is kept' "$(TRACEPARENT=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 intent is this host ok | jq -r .request.trace)" \
	00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
ok 'ids are new ULIDs' bash -c 'a=$(co-intent is this host ok | jq -r .id) b=$(co-intent is this host ok | jq -r .id)
	[[ $a =~ ^[0-9A-HJKMNP-TV-Z]{26}$ && $b =~ ^[0-9A-HJKMNP-TV-Z]{26}$ && $a != "$b" ]]'
is 'every word that counted is named' \
	"$(jq -r '.request.text as $t | .intent.because[] | "\(.field) \($t[.at[0]:.at[1]] == .text)"' "$TMP/operands" | sort | paste -sd' ')" \
	'subject true target.provider true verb true'
is 'a batch goes on after what it does not understand' \
	"$(printf 'make me a sandwich\nis this host ok\n' | co-intent --batch 2>/dev/null | jq -r '.error.code // .intent.subject' | paste -sd' ')" 'unclear health'

# ---- refusals
exits 'not understood: exit 1' 1 co-intent make me a sandwich
is 'and a document that says so' "$(jq -r '.error | "\(.stage) \(.code)"' "$OUT")" 'co-intent unclear'
ok 'with a hint' jq -e '.error.hint | length > 10' "$OUT"
exits 'a second request is named' 1 co-intent 'show the disk and restart nginx'
like 'by its word' "$(cat "$ERR")" 'two requests in one: "show"'
exits 'a change with a word left over is none' 1 co-intent 'restart nginx unless busy on this machine'
like 'the word is named' "$(cat "$ERR")" '"unless" is not understood'
for empty in '' ' ' '??' ; do
	printf '%s' "$empty" | co-intent >"$OUT" 2>"$ERR"
	code=$?
	[ "$empty" = '??' ] && is "no words: exit 1" $code 1 || is "empty sentence \"$empty\": exit 3" $code 3
done
exits 'a NUL byte: exit 3' 3 bash -c 'printf "why is\0this slow" | co-intent'
like 'says so' "$(cat "$ERR")" 'NUL'
is 'and no document' "$(wc -c <"$OUT")" 0
exits 'invalid UTF-8: exit 3' 3 bash -c 'printf "why \xff slow" | co-intent'
exits 'more than 8 KiB: exit 3' 3 bash -c 'head -c 9000 /dev/zero | tr "\0" a | co-intent'
exits 'much more: exit 3' 3 bash -c 'head -c 9000000 /dev/zero | tr "\0" a | co-intent'
exits '8 KiB of words: understood or not, but done' 1 bash -c 'yes word | head -c 8190 | tr "\n" " " | co-intent'
exits 'unknown option: exit 2' 2 co-intent --nope
exits 'bad id: exit 2' 2 co-intent --id x is this host ok
exits 'unknown environment: exit 2' 2 co-intent --environment moon is this host ok
exits 'full disk: exit 4' 4 bash -c 'co-intent is this host ok >/dev/full'

is 'a long line of a batch is refused, and the next understood' \
	"$( (head -c 3000000 /dev/zero | tr '\0' a; echo; echo is this host ok) | co-intent --batch 2>/dev/null | jq -r .intent.subject)" health
exits 'a closed standard input: exit 4' 4 bash -c 'co-intent --batch <&-'

# ---- environment
export CLOUDOPS_CONFIG=$TOP/tests/golden/intent/inventory.yaml
is '--environment fills the slot' "$(co-intent --environment prod 'show nodes' | jq -r .intent.target.environment)" prod
exits 'and contradicts a sentence about another' 1 co-intent --environment lab 'show nodes of production'
is 'as out-of-scope' "$(jq -r .error.code "$OUT")" out-of-scope
unset CLOUDOPS_CONFIG

# ---- explaining
co-intent --explain 'top 3 memory hogs of this box since yesterday' >"$OUT" 2>"$ERR"
like '--explain names words' "$(cat "$ERR")" 'parameters.count +3 +from "top 3"'
is 'in the order of the intent' "$(awk 'NR > 1 { print $1 }' "$ERR" | paste -sd' ')" \
	'verb subject target.provider window parameters.count confidence'
ok 'and keeps the document on standard output' jq -e .intent "$OUT"
printf 'why is this machine slow \033[31m\u202e' | co-intent --explain >/dev/null 2>"$ERR"
ok 'foreign bytes are escaped for the terminal' bash -c '! grep -qP "\x1b|\xe2\x80\xae" "$0"' "$ERR"
ok '--examples lists by verb' bash -c 'co-intent --examples | grep -qx "investigate"'

# ---- the vocabulary: YAML, index, additions of a site
mkdir -p "$TMP/prefix/bin" "$TMP/prefix/share/cloudops/playbooks"
cp "$BIN/co-intent" "$TMP/prefix/bin"
shipped=$TMP/prefix/share/cloudops/playbooks/vocabulary
cp "$TOP/playbooks/vocabulary.yaml" "$shipped.yaml"
installed() { PATH=$TMP/prefix/bin:$PATH intent "$@"; }
is 'without an index the YAML is read' "$(installed why is this machine slow)" "$(cat "$TMP/operands")"
ok 'the index is made beside it' co-intent --compile "$shipped.yaml"
is 'and gives the same' "$(installed why is this machine slow)" "$(cat "$TMP/operands")"
head -c 40000 "$shipped.index" >"$TMP/cut" && mv "$TMP/cut" "$shipped.index"
is 'a damaged index is not used' "$(installed why is this machine slow)" "$(cat "$TMP/operands")"
co-intent --compile "$shipped.yaml"
cp "$TOP/playbooks/vocabulary.votes" "$shipped.votes"
is 'votes are read from their table' "$(installed nobody can log in on this machine | jq -r .intent.subject)" login
ok 'their index is made beside it' co-intent --compile "$shipped.votes"
ok 'under a name of its own' test -s "${shipped%/*}/votes.index"
is 'and gives the same' "$(installed nobody can log in on this machine | jq -r .intent.subject)" login
rm "$shipped.votes"
sed -i 's/snappy, crawls,/snappy, snoozing, crawls,/' "$shipped.yaml"
is 'an edited file counts at once' "$(installed this box is snoozing | jq -r .intent.subject)" latency
mkdir "$TMP/site"
printf 'vocabulary: 1\nsubjects:\n  greenhouse: {class: symptom, words: [tomato, "too humid"]}\n' >"$TMP/site/vocabulary.yaml"
is 'a site adds a subject' "$(CLOUDOPS_PLAYBOOKS=$TMP/site co-intent why is this box too humid | jq -r .intent.subject)" greenhouse
printf 'vocabulary: 1\nsubjects:\n  x: {class: symptom, words: [Upper]}\n' >"$TMP/site/vocabulary.yaml"
CLOUDOPS_PLAYBOOKS=$TMP/site exits 'a bad word: exit 3' 3 co-intent is this host ok
like 'with file, line and column' "$(cat "$ERR")" 'site/vocabulary.yaml:3:31: "Upper" is not a word'
printf 'vocabulary: 1\nsubjects:\n  x: {class: symptom, word: [a]}\n' >"$TMP/site/vocabulary.yaml"
exits 'an unknown key: exit 3' 3 co-intent --check="$TMP/site/vocabulary.yaml"
like 'with what was meant' "$(cat "$ERR")" 'did you mean "words"'
printf 'vocabulary: 1\nexamples:\n  - {text: "is this host ok", verb: audit}\n' >"$TMP/site/vocabulary.yaml"
exits 'an example that is not understood: exit 3' 3 co-intent --check="$TMP/site/vocabulary.yaml"
like 'is named' "$(cat "$OUT")" 'is this host ok'
printf 'vocabulary: 1\nsubjects:\n  one: {class: symptom, words: [wobble]}\n  two: {class: symptom, words: [wobble]}\n' >"$TMP/site/vocabulary.yaml"
exits 'a phrase for two subjects: exit 3' 3 co-intent --check="$TMP/site/vocabulary.yaml"
like 'names both' "$(cat "$ERR")" '"wobble" stands for both "one" and "two"'

# ---- the sandbox
for act in socket exec write read; do
	exits "$act is stopped by the kernel" 159 bash -c "co-intent --sandbox-probe $act is this host ok"
done
exits 'a place that nobody here knows is not this host' 1 co-intent "high cpu on prod"
like 'and the way out is told' "$(cat "$ERR")" '"prod" is nothing that is known here.*on this host'

# ---- --interactive: what is lacking is asked for at the terminal, and nowhere else
TTY=$TOP/tests/pipeline/at-terminal.py
asked() { "$TTY" "$TMP/shown" "$@"; }
export CLOUDOPS_CONFIG=$TOP/tests/golden/intent/inventory.yaml
exits 'the missing name goes on with the sentence' 0 asked -e 'Go on: =nginx on this machine' co-intent -c -i restart the unit
is 'and is part of the request' "$(jq -r '"\(.request.text) | \(.intent.action) \(.intent.target.name)"' "$OUT")" \
	'restart the unit nginx on this machine | restart nginx'
exits 'another sentence is taken, too' 0 asked -e 'Go on: =why is this machine slow' co-intent -c -i make me a sandwich
is 'as it is' "$(jq -r .request.text "$OUT")" 'why is this machine slow'
exits 'what does not help is asked again' 0 asked -e 'Go on: =hmm' -e 'Go on: =nginx on this machine' co-intent -c -i restart the unit
exits 'an empty line leaves it unclear' 1 asked -e 'Go on: =' co-intent -c -i restart the unit
is 'with the code' "$(jq -r .error.code "$OUT")" unclear
exits 'so does the end of input' 1 asked -e 'Go on: =^D' co-intent -c -i restart the unit
exits 'nothing raw is shown' 1 asked -e 'Go on: =' co-intent -c -i "$(printf 'restart the \033[2Junit')"
ok 'at the terminal' bash -c '! tr -d "\r\n" <"$1" | LC_ALL=C grep -q "[[:cntrl:]]"' - "$TMP/shown"
exits 'without a terminal it is refused' 1 setsid -w co-intent -i restart the unit </dev/null
exits 'a clear sentence asks nothing' 0 asked co-intent -c -i why is this machine slow
is 'not a byte' "$(wc -c <"$TMP/shown")" 0

done_testing
