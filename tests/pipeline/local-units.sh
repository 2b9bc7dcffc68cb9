#!/usr/bin/env bash
# Units that fail and that keep restarting, under a real systemd: one of its own,
# as process 1 of new namespaces, so that the host's units are not touched.
# shellcheck disable=SC2016 # jq has its own $
# shellcheck source-path=SCRIPTDIR source=../tap.sh
. "$(dirname "$0")/../tap.sh"

group='' manager='' outer=''
cleanup() {
	[ -z "$manager" ] || kill -9 "$manager" 2>/dev/null
	[ -z "$outer" ] || kill -9 "$outer" 2>/dev/null
	[ -z "$group" ] || await 5 eval 'find "$group" -depth -type d -exec rmdir {} + 2>/dev/null; ! [ -d "$group" ]'
	tap_cleanup
}
trap cleanup EXIT

give_up() { # REASON
	skip 'a failed unit is found, with its last words' "$1"
	done_testing
	exit
}

systemd=
for item in /usr/lib/systemd/systemd /lib/systemd/systemd; do [ -x "$item" ] && systemd=$item; done
[ -n "$systemd" ] || give_up 'systemd is not installed'
[ "$(id -u)" = 0 ] || give_up 'needs root for namespaces'

# Its control groups go below one of our own, which is removed at the end.
for root in /sys/fs/cgroup /sys/fs/cgroup/unified; do [ -e "$root/cgroup.procs" ] && break; done
group=$root/cloudops-test-$$
mkdir "$group" 2>"$ERR" || { group=''; give_up "cannot make a control group: $(cat "$ERR")"; }

mkdir "$TMP/units"
cat >"$TMP/units/co-test.target" <<'EOF'
[Unit]
Description=The units of a test
DefaultDependencies=no
Wants=systemd-journald.service co-bad.service co-loop.service co-good.service
EOF
unit() { # NAME DESCRIPTION LINES...
	local name=$1 description=$2
	shift 2
	printf '[Unit]\nDescription=%s\nDefaultDependencies=no\nAfter=systemd-journald.service\nStartLimitIntervalSec=0\n[Service]\n' \
		"$description" >"$TMP/units/$name.service"
	printf '%s\n' "$@" >>"$TMP/units/$name.service"
}
unit co-bad 'A job that fails' Type=oneshot 'ExecStart=/bin/sh -c "echo no database; echo token=hunter2; exit 7"'
unit co-loop 'A service that keeps ending' 'ExecStart=/bin/false' Restart=always RestartSec=50ms
unit co-user 'The manager of a user' Type=notify Delegate=yes "ExecStart=$systemd --user --unit=co-mine.target" \
	"Environment=XDG_RUNTIME_DIR=/run/user/0 XDG_CONFIG_HOME=$TMP/config"
unit co-good 'A service that runs' 'ExecStart=/bin/sleep 300'

cat >"$TMP/init" <<EOF
echo \$\$ >"$group/cgroup.procs" || exit
exec unshare --pid --mount --cgroup --uts --ipc --fork --kill-child bash "$TMP/inside"
EOF
cat >"$TMP/inside" <<EOF
set -e
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir /run/systemd
umount -l /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount --bind "$TMP/units" /etc/systemd/system
[ ! -d /var/log/journal ] || mount -t tmpfs tmpfs /var/log/journal
exec env container=cloudops-test $systemd --system --unit=co-test.target --log-target=null --show-status=no
EOF
bash "$TMP/init" >"$TMP/log" 2>&1 </dev/null &
outer=$!
disown
await 10 eval 'pgrep -P "$outer"' || give_up "namespaces cannot be made here: $(tail -n 1 "$TMP/log")"
manager=$(pgrep -P "$outer")

