#!/usr/bin/env bash
# Every allocation and every system call that matters, failed in turn, in every stage of the pipe.
make -s -C "$(dirname "$0")/../.." clang || exit
exec python3 "$(dirname "$0")/faults.py" "$@"
