#!/usr/bin/env bash
# The front script: its words, its exit codes, and that it is only the pipe.
. "$(dirname "$0")/../tap.sh"
PATH=$TOP/scripts:$PATH
export HOME=$TMP/home
mkdir "$HOME"

exits 'no word is wrong usage' 2 cloudops
exits 'an unknown command is wrong usage' 2 cloudops investigat
like 'and says which there are' "$(cat "$ERR")" 'one of investigate'
exits 'an unknown option is wrong usage' 2 cloudops plan --dryrun x
exits 'no sentence is wrong usage' 2 cloudops investigate
ok '--help' cloudops --help
is 'help goes to stdout' "$(grep -c '^usage: cloudops' "$OUT")" 1
like '--version' "$(cloudops --version)" '^cloudops [0-9]+\.'

exits 'init writes a configuration and a key' 0 cloudops init
ok 'the configuration is good' cloudops config
ok 'the key is private' test "$(stat -c %a "$XDG_CONFIG_HOME/cloudops/approval_key")" = 600
ok 'ssh-keygen reads the key' ssh-keygen -y -f "$XDG_CONFIG_HOME/cloudops/approval_key"
before=$(sha256sum "$XDG_CONFIG_HOME"/cloudops/*)
exits 'init again keeps both' 0 cloudops init
is 'nothing was replaced' "$(sha256sum "$XDG_CONFIG_HOME"/cloudops/*)" "$before"

exits 'plan shows and does nothing' 0 cloudops plan why is this machine slow
is 'nothing was logged by plan' "$(find "$XDG_STATE_HOME" -name '*.jsonl')" ''
exits 'investigate reports' 0 cloudops investigate --json why is this machine slow
is 'with every section' "$(jq -r '[has("intent","plan","decision","execution","findings","summary")] | all' "$OUT")" true
ok 'the run is on record' co-audit --run "$(jq -r .id "$OUT")"
ok 'and the log verifies' cloudops audit verify
exits 'what is not understood exits 1' 1 cloudops investigate "make me a sandwich"
like 'and says so' "$(cat "$OUT" "$ERR")" 'unclear|understood'
exits 'what has no playbook exits 1' 1 cloudops run "restart nginx on this machine"

ok 'a closed output is an error, never silence' bash -c 'cloudops investigate why is this machine slow >&-; [ $? = 4 ]'
ok 'a full disk is an error, never silence' bash -c 'cloudops investigate why is this machine slow >/dev/full; [ $? = 4 ]'
done_testing
