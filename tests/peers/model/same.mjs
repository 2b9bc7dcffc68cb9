// SPDX-License-Identifier: Apache-2.0
// same.mjs OURS THEIRS: do two recorded requests mean the same? Path, key, version and every member of the body.
import assert from 'node:assert'
import fs from 'node:fs'

const [ours, theirs] = process.argv.slice(2).map(f => JSON.parse(fs.readFileSync(f, 'utf8').trim().split('\n').at(-1)))
assert.strictEqual(ours.path, theirs.path)
for (const h of ['authorization', 'api-key', 'x-goog-api-key', 'anthropic-version', 'content-type'])
  assert.strictEqual(ours.headers[h], theirs.headers[h], h)
assert.deepStrictEqual(JSON.parse(ours.body), JSON.parse(theirs.body))
