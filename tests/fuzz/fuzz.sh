#!/usr/bin/env bash
# A slice of fuzzing for every decoder: FUZZ_SECONDS each (default 1), FUZZERS by name (default all).
# A find is kept in build/fuzz/found; add it to tests/fuzz/corpus with the fix.
. "$(dirname "$0")/../tap.sh"

seconds=${FUZZ_SECONDS:-1}
kept=$BIN/fuzz/found
mkdir -p "$kept"
[ -n "${FUZZERS-}" ] || FUZZERS=$(cd "$TOP/tests/fuzz" && echo *.c)

seeds() { # what the fuzzer starts from, beside its own corpus
	case $1 in
	json | canon) echo "$TOP/tests/golden/run" "$VECTORS/JSONTestSuite/test_parsing" "$VECTORS/jcs/testdata/input" ;;
	run | stream) echo "$TOP/tests/golden/run" ;;
	playbook) echo "$TOP"/playbooks/* "$TOP"/tests/golden/plan/playbooks/* "$TOP/tests/golden/playbook-errors" ;;
	yaml) echo "$VECTORS/yaml-test-suite/src" "$TOP"/playbooks/* ;;
	intent) echo "$TMP/sentences" "$VECTORS/blns" ;;
	config) echo "$TOP/tests/fuzz/corpus/config" ;;
	catalog) echo "$TOP/lib/catalog" ;;
	vocabulary) echo "$TOP/tests/fuzz/corpus/vocabulary" "$TOP/playbooks" ;;
	escape) echo "$VECTORS/hostile" "$VECTORS/blns" ;;
	sshsig) echo "$VECTORS/sshsig/regress/unittests/sshsig/testdata" ;;
	sshkey) echo "$VECTORS/sshsig/regress/unittests/sshsig/testdata" ;;
	esac
}

mkdir -p "$TMP/sentences"
jq -r .text "$TOP"/tests/golden/intent/*.jsonl | split -l 1 -a 3 - "$TMP/sentences/s"

for source in $FUZZERS; do
	name=${source%.c}
	program=$BIN/fuzz/tests/fuzz/$name
	folders=("$TMP/$name")
	mkdir -p "$TMP/$name"
	for folder in "$TOP/tests/fuzz/corpus/$name" $(seeds "$name"); do [ -d "$folder" ] && folders+=("$folder"); done
	ok "$name" "$program" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
		-artifact_prefix="$kept/$name-" "${folders[@]}"
	echo "# $name: $(sed -n 's/stat::number_of_executed_units: *//p' "$ERR") inputs"
done
done_testing
