#!/usr/bin/env bash
# Every unit test under valgrind: no invalid access, no use of uninitialised memory, no leak.
. "$(dirname "$0")/../tap.sh"

names=()
for unit in "$BIN"/tests/unit/*; do
	case $unit in
	*.o | *.d) continue ;;
	*/local_reader) continue ;; # its filters would be the emulator's own
	esac
	[ ! -x "$unit" ] || names+=("${unit##*/}")
done

clean() {
	CLOUDOPS_TEST_QUICK=1 CMOCKA_MESSAGE_OUTPUT=TAP \
		valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect \
		--child-silent-after-fork=yes "$BIN/tests/unit/$1"
}
oks clean "${names[@]}"
done_testing
