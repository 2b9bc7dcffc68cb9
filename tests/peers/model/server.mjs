// SPDX-License-Identifier: Apache-2.0
// Stand-ins for four model APIs on one loopback port: server.mjs FOLDER
// Takes /MODE/PATH-OF-THE-API. Writes its port to FOLDER/port, that of TLS (by FOLDER/tls.pem) to FOLDER/tls, every request as a line to FOLDER/requests; answers, in
// mode "ok", with the text of FOLDER/answer. Ends when FOLDER/stop appears, or after ten minutes.
// A request that the real API would refuse, or that has a member it does not have, is refused.
import fs from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import path from 'node:path'

const folder = process.argv[2]
const KEY = 'sk-canary-7f3a9c51e8d24b06'

class Refused extends Error {}
const check = (condition, what) => { if (!condition) throw new Refused(what) }
const isObject = v => typeof v === 'object' && v !== null && !Array.isArray(v)
const isText = v => typeof v === 'string' && v.length > 0

function members(value, where, required, optional = []) {
  check(isObject(value), `${where} is no object`)
  for (const k of required) check(k in value, `${where} lacks ${k}`)
  for (const k of Object.keys(value)) check(required.includes(k) || optional.includes(k), `${where} has an unknown member ${k}`)
}

// What the strict modes of Anthropic and OpenAI ask of a schema.
function strictSchema(s, where = 'schema') {
  check(isObject(s) && ['object', 'array', 'string'].includes(s.type), `${where} has no known type`)
  if (s.type === 'object') {
    members(s, where, ['type', 'properties', 'required', 'additionalProperties'], ['description'])
    check(s.additionalProperties === false, `${where} is open`)
    check(JSON.stringify(Object.keys(s.properties).sort()) === JSON.stringify([...s.required].sort()), `${where} has optional members`)
    for (const [k, v] of Object.entries(s.properties)) strictSchema(v, `${where}.${k}`)
  } else if (s.type === 'array') {
    members(s, where, ['type', 'items'], ['description'])
    strictSchema(s.items, `${where}[]`)
  } else {
    members(s, where, ['type'], ['enum', 'description'])
    if (s.enum) check(s.enum.length > 0 && new Set(s.enum).size === s.enum.length && s.enum.every(e => typeof e === 'string'), `${where} has a bad enum`)
  }
}

// Google's: OpenAPI's subset.
function openApiSchema(s, where = 'responseSchema') {
  check(isObject(s) && ['OBJECT', 'ARRAY', 'STRING'].includes(s.type), `${where} has no known type: ${s && s.type}`)
  members(s, where, ['type'], ['properties', 'required', 'items', 'enum', 'description', 'propertyOrdering'])
  for (const [k, v] of Object.entries(s.properties ?? {})) openApiSchema(v, `${where}.${k}`)
  for (const k of s.required ?? []) check(k in s.properties, `${where} requires ${k}, which it has not`)
  if (s.items) openApiSchema(s.items, `${where}[]`)
}

function chat(messages) {
  check(Array.isArray(messages) && messages.length === 2, 'messages are not two')
  messages.forEach((m, i) => {
    members(m, 'message', ['role', 'content'])
    check(m.role === ['system', 'user'][i] && isText(m.content), `message ${i} is wrong`)
  })
}

function responseFormat(f) {
  members(f, 'response_format', ['type', 'json_schema'])
  check(f.type === 'json_schema', 'response_format is no schema')
  members(f.json_schema, 'json_schema', ['name', 'schema', 'strict'], ['description'])
  check(/^[a-zA-Z0-9_-]{1,64}$/.test(f.json_schema.name) && f.json_schema.strict === true, 'json_schema has no name, or is not strict')
  strictSchema(f.json_schema.schema)
}

const openaiAnswer = (b, text, end, refusal = null) => ({
  id: 'chatcmpl-1', object: 'chat.completion', created: 1795508939, model: b.model,
  choices: [{ index: 0, message: { role: 'assistant', content: text, refusal }, logprobs: null, finish_reason: end }],
  usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
})
const openaiError = (status, message) => ({ error: { message, type: 'invalid_request_error', param: null, code: String(status) } })

const bearer = h => check(h.authorization === `Bearer ${KEY}`, 'unauthorized')

