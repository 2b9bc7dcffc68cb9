#!/usr/bin/env bash
# Every AWS playbook on recorded answers: exact findings and summary lines out; aws/playbooks.py says what a case is.
# `UPDATE=1 tests/golden/aws-playbooks.sh [PLAYBOOK...]` writes what came out into the cases; read the diff.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
CASES=$TOP/tests/golden/playbooks
unset AWS_PROFILE AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID
chmod go-w "$TOP"/tests/golden/aws/*.yaml

for playbook in "$TOP"/playbooks/aws/*.yaml; do
	name=$(basename "$playbook" .yaml)
	[ $# = 0 ] || [[ " $* " == *" $name "* ]] || continue
	for case in quiet empty denied; do
		[ -e "$CASES/$name/$case.json" ] || fail "$name has a case \"$case\"" "none in $CASES/$name"
	done
	for case in "$CASES/$name"/*.json; do
		ok "$name: $(basename "$case" .json)" python3 "$TOP/tests/golden/aws/playbooks.py" "$case"
	done
done

if python3 -c 'import botocore, yaml' 2>/dev/null; then
	ok 'the recorded answers are such as AWS could give' python3 "$TOP/tests/golden/aws/answers.py"
else
	skip 'the recorded answers are such as AWS could give' 'no botocore or no PyYAML'
fi

# The rule for severities: an account with nothing wrong gives nothing to get up for.
is 'no quiet or empty case finds anything' \
	"$(jq -s '[.[].findings[] | select(.severity != "info")] | length' "$CASES"/aws-*/quiet.json "$CASES"/aws-*/empty.json)" 0
is 'no denied case is silent' "$(for f in "$CASES"/aws-*/denied.json; do jq -e 'any(.summary[]; startswith("not seen: "))' "$f" >/dev/null || basename "$(dirname "$f")"; done)" ''
done_testing
