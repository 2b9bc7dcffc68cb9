#!/usr/bin/env bash
# Every case of yaml-test-suite: no crash, no hang, no alias expanded, and each outcome as it was decided.
# yaml-suite.txt lists all that are not taken with the right value:
#   refused   by decision (anchors, aliases, tags, keys that are no strings, several documents) or as no YAML
#   mistaken  taken, although YAML 1.2 calls it an error: libyaml 0.2.5 is lenient there
#   wrong     libyaml 0.2.5 reads "?x" in [ ] and { } as a key x, and drops a last line of spaces
. "$(dirname "$0")/../tap.sh"

if [ ! -d "$VECTORS/yaml-test-suite" ]; then
	skip 'yaml-test-suite' "no test data in $VECTORS"
else
	ok 'every case ends' python3 "$TOP/tests/golden/yaml-suite.py" "$BIN/tests/extra/judge" "$VECTORS/yaml-test-suite"
	is 'number of cases' "$(wc -l <"$OUT")" 402
	is 'outcomes' "$(diff "$TOP/tests/golden/yaml-suite.txt" <(grep -v ' accepted$' "$OUT"))" ''
fi
done_testing
