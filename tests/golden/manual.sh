#!/usr/bin/env bash
# co-run(5) names every key of the document, and every error code that the sources can set and no other.
. "$(dirname "$0")/../tap.sh"

page=$TOP/man/co-run.5
missing=''
for key in $("$BIN/tests/extra/judge" shapes | jq -r '[.. | .fields? // empty | keys[]] | unique[]'); do
	grep -qw -- "$key" "$page" || missing+="$key "
done
is 'every key' "$missing" ''

cd "$TOP" || exit 1
cat lib/*/*.c lib/*/*/*.c tools/*.c | tr '\n' ' ' |
	grep -oE 'CO_ERR_(NO|USAGE|INPUT|SYSTEM|REMOTE|UNKNOWN),[[:space:]]*"[a-z][a-z0-9-]*"|co_err_id\([a-z&]+, "[a-z-]+"' |
	grep -oE '"[^"]+"' | tr -d '"' | sort -u >"$TMP/set"
sed -n '/^\.Sh ERROR CODES/,/^\.Sh EXAMPLES/s/^\.It Ql //p' "$page" | sort -u >"$TMP/described"
is 'every error code' "$(comm -23 "$TMP/set" "$TMP/described" | tr '\n' ' ')" ''
never=''
while read -r code; do
	grep -rqF "\"$code\"" lib tools || never+="$code "
done <"$TMP/described"
is 'no error code that is never set' "$never" ''
done_testing
