#!/usr/bin/env bash
# Trouble made for real on this host, and found and named by the whole pipe.
# shellcheck disable=SC2016 # jq and perl have their own $
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"

pids=() mounts=()
cleanup() {
	local item
	for item in "${pids[@]}"; do kill -9 "$item" 2>/dev/null; done
	for item in "${mounts[@]}"; do umount -l "$item" 2>/dev/null; done
	tap_cleanup
}
trap cleanup EXIT

# What was just put behind `timeout`: its pid goes to $child, and both are ended with the test.
started() {
	local parent=$! # which `await` changes
	pids+=("$parent")
	disown
	await 60 pgrep -P "$parent"
	child=$(pgrep -P "$parent")
	pids+=("$child")
}

# A copy under a name of its own, so that what else runs here is not taken for it.
copy() { cp "$(command -v "$1")" "$TMP/$2"; }

# investigate PLAYBOOK [NAME=VALUE...]: the run document goes to $TMP/run.json
investigate() {
	local playbook=$1 params=() item
	shift
	for item; do params+=(--param "$item"); done
	co-intent "why is this machine slow" | co-plan --playbook "$playbook" "${params[@]}" |
		co-policy | co-exec --quiet >"$TMP/run.json" 2>"$ERR"
}
run() { jq -r "$@" "$TMP/run.json"; }

# A finding's text, by rule and resource; empty when there is none.
finding() { run --arg id "$1" --arg resource "$2" '.findings[] | select(.id == $id and .resource == $resource) | "\(.severity) \(.title): \(.because) > \(.next)"'; }

# A process that spins
copy bash co-spinner
timeout 300 "$TMP/co-spinner" -c 'while :; do :; done' spin --password=hunter2 &
started
spinner=$child
investigate local-high-cpu process_percent=5
like 'a spinning process is found, by pid, name and owner' "$(finding cpu-hog "process/$spinner")" "co-spinner \(pid $spinner, $(id -un).*uses [0-9]+% of a CPU"
like 'it is at least medium' "$(finding cpu-hog "process/$spinner")" '^(medium|high) '
like 'the next step is a command on it' "$(finding cpu-hog "process/$spinner")" "top -H -p $spinner"
like 'its command is shown without the secret' "$(run --arg pid "$spinner" '.execution.steps[] | .output.by_cpu // [] | .[] | select(.pid == ($pid | tonumber)).command')" 'password=\*\*\*'
is 'the secret is nowhere in the document' "$(grep -c hunter2 "$TMP/run.json")" 0
kill -9 "$spinner" 2>/dev/null

# A process that holds two percent of the memory, at most 2 GiB
share=$(awk '/^MemTotal/ { print int($2 * 1024 / 50) }' /proc/meminfo)
if [ "$share" -gt $((2 << 30)) ]; then
	skip 'a memory hog is found, by pid, name and size' 'two percent of the memory is too much to take'
else
	copy perl co-hog
	mkfifo "$TMP/hold" "$TMP/ready"
	timeout 300 "$TMP/co-hog" -e 'my $x = "x" x $ARGV[0]; open(my $r, ">", $ARGV[2]); print $r "ready\n"; close $r; open(my $f, "<", $ARGV[1]); <$f>' \
		"$share" "$TMP/hold" "$TMP/ready" &
	started
	hog=$child
	read -r _ <"$TMP/ready"
	investigate local-memory process_percent=1
	like 'a memory hog is found, by pid, name and size' "$(finding memory-hog "process/$hog")" \
		"co-hog \(pid $hog, $(id -un).*holds [0-9.]+ (MiB|GiB), [12345]% of memory"
	like 'the summary says how much is in use' "$(run '.summary.text[]')" 'memory: [0-9]+% of [0-9.]+ GiB in use'
	kill -9 "$hog" 2>/dev/null
fi

# A full file system
truncate -s 24M "$TMP/image"
mkdir "$TMP/full"
if ! mkfs.ext4 -q "$TMP/image" 2>"$ERR" || ! mount -o loop "$TMP/image" "$TMP/full" 2>"$ERR"; then
	skip 'a full file system is found, with what fills it' "cannot mount a loop device: $(tail -n 1 "$ERR")"