inside() { nsenter --target "$manager" --mount --pid --cgroup -- "$@"; }
state() { inside systemctl show --property=ActiveState,NRestarts --value "$1" 2>/dev/null | tr '\n' ' '; }
ready() { [[ $(state co-bad.service) =~ failed ]] && [[ $(state co-loop.service) =~ ^([3-9]|[0-9]{2,})\  || $(state co-loop.service) =~ \ ([3-9]|[0-9]{2,})\  ]]; }
await 30 ready || give_up "systemd does not run in namespaces here: $(tail -n 1 "$TMP/log")"
await 60 eval 'inside journalctl --unit co-bad.service --output cat | grep -q database'

inside bash -c 'co-intent "why is this machine slow" | co-plan --playbook local-failed-units | co-policy | co-exec --quiet' >"$TMP/run.json" 2>"$ERR"
finding() { jq -r --arg id "$1" --arg unit "unit/$2" '.findings[] | select(.id == $id and .resource == $unit) | "\(.severity) \(.title): \(.because) > \(.next)"' "$TMP/run.json"; }

bad=$(finding unit-failed co-bad.service)
like 'a failed unit is found' "$bad" '^high unit co-bad.service failed \(exit-code\): A job that fails'
like 'with how it ended' "$bad" 'ended with status 7, since 20[0-9]{2}-'
like 'and its last words' "$bad" 'no database'
like 'without the secret in them' "$bad" 'token=\*\*\*'
like 'and what to do next' "$bad" '> systemctl status co-bad.service; journalctl'
loop=$(finding unit-restarting co-loop.service)
like 'a unit that keeps restarting is found' "$loop" '^high unit co-loop.service was restarted [0-9]+ times'
is 'a unit that runs is not' "$(finding unit-failed co-good.service)$(finding unit-restarting co-good.service)" ''
like 'the summary counts them' "$(jq -r '.summary.text | join("|")' "$TMP/run.json")" 'units: 1 of [0-9]+ failed'

# Once it is mended, nothing is left to tell.
inside systemctl stop co-loop.service
inside systemctl reset-failed
inside bash -c 'co-intent "why is this machine slow" | co-plan --playbook local-failed-units | co-policy | co-exec --quiet' >"$TMP/run.json" 2>"$ERR"
is 'a mended host is quiet' "$(jq -c '.findings' "$TMP/run.json")" '[]'
like 'and says that none failed' "$(jq -r '.summary.text | join("|")' "$TMP/run.json")" 'units: none of [0-9]+ failed'

# The manager of a user, when asked for: one that is not there is told, one that is there is read.
user_units() {
	inside bash -c 'co-intent "why is this machine slow" | co-plan --playbook local-failed-units --param scope=user | co-policy | co-exec --quiet' >"$TMP/run.json" 2>"$ERR"
}
user_units
like 'a user without a manager is told' "$(jq -r '.summary.text | join("|")' "$TMP/run.json")" 'not seen: units \(no systemd of this user'
inside mkdir -p -m 700 /run/user/0
mkdir -p "$TMP/config/systemd/user"
cp "$TMP/units/co-bad.service" "$TMP/config/systemd/user/co-mine.service"
printf '[Unit]\nDescription=The units of a user\nDefaultDependencies=no\nWants=co-mine.service\n' >"$TMP/config/systemd/user/co-mine.target"
inside systemctl start co-user.service 2>"$TMP/userlog"
if await 20 eval 'inside env XDG_RUNTIME_DIR=/run/user/0 systemctl --user is-failed co-mine.service'; then
	user_units
	like "a user's failed unit is found" "$(finding unit-failed co-mine.service)" 'systemctl --user status co-mine.service'
else
	skip "a user's failed unit is found" "no manager of a user here: $(tail -n 1 "$TMP/userlog")"
fi

# The process a unit runs is named with its unit.
inside bash -c 'co-intent "why is this machine slow" | co-plan --playbook local-memory | co-policy | co-exec --quiet' >"$TMP/run.json" 2>"$ERR"
is 'a process is told with its unit' "$(jq -r '[.execution.steps[].output.by_memory // [] | .[] | select(.name == "sleep").unit] | unique | .[0]' "$TMP/run.json")" co-good.service
done_testing
