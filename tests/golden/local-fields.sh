#!/usr/bin/env bash
# Every member that a reading returns, here or in a recorded tree, is described in co-local(5).
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"

mandoc -Tascii "$TOP/man/co-local.5" | col -b | tr -cs 'A-Za-z0-9_' '\n' | sort -u >"$TMP/described"
co-intent "why is this machine slow" | co-plan | co-policy | co-exec --quiet >"$TMP/run.json" 2>"$ERR"
{
	jq -r '.. | objects | keys[]' "$TOP"/tests/golden/local/*/*.json
	jq -r '.execution.steps[].output | .. | objects | keys[]' "$TMP/run.json"
} | sort -u >"$TMP/returned"
is 'every member is described' "$(comm -23 "$TMP/returned" "$TMP/described")" ''
is 'there are members' "$([ "$(wc -l <"$TMP/returned")" -gt 150 ] && echo many)" many

# The catalogue, the code (by what it refuses) and the manual know the same operations.
for operation in $(sed -n 's/^read \([a-z-]*\)\t.*/\1/p' "$TOP/lib/catalog/local.ops"); do
	like "local read $operation is described" "$(grep -c "^\.Ss local read $operation\$" "$TOP/man/co-local.5")" '^1$'
done
is 'the manual describes no other' "$(grep -c '^\.Ss local read' "$TOP/man/co-local.5")" "$(grep -c ^read "$TOP/lib/catalog/local.ops")"
done_testing
