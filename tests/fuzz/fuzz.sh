#!/usr/bin/env bash
# A slice of fuzzing for every decoder, the same one each time: a fixed seed, and as many inputs as take about a second.
# FUZZ_SECONDS=N: another one each time, for N seconds each. FUZZERS=yaml.c: these alone.
# A find is kept in build/fuzz/found; add it to tests/fuzz/corpus with the fix.
. "$(dirname "$0")/../tap.sh"

mkdir -p "$BIN/fuzz/found" "$TMP/sentences"
ln -s "$TOP" "$TMP/top" && ln -s "$VECTORS" "$TMP/vectors" && ln -s "$BIN/fuzz" "$TMP/built"
jq -r .text "$TOP"/tests/golden/intent/*.jsonl | split -l 1 -a 3 - "$TMP/sentences/s"
cd "$TMP" || exit
[ -n "${FUZZERS-}" ] || FUZZERS=$(cd "$TOP/tests/fuzz" && echo *.c)

inputs() { # that take a second, half of it in some
	case $1 in
	time | sshagent) echo 400000 ;;
	auditline | aws_ini | awsrequest | base64 | expr | prometheus | replay | signers | sshkey | statement) echo 100000 ;;
	alert | awspages | canon | gate | json | kubeanswer | stream) echo 50000 ;;
	awsanswer | config | kubeconfig | policy | run | sshsig | xml) echo 20000 ;;
	escape | intent | local | vocabulary) echo 2000 ;;
	*) echo 6000 ;;
	esac
}

seeds() { # what the fuzzer starts from, beside its own corpus
	case $1 in
	json | canon) echo top/tests/golden/run vectors/JSONTestSuite/test_parsing vectors/jcs/testdata/input ;;
	run | stream) echo top/tests/golden/run ;;
	playbook) echo top/playbooks top/tests/golden/plan/playbooks top/tests/golden/playbook-errors ;;
	yaml) echo vectors/yaml-test-suite/src top/playbooks ;;
	intent) echo sentences vectors/blns ;;
	catalog) echo top/lib/catalog ;;
	vocabulary) echo top/playbooks ;;
	escape) echo vectors/hostile vectors/blns ;;
	sshsig | sshkey) echo vectors/sshsig/regress/unittests/sshsig/testdata ;;
	esac
}

# What is tested compares addresses, too, and what is compared steers the fuzzer: so they are not random where that can be had,
# and do not depend on the length of what is around them.
steady=(env -i PATH=/usr/bin:/bin)
! setarch -R true 2>/dev/null || steady+=(setarch -R)

slice() {
	local how=(-seed=1 "-runs=$(inputs "$1")" -timeout=25)
	[ -z "${FUZZ_SECONDS-}" ] || how=("-max_total_time=$FUZZ_SECONDS" -timeout=5)
	# shellcheck disable=SC2046 # words
	find -H "top/tests/fuzz/corpus/$1" $(seeds "$1") -type f 2>/dev/null | sort | paste -sd, | tr -d '\n' >"$1.seeds"
	[ ! -s "$1.seeds" ] || how+=("-seed_inputs=@$1.seeds")
	"${steady[@]}" "built/tests/fuzz/$1" "${how[@]}" -rss_limit_mb=1024 -print_funcs=0 -print_final_stats=1 \
		-artifact_prefix="built/found/$1-" >"$1.log" 2>&1 || { tail -c 3000 "$1.log"; return 1; }
}

read -ra names <<<"${FUZZERS//.c/}"
oks slice "${names[@]}"
for name in "${names[@]}"; do echo "# $name: $(sed -n 's/stat::number_of_executed_units: *//p' "$name.log") inputs"; done
done_testing
