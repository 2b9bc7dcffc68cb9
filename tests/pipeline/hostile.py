#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Documents whose every text is hostile, and a judge of what a terminal was shown.

  hostile.py make DOCUMENT VECTORS    a harmless document, then one for each hostile text, one a line
  hostile.py judge CAPTURE            what was shown for them, one after another: a line of TAP-less complaint
                                      for each that could act on a terminal; exit 0 if none could
"""
import json
import sys

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


def make(document, vectors):
    doc = json.load(open(document))
    for text in ['plain', *texts(vectors)]:
        d = dict(doc)
        for section in 'request', 'plan', 'decision':
            d[section] = poison(doc[section], text)
        d['decision']['approvers'] = []
        step = d['plan']['steps'][1]
        step['with'] = {text or 'empty': text, 'body': {text or 'empty': [text]}}
        step['target'] = {text or 'empty': text}
        d['decision']['reasons'][0].update(at=text, rule=text)
        print(json.dumps(d))


def complaint(text, lines):
    for i, c in enumerate(text):
        if any(a <= ord(c) <= b for a, b in UNSAFE):
            return f'U+{ord(c):04X} at {i}: {text[max(0, i - 40):i + 40]!r}'
    if text.count('\r') != text.count('\r\n'):
        return 'a carriage return by itself'
    if text.count('\n') != lines:
        return f'{text.count(chr(10))} lines, where a harmless text makes {lines}'
    if text.count('\nTo approve, type ') != 1:
        return 'more than one line asks for a code'
    return None


def judge(capture):
    text = open(capture, 'rb').read().decode('utf-8')  # raises if it is not
    plain, *shown = text.split('\r\nApproval is asked for this plan:')[1:]
    # Behind the last question stands no further one.
    wrong = [c for c in (complaint(s, plain.count('\n')) for s in [plain, *shown]) if c]
    print('\n'.join(wrong) or len(shown))
    return bool(wrong)


if __name__ == '__main__':
    sys.exit({'make': make, 'judge': judge}[sys.argv[1]](*sys.argv[2:]))