const apis = {
  anthropic: {
    path: /^\/v1\/messages$/,
    authorize: bearer,
    check(b, h) {
      check(h['anthropic-version'] === '2026-10-21', 'no anthropic-version')
      members(b, 'body', ['model', 'max_tokens', 'messages', 'system', 'output_config'])
      check(isText(b.model) && isText(b.system) && b.max_tokens > 0, 'model, system or max_tokens is wrong')
      check(b.messages.length === 1 && b.messages[0].role === 'user' && isText(b.messages[0].content), 'messages are wrong')
      members(b.output_config, 'output_config', ['format'], ['effort'])
      check(['low', 'medium', 'high', 'xhigh', 'max', undefined].includes(b.output_config.effort), 'effort is wrong')
      members(b.output_config.format, 'format', ['type', 'schema'])
      check(b.output_config.format.type === 'json_schema', 'format is no schema')
      strictSchema(b.output_config.format.schema)
    },
    answer(b, text, kind) {
      const usage = { input_tokens: 1000, output_tokens: 100, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 }
      const message = (text, stop_reason) => ({ id: 'msg_1', type: 'message', role: 'assistant', model: b.model,
        content: text ? [{ type: 'thinking', thinking: '', signature: 'c2lnbmF0dXJl' }, { type: 'text', text }] : [], stop_reason, stop_sequence: null, usage })
      if (kind === 'refusal') return message('', 'refusal')
      return kind === 'truncated' ? message(text.slice(0, 20), 'max_tokens') : message(text, 'end_turn')
    },
    error: (status, message) => ({ type: 'error', error: { type: 'invalid_request_error', message }, request_id: 'req_1' }),
  },
  openai: {
    path: /^\/chat\/completions$/,
    authorize: bearer,
    check(b) {
      members(b, 'body', ['model', 'messages', 'response_format'], ['max_completion_tokens', 'max_tokens', 'temperature', 'reasoning_effort'])
      check(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', undefined].includes(b.reasoning_effort), 'reasoning_effort is wrong')
      check(isText(b.model) && (b.max_completion_tokens > 0 || b.max_tokens > 0), 'model or tokens are wrong')
      check(!('max_completion_tokens' in b && ('max_tokens' in b || 'temperature' in b)), 'the new and the old do not go together')
      chat(b.messages)
      responseFormat(b.response_format)
    },
    answer(b, text, kind) {
      if (kind === 'refusal') return openaiAnswer(b, null, 'stop', 'I cannot help with that.')
      return openaiAnswer(b, kind === 'truncated' ? text.slice(0, 20) : text, kind === 'truncated' ? 'length' : 'stop')
    },
    error: openaiError,
  },
  azure: {
    path: /^\/openai\/deployments\/[^/]+\/chat\/completions\?api-version=\d{4}-\d\d-\d\d$/,
    authorize: h => check(h['api-key'] === KEY, 'unauthorized'),
    check: b => apis.openai.check(b),
    answer: (b, text, kind) => apis.openai.answer(b, text, kind),
    error: openaiError,
  },
  google: {
    path: /^\/v1\/models\/[^/:]+:generateContent$/,
    authorize: h => check(h['x-goog-api-key'] === KEY, 'unauthorized'),
    check(b) {
      members(b, 'body', ['contents', 'systemInstruction', 'generationConfig'])
      check(b.contents.length === 1 && b.contents[0].role === 'user' && isText(b.contents[0].parts[0].text), 'contents are wrong')
      check(isText(b.systemInstruction.parts[0].text), 'systemInstruction is wrong')
      members(b.generationConfig, 'generationConfig', ['maxOutputTokens', 'responseMimeType', 'responseSchema'])
      check(b.generationConfig.responseMimeType === 'application/json' && b.generationConfig.maxOutputTokens > 0, 'generationConfig is wrong')
      openApiSchema(b.generationConfig.responseSchema)
    },
    answer(b, text, kind) {
      const usageMetadata = { promptTokenCount: 1000, candidatesTokenCount: 100, totalTokenCount: 1100 }
      if (kind === 'refusal') return { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata }
      return { candidates: [{ index: 0, content: { role: 'model', parts: [{ text: kind === 'truncated' ? text.slice(0, 20) : text }] },
        finishReason: kind === 'truncated' ? 'MAX_TOKENS' : 'STOP' }], usageMetadata, modelVersion: 'stand-in' }
    },
    error: (status, message) => ({ error: { code: status, message, status: 'INVALID_ARGUMENT' } }),
  },
  ollama: {
    path: /^\/api\/chat$/,
    authorize: h => check(!h.authorization, 'unauthorized'),
    check(b) {
      members(b, 'body', ['model', 'messages', 'stream', 'format', 'options'])
      check(isText(b.model) && b.stream === false, 'model or stream is wrong')
      members(b.options, 'options', ['temperature', 'num_predict'])
      chat(b.messages)
      strictSchema(b.format)
    },
    answer: (b, text, kind) => ({ model: b.model, created_at: '2026-11-26T00:00:00Z', done: true,
      message: { role: 'assistant', content: kind === 'refusal' ? 'I cannot help with that.' : kind === 'truncated' ? text.slice(0, 20) : text },
      done_reason: kind === 'truncated' ? 'length' : 'stop', prompt_eval_count: 1000, eval_count: 100 }),
    error: (status, message) => ({ error: message }),
  },
}

// How an endpoint can be other than well: name -> what is done instead of a plain answer.
const send = (res, status, body, headers = {}) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  res.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json', ...headers })
  res.end(text)
}
let asked = 0
const modes = {
  ok: (res, api, b, text) => send(res, 200, api.answer(b, text)),
  down: (res, api) => send(res, 503, api.error(503, 'the service is unavailable')),
  busy: (res, api) => send(res, 429, api.error(429, 'rate limit reached'), { 'retry-after': '1' }),
  overloaded: (res, api) => send(res, 529, api.error(529, 'overloaded')),
  recovers: (res, api, b, text) => (++asked % 2 ? send(res, 529, api.error(529, 'overloaded'), { 'retry-after': '0' }) : send(res, 200, api.answer(b, text))),
  slow: () => {},
  drip: res => { res.writeHead(200, { 'content-type': 'application/json' }); const t = setInterval(() => res.write(' '), 200); res.on('close', () => clearInterval(t)) },
  html: res => send(res, 200, '<!doctype html><html><body><h1>Please log in</h1></body></html>'),
  big: res => { res.writeHead(200, { 'content-type': 'application/json' }); res.end('"' + 'x'.repeat(10 * 1024 * 1024) + '"') },
  refusal: (res, api, b, text) => send(res, 200, api.answer(b, text, 'refusal')),
  truncated: (res, api, b, text) => send(res, 200, api.answer(b, text, 'truncated')),
  cut: res => { res.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }); res.write('{"id":'); setTimeout(() => res.destroy(), 50) },
  hangup: res => res.destroy(),
  redirect: res => send(res, 307, '', { location: 'http://127.0.0.1:1/elsewhere' }),
  tells: (res, api) => send(res, 401, api.error(401, `Incorrect API key provided: ${KEY}. \u001b[2J`)),
  echoes: (res, api, b) => send(res, 200, api.answer(b, JSON.stringify({ verb: KEY }))),
}

