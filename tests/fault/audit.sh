#!/usr/bin/env bash
# Every system call co-audit makes on its log is failed in turn; and the disk is full for real. Whatever happens: exit 0 or 4,
# never silence, nothing acknowledged that is not in the log, and the log verifies.
. "$(dirname "$0")/../tap.sh"

LOG=$TMP/log
DAY=$(date -u +%F).jsonl
run=0
document() { # the next document, with an id of its own
	run=$((run + 1))
	printf '{"co":"run/1","id":"01JDBV4K6T5R9M3ZC8%08d","request":{"text":"why is this machine slow","by":"alice","uid":1000,"host":"ops1","at":"2026-11-23T06:18:59Z","via":"tty"}}\n' $run
}

# judge CODE: what is wrong with a run of co-audit that ended so, with $TMP/in, $OUT and $ERR.
judge() {
	local acknowledged id
	case $1 in
	0) [ ! -s "$ERR" ] || echo "it complained, and exited 0" ;;
	4) [ -s "$ERR" ] || echo "it failed in silence" ;;
	*) echo "exit $1" ;;
	esac
	acknowledged=$(jq -r 'select(.error | not) | .id' "$OUT") || echo "its output is torn"
	[ "$1" = 0 ] && [ "$acknowledged" != "$(jq -r .id "$TMP/in")" ] && echo "exit 0, but not acknowledged"
	[ "$1" = 4 ] && [ -s "$OUT" ] && [ "$(jq -r .error.code "$OUT")" != audit-failed ] && echo "the document does not say audit-failed"
	for id in $acknowledged; do
		[ "$(cat "$LOG"/*.jsonl | grep -c "\"run\":\"$id\"")" = 1 ] || echo "acknowledged, but not once in the log: $id"
	done
	[ ! -e "$LOG" ] || co-audit verify --all --dir "$LOG" >"$TMP/verdict" 2>&1 || echo "the log does not verify: $(cat "$TMP/verdict")"
}

# inject PREPARE CALL ERROR: fails the first, second, ... such call on the log, until there are no more. In place of the call
# one is made that the sandbox allows: strace's own choice, an invalid number, would be killed by it.
inject() {
	local k code hits=0 codes='' wrong=''
	for k in $(seq 1 40); do
		"$1"
		document >"$TMP/in"
		code=0
		strace -qq -o "$TMP/trace" -P "$LOG" -P "$LOG/head" -P "$LOG/lock" -P "$LOG/$DAY" -P "$LOG/torn-3.bin" -e "trace=$2" \
			-e "inject=$2:error=$3:syscall=getpid:when=$k" co-audit --dir "$LOG" <"$TMP/in" >"$OUT" 2>"$ERR" || code=$?
		grep -q INJECTED "$TMP/trace" || break
		hits=$((hits + 1))
		codes="$codes $code"
		wrong=$wrong$(judge "$code" | sed "s/^/call $k: /")
	done
	if [ $hits = 0 ]; then
		fail "$1, $2 fails with $3" "no such call was made"
	else
		is "$1, $2 fails with $3: $hits times, exit codes$codes" "$wrong" ''
	fi
}

fresh() { rm -rf "$LOG"; }
used() {
	rm -rf "$LOG"
	document >"$TMP/first" # not in a pipe: run must count up
	document >>"$TMP/first"
	co-audit --dir "$LOG" <"$TMP/first" >"$TMP/acknowledged"
}
torn() {
	used
	printf '{"seq":3,"time":"20' >>"$LOG/$DAY"
}

if command -v strace >/dev/null && strace -qq -o /dev/null true; then
	for prepare in fresh used torn; do
		for error in EIO ENOSPC EINTR; do
			inject $prepare fdatasync $error
			inject $prepare pwrite64 $error
			inject $prepare openat $error
		done
		inject $prepare openat EMFILE
		inject $prepare flock EINTR
		inject $prepare flock ENOLCK
		inject $prepare newfstatat EIO
		inject $prepare getdents64 EIO
	done
	inject fresh mkdir EACCES
	inject fresh fsync EIO
	inject used pread64 EIO
	inject torn pread64 EIO
	inject torn fsync EIO
	inject torn ftruncate EIO
	inject torn link EIO
	inject torn link ENOSPC

	# What is synced before what: the record, and only then the document.
	used
	document >"$TMP/in"
	strace -qq -o "$TMP/trace" -e trace=pwrite64,write,fdatasync,fsync co-audit --dir "$LOG" <"$TMP/in" >"$OUT"
	order=$(sed -En 's/^pwrite64\([0-9]+, "\{.*/record/p; s/^fdatasync.*= 0/sync/p; s/^write\(1,.*/document/p' "$TMP/trace" | paste -sd' ')
	is 'record, sync, document: in this order' "$order" 'record sync document'

	# After a failed sync the rest of the same run is refused, even if a retry would succeed.
	used
	mkfifo "$TMP/fifo"
	strace -qq -o "$TMP/trace" -e trace=fdatasync -e inject=fdatasync:error=EIO:syscall=getpid:when=1 \
		co-audit --dir "$LOG" <"$TMP/fifo" >"$OUT" 2>"$ERR" &
	tracer=$!
	exec 7>"$TMP/fifo"
	document >&7
	await 60 grep -q audit-failed "$OUT" || :
	document >&7
	exec 7>&-
	code=0
	wait $tracer || code=$?
	is 'a failed sync is never retried' "$code $(grep -c audit-failed "$OUT") $(grep -c fdatasync "$TMP/trace")" '4 2 1'
	exits 'the log verifies after it' 0 co-audit verify --all --dir "$LOG"
else
	skip 'failed system calls' 'strace cannot trace here'
fi

# A limit on the size of files stands for a full disk where nothing may be mounted.
used
document >"$TMP/in"
exits 'a file-size limit is told' 4 bash -c "ulimit -f 1; for i in 1 2 3 4; do co-audit --dir '$LOG' <'$TMP/in' >'$TMP/limited' || exit; done"
like 'and says so' "$(cat "$ERR")" 'not recorded: cannot write the audit log: File too large'
is 'the document says so too' "$(jq -r .error.code "$TMP/limited")" audit-failed
exits 'nothing torn is left' 0 co-audit verify --all --dir "$LOG"
document >"$TMP/in"
exits 'without the limit it goes on' 0 co-audit --dir "$LOG" <"$TMP/in"

if [ "$(id -u)" = 0 ] && mkdir "$TMP/disk" && mount -t tmpfs -o size=64k,mode=700 none "$TMP/disk" 2>/dev/null; then
	LOG=$TMP/disk/log
	wrong=
	for _ in $(seq 1 400); do
		document >"$TMP/in"
		code=0
		co-audit --dir "$LOG" <"$TMP/in" >"$OUT" 2>"$ERR" || code=$?
		[ $code = 0 ] || break
	done
	is 'a full disk: exit code' $code 4
	is 'a full disk: nothing lost' "$(judge $code)" ''
	like 'a full disk: said so' "$(cat "$ERR")" 'No space left on device'
	mount -o remount,size=128k "$TMP/disk"
	document >"$TMP/in"
	exits 'with room again it goes on' 0 co-audit --dir "$LOG" <"$TMP/in"
	exits 'and its log verifies' 0 co-audit verify --all --dir "$LOG"
	umount "$TMP/disk"
else
	skip 'a full disk' 'only root may mount one'
fi
done_testing