else
	mounts+=("$TMP/full")
	mkdir "$TMP/full/logs"
	exec 7>"$TMP/full/gone.log"
	head -c 3M /dev/zero >&7
	rm "$TMP/full/gone.log"
	cat /dev/zero >"$TMP/full/logs/debug.log" 2>/dev/null
	investigate local-disk-full
	text=$(finding disk-full "filesystem$TMP/full")
	like 'a full file system is found' "$text" "^high $TMP/full is 100% full: 0 KiB left"
	like 'with the directory that fills it' "$text" "largest directories: $TMP/full/logs 1[0-9] MiB"
	like 'and the largest file' "$text" "largest file: $TMP/full/logs/debug.log"
	like 'and who holds deleted files open there' "$text" "deleted but held open: 3 MiB by .*pid $$"
	exec 7>&-
	umount "$TMP/full"
fi

# A certificate that ends tomorrow
mkdir "$TMP/pki"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -keyout "$TMP/pki/key.pem" \
	-out "$TMP/pki/cert.pem" -subj "/CN=shop.example.com" -addext 'basicConstraints=CA:FALSE' 2>"$ERR"
investigate local-certificates paths="$TMP/pki,/no/such/place"
like 'a certificate that ends tomorrow is found' "$(finding certificate-ends "file$TMP/pki/cert.pem")" \
	'^high certificate CN=shop.example.com ends (today|tomorrow).*openssl x509 -in'
like 'a path that is not there is told' "$(run '.findings[] | select(.id == "certificate-missing").title')" '/no/such/place'
is 'no private key is in the document' "$(grep -c 'PRIVATE KEY' "$TMP/run.json")" 0

# A port open on all addresses; it accepts nothing and ends by itself
copy perl co-listener
timeout 300 "$TMP/co-listener" -MSocket -e 'socket(my $s, PF_INET, SOCK_STREAM, 0); bind($s, sockaddr_in(0, INADDR_ANY)); listen($s, 1);
	my ($port) = sockaddr_in(getsockname($s)); open(my $f, ">", $ARGV[0]); print $f "$port $$\n"; close $f; sleep 300' "$TMP/port" &
started
await 60 test -s "$TMP/port"
read -r port listener <"$TMP/port"
investigate local-exposed-services
like 'a port open on all addresses is found, with its owner' "$(finding service-exposed "process/$listener")" \
	"^medium co-listener \(pid $listener, $(id -un).*listens on all addresses, port $port"
investigate local-exposed-services "expected=22,$port"
is 'unless it is expected' "$(finding service-exposed "process/$listener")" ''
kill -9 "$listener" 2>/dev/null

# A process that writes and waits for it
dd if=/dev/zero of="$TMP/written" bs=64k count=100000 oflag=dsync 2>/dev/null &
writer=$!
pids+=("$writer")
disown
await 60 grep -q '^write_bytes: [1-9]' "/proc/$writer/io"
investigate local-io
like 'who writes to the disks is known' "$(run --arg pid "$writer" '.execution.steps[] | .output.processes // [] | .[] | select(.pid == ($pid | tonumber)) | "\(.name) \(.write_bytes_per_second > 0)"')" '^dd true'
kill -9 "$writer" 2>/dev/null
rm -f "$TMP/written"

# The whole pipe on this host as it is
investigate local-slow
is 'the main job is done' "$(run .execution.status)" 'done'

# Quiet: asked again while other work on this machine keeps it busy, but not for ever. That the CPUs are is true then.
awk -v cores="$(nproc)" '{ exit !($1 >= cores) }' /proc/loadavg && busy=cpu-saturated || busy=none
grave='[.findings[] | select((.severity == "critical" or .severity == "high") and .id != "'$busy'")]'
quiet() { investigate local-slow && [ "$(run "$grave | length")" = 0 ]; }
await 60 quiet
is 'a quiet host gives no high finding' "$(run -c "$grave | map(.title)")" '[]'
is 'every finding says why, on what evidence' "$(run '[.findings[] | select((.because // "") == "" or (.evidence | length) == 0)] | length')" 0
is 'every finding that is more than information says what to do' "$(run '[.findings[] | select(.severity != "info" and (.next // "") == "")] | length')" 0
is 'no rule failed' "$(run '[.findings[] | select(.title | contains("could not be evaluated"))] | length')" 0
like 'the summary begins with what people ask for' "$(run '.summary.text | join("|")')" 'cpu: [0-9]+% busy on [0-9]+ cores.*memory: [0-9]+%.*io: [0-9]+%.*disk /[^:]*: [0-9]+% of'

