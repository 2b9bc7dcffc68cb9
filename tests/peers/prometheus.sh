#!/usr/bin/env bash
# A real Prometheus, Alertmanager and node exporter: queries equal what the servers say, and trouble made for real is found.
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source-path=SCRIPTDIR source=prometheus/lib.sh
. "$(dirname "$0")/prometheus/lib.sh"
prometheus_here || { skip 'a real Prometheus and Alertmanager' "$PROMETHEUS_ABSENT"; done_testing; exit; }

cat >"$PROMETHEUS_RULES" <<'END'
groups:
- name: test
  rules:
  - {alert: Watchdog, expr: vector(1), labels: {severity: none}}
  - {alert: QueueLong, expr: queue_length > 100, labels: {severity: critical}, annotations: {summary: "{{ $labels.queue }} holds {{ $value }}"}}
  - {alert: DiskSlow, expr: disk_wait > 1, labels: {severity: warning}, annotations: {summary: slow disk}}
  - {alert: Soon, expr: queue_length > 100, for: 1h, labels: {severity: info}}
  - {alert: Broken, expr: queue_length / on() queue_length}
  - {record: job:up:count, expr: count by (job) (up)}
END
mkdir -p "$PROMETHEUS_DIR"
metrics <<'END'
queue_length{queue="mail"} 500
queue_length{queue="bills"} 250
queue_length{queue="calm"} 3
disk_wait{disk="sda"} 2
END
prometheus_up || { fail 'they start' "$(tail -20 "$PROMETHEUS_DIR/log")"; done_testing; exit; }
cat >"$TMP/config.yaml" <<END
environments:
  prod: {prometheus: [{url: "$PROMETHEUS_URL", alertmanager: "$ALERTMANAGER_URL"}]}
  lost: {prometheus: [{url: "http://127.0.0.1:1"}]}
  strange: {prometheus: [{url: "$ALERTMANAGER_URL"}]}