function handle(req, res, body) {
  const [, mode, rest] = /^\/([a-z]+)(\/.*)$/.exec(req.url) ?? [, '', req.url]
  const name = Object.keys(apis).find(n => apis[n].path.test(rest))
  fs.appendFileSync(path.join(folder, 'requests'), JSON.stringify({ api: name, mode, path: rest, headers: req.headers, body }) + '\n')
  if (!name || !modes[mode]) return send(res, 404, { error: { message: `no such path: ${rest}` } })
  const api = apis[name]
  try {
    check(req.method === 'POST', 'it is no POST')
    check(/^application\/json/.test(req.headers['content-type'] ?? ''), 'it is no JSON')
    api.authorize(req.headers)
    const value = JSON.parse(body)
    api.check(value, req.headers)
    modes[mode](res, api, value, fs.readFileSync(path.join(folder, 'answer'), 'utf8').trimEnd())
  } catch (e) {
    send(res, e.message === 'unauthorized' ? 401 : 400, api.error(400, e.message))
  }
}

function receive(req, res) {
  let body = ''
  req.setEncoding('utf8')
  req.on('data', d => { body += d })
  req.on('end', () => handle(req, res, body))
}

function listen(server, name) {
  server.listen(0, '127.0.0.1', () => {
    fs.writeFileSync(path.join(folder, `${name}.new`), String(server.address().port))
    fs.renameSync(path.join(folder, `${name}.new`), path.join(folder, name))
  })
}

// A proxy, too: CONNECT to this host and nowhere else, each with a line in FOLDER/tunnels.
function tunnel(req, client, head) {
  const [host, port] = req.url.split(':')
  fs.appendFileSync(path.join(folder, 'tunnels'), req.url + '\n')
  if (!['localhost', '127.0.0.1'].includes(host)) return client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  const server = net.connect(Number(port), '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    server.write(head)
    server.pipe(client).pipe(server)
  })
  for (const s of [server, client]) s.on('error', () => { server.destroy(); client.destroy() })
}

const pem = fs.readFileSync(path.join(folder, 'tls.pem'))
listen(https.createServer({ key: pem, cert: pem }, receive), 'tls')
listen(http.createServer(receive).on('connect', tunnel), 'port')
setInterval(() => { if (fs.existsSync(path.join(folder, 'stop'))) process.exit(0) }, 100)
setTimeout(() => process.exit(1), 600000)
