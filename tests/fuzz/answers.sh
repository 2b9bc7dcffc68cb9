#!/usr/bin/env bash
# Answers of a model, a million of them (ANSWERS=N for more): none may break the property of tests/fuzz/answer.c.
# Without sanitizers, which fuzz.sh has: what counts here is how many are tried.
# timeout: 900
. "$(dirname "$0")/../tap.sh"

answers=${ANSWERS:-1000000}
kept=$BIN/fuzz/found
mkdir -p "$kept" "$TMP/corpus"
ok 'the fuzzer is built for speed' make -s -C "$TOP" BUILD="$BIN/fast" CC="$(command -v clang)" HARDEN=-fPIE \
	CFLAGS='-O2 -g -fsanitize=fuzzer-no-link' "$BIN/fast/tests/fuzz/answer"
half=$((answers / 2))
for seed in 1 2; do
	"$BIN/fast/tests/fuzz/answer" -runs=$half -seed=$seed -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 -max_len=700 \
		-artifact_prefix="$kept/answer-" "$TMP/corpus" "$TOP/tests/fuzz/corpus/answer" >"$TMP/log$seed" 2>&1 &
done
bad=0
for job in $(jobs -p); do wait "$job" || bad=1; done
tried=$(cat "$TMP"/log? | sed -n 's/stat::number_of_executed_units: *//p' | awk '{ n += $1 } END { print n }')
is 'no answer breaks the property' "$bad $(grep -h 'answer.c:' "$TMP"/log?)" '0 '
ok "as many were tried as asked: $tried" test "${tried:-0}" -ge "$answers"
done_testing
