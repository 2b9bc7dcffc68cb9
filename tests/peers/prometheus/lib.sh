# shellcheck shell=bash
# Sourced after tests/tap.sh: a real Prometheus, Alertmanager and node exporter on 127.0.0.1, and an exporter of made-up series.
#   prometheus_here || { skip 'all of it' "$PROMETHEUS_ABSENT"; done_testing; exit; }
#   prometheus_up       start them; they scrape and evaluate every second; sets PROMETHEUS_URL ALERTMANAGER_URL
#   metrics <<TEXT      what the exporter says from now on
#   asked QUERY JQ      whether the answer to a query satisfies jq's condition
# The rules are $PROMETHEUS_RULES, a file that is written before prometheus_up. Delivered webhooks are $HOOKS/*.json.
PROMETHEUS_HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PROMETHEUS_DIR=$TMP/prometheus PROMETHEUS_RULES=$TMP/rules.yaml HOOKS=$TMP/hooks PROMETHEUS_ABSENT=
PROMETHEUS_PIDS=()

prometheus_here() {
	local program
	for program in prometheus prometheus-alertmanager prometheus-node-exporter python3 curl; do
		command -v $program >/dev/null || { PROMETHEUS_ABSENT="no $program here"; return 1; }
	done
}

prometheus_start() {
	timeout 600 "$@" >>"$PROMETHEUS_DIR/log" 2>&1 </dev/null &
	PROMETHEUS_PIDS+=($!)
	disown
}

prometheus_down() {
	local pid
	for pid in "${PROMETHEUS_PIDS[@]}"; do kill "$pid" 2>/dev/null; done
	for pid in "${PROMETHEUS_PIDS[@]}"; do await 10 bash -c "! kill -0 $pid" || kill -9 "$pid"; done
}

metrics() { cat >"$PROMETHEUS_DIR/metrics.new" && mv "$PROMETHEUS_DIR/metrics.new" "$PROMETHEUS_DIR/metrics"; }
asked() { [ "$(curl -sG --max-time 5 "$PROMETHEUS_URL/api/v1/query" --data-urlencode "query=$1" | jq "$2")" = true ]; }

prometheus_up() {
	local prometheus alertmanager node exporter gone
	read -r prometheus alertmanager node exporter gone < <(python3 -c '
import socket
held = [socket.socket() for _ in range(5)]
for s in held: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in held))')
	PROMETHEUS_URL=http://127.0.0.1:$prometheus ALERTMANAGER_URL=http://127.0.0.1:$alertmanager
	mkdir -p "$PROMETHEUS_DIR/data" "$HOOKS"
	[ -e "$PROMETHEUS_DIR/metrics" ] || : >"$PROMETHEUS_DIR/metrics"
	[ -e "$PROMETHEUS_RULES" ] || echo 'groups: []' >"$PROMETHEUS_RULES"
	cat >"$PROMETHEUS_DIR/prometheus.yaml" <<-END
		global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
		rule_files: [$PROMETHEUS_RULES]
		alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:$alertmanager"]}]}]}
		scrape_configs:
		- {job_name: node, static_configs: [{targets: ["127.0.0.1:$node"]}]}
		- {job_name: app, static_configs: [{targets: ["127.0.0.1:$exporter"]}]}
		- {job_name: gone, static_configs: [{targets: ["127.0.0.1:$gone"], labels: {team: payments}}]}
	END
	cat >"$PROMETHEUS_DIR/alertmanager.yaml" <<-END
		route: {receiver: hook, group_by: [alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}
		receivers: [{name: hook, webhook_configs: [{url: "http://127.0.0.1:$exporter/hook"}]}]
	END
	trap 'prometheus_down; tap_cleanup' EXIT
	prometheus_start python3 "$PROMETHEUS_HERE/exporter.py" "$exporter" "$PROMETHEUS_DIR/metrics" "$HOOKS"
	prometheus_start prometheus-node-exporter --web.listen-address="127.0.0.1:$node" --collector.disable-defaults --collector.loadavg
	prometheus_start prometheus-alertmanager --config.file="$PROMETHEUS_DIR/alertmanager.yaml" --storage.path="$PROMETHEUS_DIR/am" \
		--web.listen-address="127.0.0.1:$alertmanager" --cluster.listen-address=''
	prometheus_start prometheus --config.file="$PROMETHEUS_DIR/prometheus.yaml" --storage.tsdb.path="$PROMETHEUS_DIR/data" \
		--web.listen-address="127.0.0.1:$prometheus"
	await 40 asked 'count(up)' '.data.result[0].value[1] == "3"' && await 60 curl -sf "$ALERTMANAGER_URL/-/ready"
}
