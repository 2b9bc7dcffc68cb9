#!/usr/bin/env bash
# Others read our log: its chain by sha256sum, by openssl and by Python, its queries by jq; and they agree with co-audit.
. "$(dirname "$0")/../tap.sh"
LOG=$TMP/log

document() { printf '{"co":"run/1","id":"01JDBV4K6T5R9M3ZC8%08d","request":{"text":"%s","by":"%s","uid":1000,"host":"ops1","at":"2026-11-23T06:18:59Z","via":"tty"}}\n' "$1" "$2" "$3"; }
record() { # DAY FIRST LAST
	for i in $(seq "$2" "$3"); do document "$i" 'why is \"dev\\\\null\" größer than ☃' "user$((i % 3))"; done |
		co-audit --dir "$LOG" --now "$1T09:00:00Z" >"$TMP/passed"
}
record 2026-11-21 1 20
record 2026-11-22 21 45
record 2026-11-23 46 50

# RFC 6962 leaves in shell: the whole chain, over the days.
chain() { # HASH COMMAND that reads bytes and prints hex first
	local prev line n=0
	prev=$(printf '' | "$@" | cut -d' ' -f1)
	while IFS= read -r line; do
		n=$((n + 1))
		[[ $line == "{\"seq\":$n,"* && $line == *",\"prev\":\"sha256:$prev\"}" ]] || { echo "record $n"; return 1; }
		prev=$({ printf '\0'; printf %s "$line"; } | "$@" | cut -d' ' -f1)
	done < <(cat "$LOG"/*.jsonl)
	echo "$n sha256:$prev"
}
hash_openssl() { openssl dgst -sha256 -r; }
last=$(co-audit verify --dir "$LOG" | jq -r '"\(.last) \(.leaf)"')
is 'sha256sum follows the chain' "$(chain sha256sum)" "$last"
is 'openssl follows the chain' "$(chain hash_openssl)" "$last"
is 'the head says the same' "$(sed 's/^0*//' "$LOG/head")" "$last"

python3 - "$LOG" >"$TMP/python" <<'END'
import hashlib, json, pathlib, sys
prev, n = hashlib.sha256(b""), 0
for day in sorted(pathlib.Path(sys.argv[1]).glob("*.jsonl")):
    for line in day.read_bytes().splitlines():
        n += 1
        record = json.loads(line)
        assert record["seq"] == n and record["prev"] == "sha256:" + prev.hexdigest(), n
        assert record["time"].startswith(day.stem), n
        prev = hashlib.sha256(b"\0" + line)
print(n, "sha256:" + prev.hexdigest())
END
is 'Python follows the chain' "$(cat "$TMP/python")" "$last"

# The digest of a document is that of its line.
id=$(jq -r .id "$TMP/passed" | tail -n 1)
is 'the digest of a document is that of its line' "$(co-audit --dir "$LOG" --run "$id" | jq -r .detail.document)" \
	"sha256:$(tail -n 1 "$TMP/passed" | tr -d '\n' | sha256sum | cut -d' ' -f1)"

# Queries against jq over the same lines.
same() { # NAME HOW-MANY JQ-CONDITION OPTION...
	local name=$1 count=$2 condition=$3
	shift 3
	co-audit --dir "$LOG" "$@" >"$TMP/ours"
	while IFS= read -r line; do jq -e "$condition" <<<"$line" >/dev/null && printf '%s\n' "$line"; done < <(cat "$LOG"/*.jsonl) >"$TMP/theirs"
	ok "query: $name" cmp "$TMP/ours" "$TMP/theirs"
	is "query: $name: how many" "$(wc -l <"$TMP/ours")" "$count"
}
same 'by user' 17 '.actor.on_behalf == "user1" or .actor.user == "user1"' --user user1
same 'by run' 1 '.run == "01JDBV4K6T5R9M3ZC800000033"' --run 01JDBV4K6T5R9M3ZC800000033
same 'by type and time' 30 '.type == "run" and .time >= "2026-11-22"' --type run --since 2026-11-22
same 'by time' 25 '.time >= "2026-11-22" and .time < "2026-11-23"' --since 2026-11-22 --until 2026-11-23
same 'by result' 50 '.result == "requested"' --result requested
same 'by what is not there' 0 'false' --step nodes
is 'count' "$(co-audit --dir "$LOG" --user user2 --count)" "$(cat "$LOG"/*.jsonl | grep -c '"on_behalf":"user2"')"
done_testing