# Without rights, and in namespaces like a container's: all readings answer, and say what they cannot see
playbooks=(local-slow local-network local-certificates local-exposed-services local-clock)
readings() { # NAME COMMAND...: runs every playbook by COMMAND, collects what came out in $TMP/all.json
	local name=$1 playbook
	shift
	for playbook in "${playbooks[@]}"; do
		co-intent "why is this machine slow" | co-plan --playbook "$playbook" | co-policy | "$@" co-exec --quiet
	done >"$TMP/all.json" 2>"$ERR"
	is "$name: every run is done" "$(jq -r .execution.status "$TMP/all.json" | sort | uniq -c | tr -s ' ')" " ${#playbooks[@]} done"
	is "$name: every reading answers" "$(jq -r '.execution.steps[] | select(.status != "done") | .id' "$TMP/all.json")" ''
	is "$name: no rule fails on it" "$(jq -r '.findings[].title | select(contains("could not be evaluated"))' "$TMP/all.json")" ''
	unseen=$(jq -r '.execution.steps[].output.unseen[] | "\(.what): \(.why)"' "$TMP/all.json")
}
if [ "$(id -u)" != 0 ]; then
	skip 'without rights' 'this user has none to give up'
else
	mkdir -m 700 "$TMP/nobody"
	chown nobody "$TMP/nobody"
	chmod 711 "$TMP"
	if setpriv --reuid=nobody --regid=nogroup --clear-groups test -x "$BIN/co-exec" 2>"$ERR"; then
		readings 'without rights' env XDG_STATE_HOME="$TMP/nobody" setpriv --reuid=nobody --regid=nogroup --clear-groups
		like 'without rights: it says whose sockets and files it cannot see' "$unseen" '/proc/PID/fd of [0-9]+ processes is closed to this user'
	else
		skip 'without rights' "the programs are not where nobody may run them: $BIN"
	fi
fi
if unshare --pid --net --ipc --mount-proc --fork true 2>"$ERR"; then
	readings 'in other namespaces' unshare --pid --net --ipc --mount-proc --fork
	is 'in other namespaces: only what is there is seen' "$(jq -s 'map(.execution.steps[].output.total // empty) | max < 50' "$TMP/all.json")" true
else
	skip 'in other namespaces' "$(tail -n 1 "$ERR")"
fi

# The process that reads is closed in: no new privileges, seccomp, and it ends with co-exec
mkdir "$TMP/books"
cat >"$TMP/books/slow-look.yaml" <<'EOF'
playbook: slow-look
version: 1
title: A reading that takes a while
steps:
  - id: cpu
    call: local read cpu
    with: {interval: 20s}
findings: []
EOF
chmod 644 "$TMP/books/slow-look.yaml"
CLOUDOPS_PLAYBOOKS=$TMP/books co-plan --playbook slow-look < <(co-intent "why is this machine slow") | co-policy >"$TMP/plan.json"
co-exec --quiet <"$TMP/plan.json" >"$TMP/slow.json" 2>"$ERR" &
stage=$!
pids+=("$stage")
if await 60 pgrep -P "$stage" co-exec; then
	reader=$(pgrep -P "$stage" co-exec | head -n 1)
	pids+=("$reader")
	await 60 grep -q '^Seccomp:[[:space:]]*2' "/proc/$reader/status"
	like 'the reader is under seccomp' "$(grep '^Seccomp:' "/proc/$reader/status")" '2$'
	like 'and gains no privileges' "$(grep '^NoNewPrivs:' "/proc/$reader/status")" '1$'
	like 'and holds none of our pipes' "$(readlink "/proc/$reader/fd/1")" '^/dev/null$'
	kill -TERM "$stage"
	wait "$stage"
	like 'an interrupted reading ends soon and is told' "$(jq -r '.execution.steps[0].status, .error.code' "$TMP/slow.json" | tr '\n' ' ')" 'interrupted'
	ok 'and the reader with it' await 60 test ! -d "/proc/$reader"
else
	fail 'the reader starts' "$(cat "$ERR")"
fi
done_testing
