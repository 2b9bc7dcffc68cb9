#!/usr/bin/env bash
# What `make install` puts in place works from there, and `make uninstall` leaves nothing.
. "$(dirname "$0")/../tap.sh"

ok 'installs into DESTDIR' make -s -C "$TOP" install PREFIX=/usr DESTDIR="$TMP/root"
export PATH=$TMP/root/usr/bin:/usr/bin:/bin
ok 'the installed pipe runs' bash -o pipefail -c \
	'co-intent "are the clocks of this machine right" | co-plan | co-policy | co-exec --dry-run | co-report >/dev/null'
like 'data comes from the installed place' "$(strace -f -e trace=openat -o /dev/stdout co-plan --list 2>/dev/null | grep -c "$TMP/root/usr/share/cloudops/playbooks")" '^[1-9]'
ok 'cloudops finds its tools' cloudops plan "why is this machine slow"

ok 'bash completion parses' bash -n "$TMP/root/usr/share/bash-completion/completions/cloudops"
is 'bash completes an option' "$(bash -c '. "$1"; COMP_WORDS=(co-plan --ex); COMP_CWORD=1; _cloudops co-plan; echo "${COMPREPLY[*]}"' _ \
	"$TMP/root/usr/share/bash-completion/completions/cloudops")" '--explain'
is 'bash completes a command' "$(bash -c '. "$1"; COMP_WORDS=(cloudops inv); COMP_CWORD=1; _cloudops cloudops; echo "${COMPREPLY[*]}"' _ \
	"$TMP/root/usr/share/bash-completion/completions/cloudops")" 'investigate'
ok 'zsh completion parses' zsh -n "$TMP/root/usr/share/zsh/site-functions/_cloudops"
ok 'fish completion parses' fish -n "$TMP/root/usr/share/fish/vendor_completions.d/cloudops.fish"
like 'fish completes an option' "$(fish --no-config -c "source $TMP/root/usr/share/fish/vendor_completions.d/cloudops.fish; complete -C 'co-exec --dry'")" '--dry-run'

ok 'uninstalls' make -s -C "$TOP" uninstall PREFIX=/usr DESTDIR="$TMP/root"
is 'nothing is left' "$(find "$TMP/root" -type f -o -type l)" ''
done_testing
