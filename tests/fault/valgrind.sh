#!/usr/bin/env bash
# Every unit test under valgrind: no invalid access, no use of uninitialised memory, no leak.
# timeout: 400
. "$(dirname "$0")/../tap.sh"

for unit in "$BIN"/tests/unit/*; do
	case $unit in
	*.o | *.d) continue ;;
	*/local_reader) continue ;; # its filters would be the emulator's own
	esac
	[ -x "$unit" ] || continue
	ok "valgrind ${unit##*/}" env CLOUDOPS_TEST_QUICK=1 CMOCKA_MESSAGE_OUTPUT=TAP \
		valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect \
		--child-silent-after-fork=yes "$unit"
done
done_testing
