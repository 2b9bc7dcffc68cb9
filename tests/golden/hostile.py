# SPDX-License-Identifier: Apache-2.0
"""Makes hostile inputs in a folder: hostile.py FOLDER. Prints "MODE FILE" for each; all must be refused."""
import os
import random
import sys

DEEP = 200000
GOOD = b'{"co":"run/1","id":"01JDBV4K6T5R9M3ZC8Q0W2XNYH","ext":{"a":[1,2,3]}}'


def alias_bomb():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for below, name in zip("abcdefgh", "bcdefghi"):
        lines.append("%s: &%s [%s]" % (name, name, ", ".join(["*" + below] * 9)))
    return "\n".join(lines).encode()


def inputs():
    noise = random.Random(1)
    yield "json deep-lists", b"[" * DEEP + b"]" * DEEP
    yield "json deep-lists-unclosed", b"[" * DEEP
    yield "json deep-objects", b'{"a":' * DEEP + b"1" + b"}" * DEEP
    yield "json deep-mixed", b'[{"a":' * DEEP
    yield "json deep-after-string", b'["' + b"[" * DEEP + b'"' + b",[" * DEEP
    yield "json many-keys", b"{" + b",".join(b'"k%d":%d' % (i, i) for i in range(400000)) + b"}"
    yield "json many-keys-inside", b'[[{"a":{' + b",".join(b'"%d":0' % i for i in range(300000)) + b"}}]]"
    yield "json same-key", b"{" + b",".join([b'"a":1'] * 1000) + b"}"
    yield "json duplicate", b'{"a":1,"b":{"c":1,"\\u0063":2}}'
    yield "json doubled", GOOD + GOOD
    yield "json trailing", GOOD + b" x"
    yield "json empty", b""
    yield "json blank", b" \n" * 100000
    yield "json binary", bytes(noise.randrange(256) for _ in range(100000))
    yield "json elf", open(sys.executable, "rb").read(1000000)
    yield "json zeros", bytes(1000000)
    yield "json nul-inside", b'{"a":1\0}'
    yield "json nul-escape", b'{"a":"x\\u0000y"}'
    yield "json bad-utf8", b'{"a":"\xff\xfe"}'
    yield "json utf16", '{"a":1}'.encode("utf-16")
    yield "json bom", b"\xef\xbb\xbf{}"
    yield "json surrogate", b'"\\ud800"'
    yield "json long-number", b"[" + b"9" * 1000000 + b"]"
    yield "json huge-exponent", b"[1e" + b"9" * 100000 + b"]"
    yield "json long-string-unclosed", b'["' + b"a" * 4000000
    yield "json escapes-unclosed", b'["' + b"\\" * 1000001
    yield "json wrong-literal", b"[tru" + b"e" * 100000 + b"]"
    for cut in range(1, len(GOOD)):
        yield "json truncated-%d" % cut, GOOD[:cut]
    yield "run doubled", GOOD + GOOD
    yield "run list", b"[" + GOOD + b"]"
    yield "run wrong-type", GOOD.replace(b'{"a":[1,2,3]}', b"7")
    yield "run unknown-key", GOOD.replace(b'"ext"', b'"\\u001b[2Jext"')
    yield "yaml deep-lists", b"[" * DEEP + b"]" * DEEP
    yield "yaml deep-lists-lines", b"[\n" * DEEP
    yield "yaml deep-mappings", b"{a: " * DEEP
    yield "yaml deep-dashes", b"- " * DEEP
    yield "yaml deep-questions", b"? " * DEEP
    yield "yaml deep-indent", b"".join(b" " * i + b"a:\n" for i in range(1400))
    yield "yaml alias-bomb", alias_bomb()
    yield "yaml alias-one", b"a: &x [1]\nb: *x\n"
    yield "yaml anchor", b"&x a: 1\n"
    yield "yaml tag", b"a: !!python/object/apply:os.system [id]\n"
    yield "yaml merge", b"a: {b: 1}\nc:\n  <<: {d: 1}\n"
    yield "yaml many-keys", b"".join(b"k%d: 1\n" % i for i in range(90000))
    yield "yaml many-values", b"[" + b"a," * 300000 + b"]"
    yield "yaml many-documents", b"--- a\n" * 100000
    yield "yaml same-key", b"a: 1\n" * 100000
    yield "yaml long-key", b"k" * 900000 + b": 1\n"
    yield "yaml long-string-unclosed", b'a: "' + b"x" * 1000000
    yield "yaml escapes", b'a: "' + b"\\x" * 400000
    yield "yaml hashes", b"a: 1\nb" + b" #" * 400000
    yield "yaml colons", b"a" + b": " * 400000
    yield "yaml directives", b"%YAML 1.2\n" * 90000
    yield "yaml tag-directives", b"".join(b"%%TAG !%d! x\n" % i for i in range(60000)) + b"---\na\n"
    yield "yaml too-large", b"# comment\n" * 200000
    yield "yaml binary", bytes(noise.randrange(256) for _ in range(100000))
    yield "yaml zeros", bytes(100000)
    yield "yaml utf16", "a: 1\n".encode("utf-16")
    yield "yaml nul", b'a: "x\\0y"\n'
    yield "yaml infinite", b"a: .inf\n"
    yield "yaml empty", b""
    yield "yaml doubled", b"a: 1\n---\na: 1\n"


def main():
    for name, content in inputs():
        mode, file = name.split(" ")
        path = os.path.join(sys.argv[1], "%s-%s" % (mode, file))
        with open(path, "wb") as f:
            f.write(content)
        print(mode, path)


main()
