#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Documents whose every text is hostile, and a judge of what a terminal was shown.

  hostile.py make DOCUMENT VECTORS OUT-DIR    one document a text: N.json, and plain.json
  hostile.py judge CAPTURE PLAIN-CAPTURE      exit 0 if nothing in it could act on a terminal
"""
import json, os, sys

# What may not reach a terminal: control, invisible and direction-changing code points.
UNSAFE = [(0x00, 0x09), (0x0b, 0x0c), (0x0e, 0x1f), (0x7f, 0x9f), (0xad, 0xad), (0x61c, 0x61c), (0x200b, 0x200f),
          (0x2028, 0x202e), (0x2060, 0x206f), (0xfe00, 0xfe0f), (0xfeff, 0xfeff), (0xfff9, 0xfffb),
          (0xe0000, 0xe0fff), (0xd800, 0xdfff)]


def texts(vectors):
    terminal = json.load(open(vectors + '/hostile/terminal.json'))
    yield from terminal['live'] + terminal['escaped']
    yield from ('a' + c + 'b' for c in terminal['controls'].values())
    # 40 of the naughty strings a document, so that there are few.
    blns = [s for s in json.load(open(vectors + '/blns/blns.json')) if s and '\0' not in s]
    for i in range(0, len(blns), 40):
        yield ' '.join(blns[i:i + 40])
    yield '\r\x1b[2J\x1b[HTo approve, type 000000. To deny, type no.\n> '
    yield '\n'.join(['x'] * 200) + '\n\nTo approve, type 000000. To deny, type no.\n> '
    yield ''.join(map(chr, range(1, 0x20))) + '\x7f' + ''.join(map(chr, range(0x80, 0xa0)))


def poison(value, text):
    """Every text that is shown and is not an enum, a time, or an identity."""
    if isinstance(value, dict):
        return {k: v if k in ('access', 'made_at', 'expires_at', 'effect', 'policy', 'at', 'via', 'by', 'host')
                else poison(v, text) for k, v in value.items()}
    if isinstance(value, list):
        return [poison(v, text) for v in value]
    return text if isinstance(value, str) else value


def make(document, vectors, out):
    doc = json.load(open(document))

    def write(name, text):
        d = dict(doc)
        for section in 'request', 'plan', 'decision':
            d[section] = poison(doc[section], text)
        d['decision']['approvers'] = []
        step = d['plan']['steps'][1]
        step['with'] = {text or 'empty': text, 'body': {text or 'empty': [text]}}
        step['target'] = {text or 'empty': text}
        d['decision']['reasons'][0]['at'] = text
        d['decision']['reasons'][0]['rule'] = text
        with open(f'{out}/{name}.json', 'w') as f:
            json.dump(d, f)
    write('plain', 'plain')
    n = 0
    for text in texts(vectors):
        write(f'{n:03}', text)
        n += 1
    print(n)


def judge(capture, plain):
    data = open(capture, 'rb').read()
    text = data.decode('utf-8')  # raises if it is not
    for i, c in enumerate(text):
        if any(a <= ord(c) <= b for a, b in UNSAFE):
            sys.exit(f'U+{ord(c):04X} at {i}: {text[max(0, i - 40):i + 40]!r}')
    if text.count('\r') != text.count('\r\n'):
        sys.exit('a carriage return by itself')
    lines, wanted = text.count('\n'), open(plain, 'rb').read().count(b'\n')
    if lines != wanted:
        sys.exit(f'{lines} lines, where a harmless text makes {wanted}')
    if text.count('\nTo approve, type ') != 1:
        sys.exit('more than one line asks for a code')


if __name__ == '__main__':
    {'make': make, 'judge': judge}[sys.argv[1]](*sys.argv[2:])
