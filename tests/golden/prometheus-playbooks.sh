#!/usr/bin/env bash
# Every Prometheus playbook on recorded answers: exact findings and summary lines out; aws/playbooks.py says what a case is.
# `UPDATE=1 tests/golden/prometheus-playbooks.sh` writes what came out into the cases; read the diff.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
CASES=$TOP/tests/golden/playbooks
chmod go-w "$TOP"/tests/golden/prometheus/*.yaml
for playbook in "$TOP"/playbooks/prometheus/*.yaml; do
	name=$(basename "$playbook" .yaml)
	for case in "$CASES/$name"/*.json; do
		ok "$name: $(basename "$case" .json)" python3 "$TOP/tests/golden/aws/playbooks.py" "$case"
	done
done
for playbook in "$TOP"/playbooks/prometheus/*.yaml; do
	name=$(basename "$playbook" .yaml)
	rules=$(sed -n '/^findings:/,/^[a-z]*:$/s/^  - id: //p' "$playbook")
	is "$name: every rule finds something in some case" "$(comm -23 <(sort -u <<<"$rules") <(jq -r '.findings[].id' "$CASES/$name"/*.json | sort -u))" ''
done
is 'no quiet case finds anything' "$(jq -s '[.[].findings[] | select(.severity != "info")] | length' "$CASES"/{prometheus,service}-*/quiet.json)" 0
done_testing
