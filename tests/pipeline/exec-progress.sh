#!/usr/bin/env bash
# Progress: one line on standard error while it is a terminal, gone at the end; foreign text in it is escaped.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../plan.sh"
export CLOUDOPS_AUDIT=$TMP/audit
document "[$(read_step $'slow\e[31m' cpu '{"interval":"1s"}')]" >"$TMP/in"

# terminal COMMAND...: runs it with a terminal as standard error; what it wrote there goes to $TMP/shown.
cat >"$TMP/terminal.py" <<'END'
import os, pty, subprocess, sys
shown, given, out = sys.argv[1:4]
master, slave = pty.openpty()
with open(given) as i, open(out, "w") as o:
    child = subprocess.Popen(sys.argv[4:], stdin=i, stdout=o, stderr=slave)
os.close(slave)
text = b""
while True:
    try:
        data = os.read(master, 4096)
    except OSError:
        break
    if not data:
        break
    text += data
open(shown, "wb").write(text)
sys.exit(child.wait())
END
exits 'with a terminal' 0 python3 "$TMP/terminal.py" "$TMP/shown" "$TMP/in" "$TMP/doc" co-exec
like 'it says what is under way' "$(cat -v "$TMP/shown")" '0/1 reading slow'
is 'foreign text is escaped' "$(tr -d '\n' <"$TMP/shown" | grep -c $'\e\\[31m')" 0
like 'and shown' "$(cat -v "$TMP/shown")" 'slow\\x1b\[31m'
is 'at the end the line is gone' "$(tail -c 4 "$TMP/shown" | cat -v)" '^M^[[K'
is 'the document is whole' "$(jq -r .execution.status "$TMP/doc")" 'done'
exits '--quiet' 0 python3 "$TMP/terminal.py" "$TMP/shown" "$TMP/in" "$TMP/doc" co-exec --quiet
is '--quiet shows nothing' "$(cat "$TMP/shown")" ''
exits 'without a terminal' 0 co-exec <"$TMP/in"
is 'nothing is shown' "$(cat "$ERR")" ''
done_testing
