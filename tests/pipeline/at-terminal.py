#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a command with a terminal of its own beside the standard streams it was given.

  at-terminal.py CAPTURE [-e ENDING=ANSWER]... COMMAND...

CAPTURE gets every byte that the command showed at the terminal. Whenever what was
shown last ends with ENDING, ANSWER is typed, each once, in order (again when nothing
happens for a second: ssh-keygen empties what was typed ahead after it has asked). "^C" and "^D" are
keys. {code} in an answer is the code that the text offers. The exit code is the command's.
"""
import os, pty, re, select, signal, sys, time

args = sys.argv[1:]
capture, args = args[0], args[1:]
answers = []
while args and args[0] == '-e':
    ending, answer = args[1].split('=', 1)
    answers.append((ending.encode(), answer))
    args = args[2:]
keep = [os.dup(0), os.dup(1)]
pid, master = pty.fork()
if pid == 0:
    os.dup2(keep[0], 0)
    os.dup2(keep[1], 1)
    for fd in keep:
        os.close(fd)
    os.execvp(args[0], args)
shown, typed = b'', None
deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    ready, _, _ = select.select([master], [], [], 1)
    if ready:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    elif typed:
        os.write(master, typed)
    if answers and shown.endswith(answers[0][0]):
        typed = answers.pop(0)[1]
        code = re.search(rb'To approve, type ([0-9a-f]{6})\.', shown)
        if code:
            typed = typed.replace('{code}', code.group(1).decode())
        typed = {'^C': b'\x03', '^D': b'\x04'}.get(typed, typed.encode() + b'\n')
        os.write(master, typed)
else:
    os.kill(pid, signal.SIGKILL)
with open(capture, 'wb') as f:
    f.write(shown)
_, status = os.waitpid(pid, 0)
sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
