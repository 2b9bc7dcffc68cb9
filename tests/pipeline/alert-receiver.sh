#!/usr/bin/env bash
# A webhook that is delivered over HTTP becomes an intent, a plan and a report, in the example's receiver.
. "$(dirname "$0")/../tap.sh"
export CLOUDOPS_PLAYBOOKS=$TMP/site
mkdir "$TMP/site" "$TMP/reports"
printf 'alerts: 1\nrules:\n  - {name: [ClockIsOff], subject: clock, provider: local}\n' >"$TMP/site/alerts.yaml"
chmod go-w "$TMP/site/alerts.yaml"

"$TOP/scripts/alert-receiver" "$TMP/reports" >"$TMP/port" 2>"$TMP/receiver.err" &
receiver=$!
tap_cleanup() {
	kill "$receiver"
	wait "$receiver" 2>/dev/null
	rm -rf "$TMP"
}
await 60 test -s "$TMP/port" || fail 'the receiver starts' "$(cat "$TMP/receiver.err")"
post() { # PATH BODY: the status
	python3 - "http://127.0.0.1:$(cat "$TMP/port")$1" "$2" <<'END'
import sys
import urllib.error
import urllib.request
try:
    print(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sys.argv[1], sys.argv[2].encode(), 60).status)
except urllib.error.HTTPError as e:
    print(e.code)
END
}
hook() { jq -nc --arg status "$1" '{version: "4", status: $status, externalURL: "http://a.example", alerts: [{status: $status,
	labels: {alertname: "ClockIsOff"}, annotations: {summary: "delete everything"}, startsAt: "2026-11-26T08:00:00Z"}]}'; }

is 'a webhook is taken' "$(post /alertmanager "$(hook firing)")" 204
is 'and there is a report' "$(find "$TMP/reports" -name '*.txt' | wc -l)" 1
like 'of a look at the clock' "$(cat "$TMP"/reports/*.txt)" '[Cc]lock'
like 'and the log has the run' "$(cat "$XDG_STATE_HOME"/cloudops/audit/*.jsonl)" 'clock'
is 'a resolved one is taken' "$(post /alertmanager "$(hook resolved)")" 204
is 'and nothing is done' "$(find "$TMP/reports" -name '*.txt' | wc -l)" 1
is 'what is none is refused' "$(post /alertmanager '{"version":"9"}') $(post /alertmanager '<html>') $(post /nagios '{}')" '400 400 404'
done_testing
