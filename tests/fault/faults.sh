#!/usr/bin/env bash
# Every allocation and every system call that matters, failed in turn, in every stage of the pipe.
exec python3 "$(dirname "$0")/faults.py" "$@"
