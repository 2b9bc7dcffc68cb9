#!/usr/bin/env bash
# Alerts as intents: the three sources that are shipped, a site's own mapping, and payloads that are none.
. "$(dirname "$0")/../tap.sh"
export CLOUDOPS_CONFIG=$TMP/config.yaml
cat >"$CLOUDOPS_CONFIG" <<'END'
environments:
  prod:
    aws: [{account: "111122223333", name: oak-prod, regions: [eu-central-1]}]
    kubernetes: [{context: prod-eu, cluster: oak-eu, namespaces: [billing], nodes: [oak-1]}]
    prometheus: [{url: "https://prom.oak.example", alertmanager: "https://alerts.oak.example"}]
    hosts: [gw-7]
  dev: {hosts: [dev-1]}
workloads:
  billing: {deployment: [invoice-api], statefulset: [ledger]}
END

alert() { jq -nc --argjson labels "$1" --arg status "${2-firing}" --arg at "${3-2026-11-26T08:00:00Z}" \
	'{status: $status, labels: $labels, annotations: {summary: "restart everything"}, startsAt: $at, endsAt: "0001-01-01T00:00:00Z"}'; }
webhook() { jq -nc '{version: "4", groupKey: "g", status: "firing", receiver: "r", externalURL: "https://alerts.oak.example", alerts: $ARGS.positional}' --jsonargs "$@"; }
from() { co-intent -c --now 2026-11-26T12:00:00Z --from "$@"; }
short() { jq -c '[.intent.subject, .intent.target]' "$OUT"; }

webhook "$(alert '{"alertname":"KubePodCrashLooping","namespace":"billing","pod":"invoice-api-7f8c9d6b54-k2lpx"}')" >"$TMP/one"
exits 'alertmanager: an alert is an intent' 0 from alertmanager <"$TMP/one"
is 'of its workload, in the environment that sent it' "$(short)" \
	'["crash",{"provider":"kubernetes","namespace":"billing","name":"invoice-api","environment":"prod"}]'
is 'to look, since a quarter of an hour before' "$(jq -c '[.intent.verb, .intent.window.since, .intent.parser.kind, .intent.parser.provider, .request.via]' "$OUT")" \
	'["investigate","2026-11-26T07:45:00Z","alert","alertmanager","alert"]'
is 'and nothing of its annotations' "$(grep -c 'everything' "$OUT")" 0

webhook "$(alert '{"alertname":"HighCPU","instance":"gw-7:9100"}')" "$(alert '{"alertname":"HighCPU","instance":"gw-7:9100"}' firing 2026-11-26T07:00:00+01:00)" \
	"$(alert '{"alertname":"KubeNodeNotReady","node":"oak-1"}')" "$(alert '{"alertname":"TargetDown","job":"x"}' resolved)" >"$TMP/many"
exits 'several alerts' 0 from alertmanager <"$TMP/many"
is 'are an intent for each thing that is the matter' "$(short)" '["cpu",{"host":"gw-7","environment":"prod"}]
["node",{"provider":"kubernetes","node":"oak-1","environment":"prod","kind":"node"}]'
is 'from the earliest start' "$(head -n 1 "$OUT" | jq -r .intent.window.since)" 2026-11-26T05:45:00Z
webhook "$(alert '{"alertname":"TargetDown"}' resolved)" >"$TMP/over"
exits 'resolved alerts' 0 from alertmanager <"$TMP/over"
is 'give nothing' "$(cat "$OUT")" ''
webhook "$(alert '{"alertname":"SomethingNew","namespace":"nowhere","instance":"10.0.0.1:9100","cluster":"theirs"}')" >"$TMP/unknown"
exits 'an alert that nobody knows' 0 from alertmanager <"$TMP/unknown"
is 'is an alert, somewhere in its environment' "$(short)" '["alert",{"provider":"prometheus","environment":"prod"}]'
cat "$TMP/one" "$TMP/many" | co-intent --from alertmanager -p --now 2026-11-26T12:00:00Z >"$OUT"
is 'payloads follow each other' "$(jq -s length "$OUT")" 3
jq -c '.externalURL = "x" | .alerts[0].labels.env = "dev"' "$TMP/one" >"$TMP/dev"
exits '--environment keeps alerts of others out' 1 from alertmanager --environment prod <"$TMP/dev"
exits '--environment is where it is' 0 from alertmanager --environment prod <"$TMP/one"

jq -nc '{version: "0", source: "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", account: "111122223333", region: "eu-central-1",
	detail: {alarmName: "x; rm -rf /", state: {value: "ALARM", timestamp: "2026-11-26T08:00:00.985+0000"}, configuration: {metrics: [{id: "m1",
	metricStat: {metric: {namespace: "AWS/EC2", name: "CPUUtilization", dimensions: {InstanceId: "i-0123456789abcdef0"}}}}]}}}' >"$TMP/event"
CPU='["cpu",{"provider":"aws","name":"i-0123456789abcdef0","kind":"instance","account":"111122223333","environment":"prod","region":"eu-central-1"}]'
exits 'cloudwatch: an event' 0 from cloudwatch <"$TMP/event"
is 'of an instance' "$(short)" "$CPU"
jq -c '{Type: "Notification", MessageId: "m", Message: tojson}' "$TMP/event" >"$TMP/sns"
exits 'cloudwatch: in a notification' 0 from cloudwatch <"$TMP/sns"
is 'the same' "$(short)" "$CPU"
jq -c '{Type: "Notification", Message: tojson}' "$TMP/sns" >"$TMP/twice"
exits 'but not in two' 3 from cloudwatch <"$TMP/twice"
jq -c '.detail.state.value = "OK"' "$TMP/event" >"$TMP/ok"
exits 'cloudwatch: all is well again' 0 from cloudwatch <"$TMP/ok"
is 'and nothing to do' "$(cat "$OUT")" ''
jq -c '.detail.configuration.metrics[0].metricStat.metric.dimensions.InstanceId = "i-0123; reboot"' "$TMP/event" >"$TMP/bad-id"
exits 'an id that is none' 0 from cloudwatch <"$TMP/bad-id"
is 'is left out' "$(jq -r .intent.target.name "$OUT")" null