END
export CLOUDOPS_CONFIG=$TMP/config.yaml
chmod 600 "$TMP/config.yaml"
firing() { [ "$(curl -s "$ALERTMANAGER_URL/api/v2/alerts" | jq "[.[].labels.alertname] | unique | contains([\"QueueLong\", \"DiskSlow\"])")" = true ]; }
ok 'its alerts reach Alertmanager' await 30 firing

# ---- every operation gives what the server itself gives
mkdir "$TMP/playbooks"
cat >"$TMP/playbooks/ask.yaml" <<'END'
playbook: ask
version: 1
title: Ask for everything
match: {verb: [inspect], subject: [alert], provider: [prometheus], kind: [nothing]}
targets: prometheus.urls
steps:
  - {id: instant, call: prometheus query instant, with: {query: "sort(queue_length)", time: "2026-01-01T00:00:00Z"}}
  - {id: now, call: prometheus query instant, with: {query: "sort(queue_length)"}}
  - {id: range, call: prometheus query range, with: {query: "vector(1)", start: "2026-01-01T00:00:00Z", end: "2026-01-01T01:00:00Z", step: 60s}}
  - {id: rules, call: prometheus list rules, with: {type: alert}}
  - {id: targets, call: prometheus list targets}
  - {id: series, call: prometheus list series, with: {match: [queue_length, "up{job=\"node\"}"]}}
  - {id: labels, call: prometheus list labels}
  - {id: values, call: prometheus list labels, with: {name: queue}}
  - {id: metadata, call: prometheus list metadata, with: {metric: node_load1}}
  - {id: alerts, call: prometheus list alertmanager-alerts, with: {filter: ["severity=\"critical\""]}}
  - {id: groups, call: prometheus list alertmanager-groups}
  - {id: silences, call: prometheus list alertmanager-silences}
  - {id: wrong, call: prometheus query instant, with: {query: "sum(("}, optional: true}
  - {id: much, call: prometheus query range, with: {query: up, last: 7d, step: 1s}, optional: true}
END
ask() { # ENVIRONMENT: the run document in $TMP/run
	co-intent -c "list the alerts in $1" | CLOUDOPS_PLAYBOOKS=$TMP/playbooks co-plan -c --playbook ask | co-policy -c | co-exec -c >"$TMP/run" 2>"$ERR"
}
output() { jq -S --arg id "$1" '.execution.steps[] | select(.id == $id) | '"${2:-.output}" "$TMP/run"; }
curled() { curl -sG "$@" | jq -S "${FILTER-.data}"; }
ok 'a plan that asks for everything' ask prod
is 'instant, at a time' "$(output instant)" "$(curled "$PROMETHEUS_URL/api/v1/query" --data-urlencode 'query=sort(queue_length)' -d time=2026-01-01T00:00:00Z)"
is 'instant, now' "$(output now '.output.result | map([.metric.queue, .value[1]])' | jq -c .)" '[["calm","3"],["bills","250"],["mail","500"]]'
is 'range' "$(output range)" "$(curled "$PROMETHEUS_URL/api/v1/query_range" -d 'query=vector(1)' -d start=2026-01-01T00:00:00Z -d end=2026-01-01T01:00:00Z -d step=60)"
timeless='del(.. | .alerts?, .lastEvaluation?, .evaluationTime?, .lastScrape?, .lastScrapeDuration?, .updatedAt?, .endsAt?, .value?)'
is 'rules' "$(output rules ".output | $timeless")" "$(FILTER=".data | $timeless" curled "$PROMETHEUS_URL/api/v1/rules" -d type=alert)"
is 'targets' "$(output targets ".output | $timeless")" "$(FILTER=".data | $timeless" curled "$PROMETHEUS_URL/api/v1/targets" -d state=any)"
is 'series' "$(output series .output.series)" "$(curled "$PROMETHEUS_URL/api/v1/series" --data-urlencode 'match[]=queue_length' --data-urlencode 'match[]=up{job="node"}')"
is 'labels' "$(output labels .output.labels)" "$(curled "$PROMETHEUS_URL/api/v1/labels")"
is 'values of a label' "$(output values '.output.labels' | jq -c .)" '["bills","calm","mail"]'
is 'metadata' "$(output metadata '.output.metadata.node_load1[0].type')" '"gauge"'
is 'alerts of Alertmanager' "$(output alerts ".output.alerts | $timeless")" "$(FILTER=". | $timeless" curled "$ALERTMANAGER_URL/api/v2/alerts" --data-urlencode 'filter=severity="critical"')"
is 'its groups' "$(output groups ".output.groups | $timeless")" "$(FILTER=". | $timeless" curled "$ALERTMANAGER_URL/api/v2/alerts/groups")"
is 'its silences' "$(output silences '.output.silences' | jq -c .)" '[]'
like 'a query that cannot be read' "$(output wrong '.error')" 'parse error'
like 'a query for too much' "$(output much '.error')" 'exceeded maximum resolution'
ask lost
is 'nobody there: the run fails' "$(jq -r .execution.status "$TMP/run")" failed
like 'and says why' "$(output now .error)" 'cannot be reached'
ask strange
like 'an Alertmanager is no Prometheus' "$(output now .error)" 'HTTP 404'

# ---- the playbooks
found() { # SENTENCE: findings as "SEVERITY RULE RESOURCE TITLE", a line each, in $TMP/found
	co-intent -c "$1" | co-plan -c | co-policy -c | co-exec -c >"$TMP/run" 2>"$ERR"
	jq -r '.findings[]? | "\(.severity) \(.id) \(.resource) \(.title)"' "$TMP/run" | sed 's/prod\/127[^ /]*//; s/ since [^ ]* (.*)//' >"$TMP/found"
}
curl -s -X POST "$ALERTMANAGER_URL/api/v2/silences" -H 'Content-Type: application/json' -d '{"matchers": [{"name": "alertname", "value": "DiskSlow",
	"isRegex": false}], "startsAt": "'"$(date -u +%FT%TZ)"'", "endsAt": "'"$(date -u -d '+1 hour' +%FT%TZ)"'", "createdBy": "alice", "comment": "new disk comes"}' >/dev/null
