#!/usr/bin/env bash
# What a filter does with input that is no document, and with streams that are not there:
# the exit code of the documentation, a message that says where, and no half output.
. "$(dirname "$0")/../tap.sh"

FILTERS=
for tool in co-plan co-policy co-approve co-exec co-audit co-report; do
	if [ -x "$BIN/$tool" ]; then FILTERS+=" $tool"; else fail "$tool is built"; fi
done

# A document that said "no" already: every stage passes it on, so it shows a stage without needing the one before.
ID=01JDBV4K6T5R9M3ZC8Q0W2XNYH
NO="{\"co\":\"run/1\",\"id\":\"$ID\",\"error\":{\"stage\":\"co-plan\",\"code\":\"no-playbook\",\"message\":\"none\"}}"

# ---- input that is refused: NAME, and a regular expression for what the message must say
cases=$TMP/cases
mkdir "$cases"
wanted() { printf '%s' "$2" >"$cases/$1.wanted"; cat >"$cases/$1"; }
repeat() { head -c "$2" /dev/zero | tr '\0' "$1"; }

printf '' | wanted empty 'standard input is empty'
printf ' \n\t\n' | wanted only-space 'standard input is empty'
printf '%s' "${NO%??}" | wanted truncated 'standard input:1:[0-9]+: .*cut short'
printf '%s' "${NO:0:20}" | wanted truncated-in-a-string 'standard input:1:[0-9]+'
printf '\x89PNG\r\n\x1a\n\x00\x01\x02' | wanted binary 'standard input:[0-9]+:[0-9]+'
printf '{"co":"run/1\0","id":"x"}' | wanted nul 'standard input:1:[0-9]+'
printf '{"co":1\0}' | wanted nul-after-a-number 'standard input:1:[0-9]+'
printf '{"co":"\\u0000"}' | wanted nul-escaped 'standard input:1:[0-9]+'
printf '{"co":"\xff\xfe"}' | wanted not-utf8 'standard input:1:[0-9]+'
printf '\n\n {"co":"run/1",\n"id":"%s","id":"%s"}' $ID $ID | wanted duplicate-key 'standard input:4:[0-9]+.*duplicate'
repeat '[' 100000 | wanted deep 'standard input:1:[0-9]+.*nest'
printf '{"co":"run/1","id":"%s","ext":%s1%s}' $ID "$(repeat '[' 70)" "$(repeat ']' 70)" | wanted deep-and-closed 'standard input:1:[0-9]+.*nest'
printf '[1]\n' | wanted a-list 'not an object'
printf '"x"\n' | wanted a-string 'not an object'
printf '3\n' | wanted a-number 'not an object'
printf 'co: run/1\n' | wanted yaml 'standard input:1:[0-9]+'
printf '{"co":1,"id":"%s"}' $ID | wanted wrong-type '\(at /co\)'
printf '{"co":"run/1","id":"%s","plan":{"steps":[{"id":"a","call":"x"}]}}' $ID | wanted wrong-type-deep '\(at /plan/steps/0/call\)'
printf '{"co":"run/1","id":"%s","findings":{}}' $ID | wanted wrong-type-list '\(at /findings\)'
printf '{"co":"run/1","id":"%s","plna":{}}' $ID | wanted unknown-key '\(at /plna\).*did you mean "plan"'
printf '{"co":"run/9","id":"%s"}' $ID | wanted other-format '\(at /co\)'
printf '{"co":"run/1","id":"../../etc/passwd"}' | wanted no-ulid '\(at /id\)'
printf '{"co":"run/1"}' | wanted no-id 'no "id"'
printf '{"co":"run/1","id":"%s","intent":{"verb":"inspect","subject":"cpu","confidence":1.5}}' $ID | wanted real-number '\(at /intent/confidence\)'
printf '{"co":"run/1","id":"%s","ext":{"n":1e999}}' $ID | wanted number-overflow 'standard input:1:[0-9]+'
printf '{"co":"run/1","id":"%s","ext":{"n":99999999999999999999}}' $ID | wanted integer-overflow 'standard input:1:[0-9]+'
{ printf '{"co":"run/1","id":"%s","ext":{"s":"' $ID; repeat x 70000000; printf '"}}'; } | wanted enormous 'larger than 64 MiB'

refused() { # TOOL CASE
	local got=0
	timeout 60 "$1" -c <"$cases/$2" >"$OUT" 2>"$ERR" || got=$?
	if [ "$got" != 3 ]; then
		fail "$1 refuses $2" "exit $got, wanted 3" "$(head -c 500 "$ERR")"
	elif [ -s "$OUT" ]; then
		fail "$1 refuses $2" "it wrote: $(head -c 200 "$OUT")"
	else
		like "$1 refuses $2, and says where" "$(head -c 2000 "$ERR")" "^$1: .*$(cat "$cases/$2.wanted")"
	fi
}

for tool in $FILTERS; do
	for path in "$cases"/*.wanted; do
		refused "$tool" "$(basename "$path" .wanted)"
	done
done

# ---- documents one after another
for tool in $FILTERS; do
	pass_on=-c
	[ "$tool" = co-report ] && pass_on=-j
	exits "$tool takes two documents" 1 "$tool" "$pass_on" <<<"$NO$NO"
	is "$tool answers both" "$(jq -s length "$OUT")" 2
	exits "$tool takes a document before rubbish" 3 "$tool" "$pass_on" <<<"$NO ]"
	is "$tool answers the first" "$(jq -s length "$OUT")" 1
	like "$tool says where the rubbish is" "$(cat "$ERR")" 'standard input:1:[0-9]+'
	split() { printf '%s' "${NO:0:30}"; sleep 0.05; printf '%s' "${NO:30}"; }
	exits "$tool takes a document that comes in pieces" 1 "$tool" "$pass_on" < <(split)
done
for tool in $FILTERS; do
	[ "$tool" = co-report ] && continue
	exits "$tool passes an error on" 1 "$tool" -c <<<"$NO"
	is "$tool does not change it" "$(cat "$OUT")" "$NO"
done

# Opens descriptor 4 as a pipe whose reader has gone.
mkfifo "$TMP/gone"
NOBODY="exec 3<>'$TMP/gone' 4>'$TMP/gone' 3<&-"

# ---- streams that are not there, or are full
says() { like "$1" "$(cat "$ERR")" "$2"; }
for tool in $FILTERS; do
	exits "$tool with standard input closed" 4 bash -c "exec $tool <&-"
	says "$tool names standard input" "^$tool: cannot read standard input"
	exits "$tool with a directory as standard input" 4 bash -c "exec $tool <'$TMP'"
	says "$tool says that it is a directory" 'directory'
	exits "$tool with standard output closed" 4 bash -c "exec $tool >&- <<<'$NO'"
	says "$tool names standard output" "^$tool: cannot write to standard output"
	exits "$tool with a full disk" 4 bash -c "exec $tool >/dev/full <<<'$NO'"
	says "$tool says that it is full" 'No space left'
	exits "$tool with nobody reading" 4 bash -c "$NOBODY; exec $tool >&4 <<<'$NO'"
	says "$tool is not killed by it" 'Broken pipe'
	exits "$tool with all three closed" 4 bash -c "exec $tool <&- >&- 2>&-"
	exits "$tool --help into a full disk" 4 bash -c "exec $tool --help >/dev/full"
	exits "$tool with standard error closed" 1 bash -c "exec $tool -c 2>&- <<<'$NO'"
done
done_testing