jq -nc '{event: {id: "e", event_type: "incident.triggered", resource_type: "incident", data: {title: "[FIRING:1] HighLatency for ledger-0 in production",
	created_at: "2026-11-26T08:00:00Z", service: {summary: "invoice-api"}}}}' >"$TMP/incident"
exits 'pagerduty: an incident' 0 from pagerduty <"$TMP/incident"
is 'of the rule and the names in its title' "$(short)" '["latency",{"name":["invoice-api","ledger"]}]'
jq -c '.event.event_type = "incident.resolved"' "$TMP/incident" >"$TMP/closed"
exits 'pagerduty: resolved' 0 from pagerduty <"$TMP/closed"
is 'is nothing' "$(cat "$OUT")" ''

for payload in '{}' '[]' '{"version":"3","alerts":[]}' '{"version":"4","alerts":{}}' '{"version":"4","alerts":[{"status":"odd"}]}' '{"version":"4","alerts":[7]}'; do
	exits "not a payload of alertmanager: $payload" 3 from alertmanager <<<"$payload"
	like 'says so' "$(cat "$ERR")" '^co-intent: '
done
exits 'no JSON' 3 from alertmanager <<<'<html>'
exits 'no input' 3 from alertmanager </dev/null
webhook $(for i in $(seq 1001); do echo 1; done) >"$TMP/flood"
exits 'a flood' 3 from alertmanager <"$TMP/flood"
exits 'an unknown source' 2 from nagios <"$TMP/one"
like 'names what is known' "$(cat "$ERR")" 'alertmanager, cloudwatch and pagerduty'

# ---- a mapping of one's own

mkdir "$TMP/site"
export CLOUDOPS_PLAYBOOKS=$TMP/site
cat >"$TMP/site/alerts.yaml" <<'END'
alerts: 1
lead: 1h
sources:
  - source: nagios
    status: /state
    firing: [CRITICAL, WARNING]
    resolved: [OK]
    name: /check
    slots: {host: /host}
rules:
  - {name: ["disk*"], source: nagios, subject: disk, provider: local}
  - {name: [KubePodCrashLooping], subject: oom, provider: kubernetes}
labels:
  tier: [environment]
examples:
  - {source: nagios, payload: {state: CRITICAL, check: disk_root, host: none}, subject: disk}
END
exits 'a source of our own' 0 from nagios <<<'{"state":"CRITICAL","check":"disk_root","host":"gw-7"}'
is 'is understood' "$(short)" '["disk",{"provider":"local","host":"gw-7","environment":"prod"}]'
exits 'our rules come first' 0 from alertmanager <"$TMP/one"
is 'before those that are shipped' "$(jq -c '[.intent.subject, .intent.window.since]' "$OUT")" '["oom","2026-11-26T07:00:00Z"]'
exits '--check runs its examples, too' 0 co-intent --check
like 'all of them' "$(cat "$OUT")" '6 examples of alerts, 0 of them wrong'
wrong() { # WHAT SED REGEX
	sed -i.kept "$2" "$TMP/site/alerts.yaml"
	exits "$1: exit 3" 3 co-intent --check
	like 'with its place' "$(cat "$ERR" "$OUT")" "$3"
	mv "$TMP/site/alerts.yaml.kept" "$TMP/site/alerts.yaml"
}
wrong 'an unknown subject' 's/subject: oom/subject: omo/' 'alerts.yaml:12:.*"omo" is no subject'
wrong 'an unknown slot' 's/\[environment\]/[envrionment]/' 'alerts.yaml:14:.*is no slot'
wrong 'an unknown key' 's/lead:/led:/' 'did you mean "lead"'
wrong 'a lead that is none' 's/1h/soon/' 'is no duration'
wrong 'an example that is wrong' 's/none}, subject: disk/none}, subject: cpu/' 'wanted cpu, got disk'
chmod g+w "$TMP/site/alerts.yaml"
exits 'what others can write is refused' 3 from nagios <<<'{}'

# ---- all of it: a webhook is an intent, a plan and a report

chmod g-w "$TMP/site/alerts.yaml"
cat >"$CLOUDOPS_CONFIG" <<END
environments:
  here: {prometheus: [{url: "https://prom.oak.example", alertmanager: "https://alerts.oak.example"}]}
END
webhook "$(alert '{"alertname":"disk_root_on_this_host"}')" | jq -c '.alerts[0].labels.alertname = "NodeFilesystemAlmostOutOfSpace"' >"$TMP/here"
sed -i 's/^rules:/rules:\n  - {name: [NodeFilesystemAlmostOutOfSpace], subject: disk, provider: local}/' "$TMP/site/alerts.yaml"
from alertmanager <"$TMP/here" | jq -c 'del(.intent.target.environment)' | co-plan | co-policy | co-exec | co-audit | co-report >"$OUT" 2>"$ERR"
like 'an alert becomes a report' "$(cat "$OUT" "$ERR")" 'disk'
done_testing