silenced() { [ "$(curl -s "$ALERTMANAGER_URL/api/v2/alerts" | jq '[.[] | select(.labels.alertname == "DiskSlow").status.silencedBy | length] == [1]')" = true ]; }
ok 'an alert is silenced' await 60 silenced
found 'which alerts are firing in prod'
like 'a firing alert, its series together' "$(cat "$TMP/found")" 'high alert-fires alert/[^ ]*/QueueLong QueueLong fires for 2 series'
like 'what it said is quoted' "$(jq -r '.findings[] | select(.id == "alert-fires").because' "$TMP/run")" 'bills holds 250, mail holds 500'
like 'a silenced one is no trouble' "$(cat "$TMP/found")" 'info alerts-silenced [^ ]* 1 firing alert of [^ ]* is silenced'
like 'with who did it' "$(jq -r '.findings[] | select(.id == "alerts-silenced").because' "$TMP/run")" 'alice: new disk comes'
like 'a rule that cannot be evaluated' "$(cat "$TMP/found")" 'medium rule-broken [^ ]* 1 alerting rule'
like 'one that is pending' "$(cat "$TMP/found")" 'info alerts-pending [^ ]* 2 alerts'
is 'and no other' "$(grep -cvE '^(high alert-fires .*QueueLong|info alerts-silenced|medium rule-broken|info alerts-pending)' "$TMP/found")" 0
found 'which scrape targets are down in prod'
like 'a target that is down, and its job' "$(cat "$TMP/found")" 'high target-down job/[^ ]*/gone the only target of job gone is down'
like 'with the reason' "$(jq -r '.findings[] | select(.id == "target-down").because' "$TMP/run")" 'nothing listens on that port.*not up in the last 6 hours.*connection refused'
is 'and no other trouble' "$(grep -cv '^high target-down' "$TMP/found")" 0
is 'the job that runs is counted' "$(jq -r '.summary.text[0]' "$TMP/run" | grep -c 'targets: 3, down 1, jobs 3')" 1

# ---- a delivered webhook becomes an intent, a plan and a report
delivered() { grep -lq QueueLong "$HOOKS"/*.json 2>/dev/null; }
ok 'Alertmanager delivers its alerts' await 60 delivered
hook=$(grep -l QueueLong "$HOOKS"/*.json | head -n 1)
ok 'an intent is made of it' bash -c 'co-intent -c --from alertmanager --environment prod <"$1" >"$2"' - "$hook" "$TMP/intents"
is 'about the alert, in its environment, to look and not to touch' \
	"$(jq -c '.intent | [.verb, .subject, .target.environment]' "$TMP/intents" | sort -u)" '["investigate","alert","prod"]'
co-plan -c <"$TMP/intents" 2>"$ERR" | co-policy -c | co-exec -c 2>>"$ERR" | co-audit -c >"$TMP/run"
co-report <"$TMP/run" >"$OUT" 2>>"$ERR"
like 'and the report names what fires' "$(cat "$OUT" "$ERR")" 'QueueLong fires for 2 series'

# Requests of two services: one that fails and is slow, one that is well. Counters grow between scrapes.
serve() { # STEP
	local n=$1
	metrics <<-END
		http_requests_total{service="shop",code="200"} $((n * 80))
		http_requests_total{service="shop",code="503"} $((n * 20))
		http_requests_total{service="blog",code="200"} $((n * 50))
		http_request_duration_seconds_bucket{service="shop",le="0.1"} $((n * 10))
		http_request_duration_seconds_bucket{service="shop",le="5"} $((n * 100))
		http_request_duration_seconds_bucket{service="shop",le="+Inf"} $((n * 100))
		http_request_duration_seconds_bucket{service="blog",le="0.1"} $((n * 50))
		http_request_duration_seconds_bucket{service="blog",le="5"} $((n * 50))
		http_request_duration_seconds_bucket{service="blog",le="+Inf"} $((n * 50))
	END
}
for n in 1 2 3; do
	serve $n
	await 60 asked "http_requests_total{service=\"blog\"}" ".data.result[0].value[1] == \"$((n * 50))\"" || fail "scrape $n"
done
found 'why are there errors in prod on prometheus'
like 'a service that fails' "$(cat "$TMP/found")" 'high service-fails service/[^ ]*/shop shop fails (1[89]|2[0-2])(\.[0-9])?% of its requests'
like 'and is slow' "$(cat "$TMP/found")" 'low service-slow service/[^ ]*/shop shop needs 4\.[0-9]* s'
is 'the other is not named' "$(grep -c blog "$TMP/found")" 0
exits 'a report of it' 0 bash -c 'co-report <"$1"' - "$TMP/run"
like 'says it' "$(cat "$OUT")" 'shop fails (1[89]|2[0-2])(\.[0-9])?% of its requests'

done_testing
