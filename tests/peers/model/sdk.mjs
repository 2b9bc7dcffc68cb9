// SPDX-License-Identifier: Apache-2.0
// The vendors' own clients against the stand-ins: sdk.mjs MODULES PORT API QUESTION.json
// QUESTION is {system, text, name, schema, model, tokens, effort?}. Prints {text, input, output} as the client understood the answer.
import fs from 'node:fs'
import { createRequire } from 'node:module'

const [modules, port, api, file] = process.argv.slice(2)
const need = createRequire(`${modules}/x.js`)
const q = JSON.parse(fs.readFileSync(file, 'utf8'))
const base = `http://127.0.0.1:${port}/ok`
const apiKey = 'sk-canary-7f3a9c51e8d24b06'
const messages = [{ role: 'system', content: q.system }, { role: 'user', content: q.text }]
const response_format = { type: 'json_schema', json_schema: { name: q.name, strict: true, schema: q.schema } }

// OpenAPI's form of the schema, in the types of Google's client.
function open(s, Type) {
  const { additionalProperties, ...rest } = s
  rest.type = Type[s.type.toUpperCase()]
  if (s.items) rest.items = open(s.items, Type)
  if (s.properties) rest.properties = Object.fromEntries(Object.entries(s.properties).map(([k, v]) => [k, open(v, Type)]))
  return rest
}

async function completion(client, more) {
  const c = await client.chat.completions.create({ model: q.model, messages, response_format, ...more })
  return { text: c.choices[0].message.content, input: c.usage.prompt_tokens, output: c.usage.completion_tokens }
}

const asks = {
  async anthropic() {
    const { Anthropic } = need('@anthropic-ai/sdk')
    const m = await new Anthropic({ apiKey, baseURL: base, maxRetries: 0 }).messages.create({
      model: q.model, max_tokens: q.tokens, system: q.system, messages: [messages[1]],
      output_config: { format: { type: 'json_schema', schema: q.schema }, ...(q.effort && { effort: q.effort }) },
    })
    const text = m.content.find(b => b.type === 'text').text
    return { text, input: m.usage.input_tokens, output: m.usage.output_tokens }
  },
  openai: () => completion(new (need('openai').OpenAI)({ apiKey, baseURL: base, maxRetries: 0 }),
    { max_completion_tokens: q.tokens, ...(q.effort && { reasoning_effort: q.effort }) }),
  compatible: () => completion(new (need('openai').OpenAI)({ apiKey, baseURL: base, maxRetries: 0 }), { max_tokens: q.tokens, temperature: 0 }),
  azure: () => completion(new (need('openai').AzureOpenAI)({ apiKey, endpoint: base, apiVersion: '2024-10-21', deployment: q.model, maxRetries: 0 }),
    { max_completion_tokens: q.tokens }),
  async google() {
    const { GoogleGenAI, Type } = need('@google/genai')
    const r = await new GoogleGenAI({ apiKey, httpOptions: { baseUrl: base } }).models.generateContent({
      model: q.model, contents: q.text,
      config: { systemInstruction: q.system, maxOutputTokens: q.tokens, responseMimeType: 'application/json', responseSchema: open(q.schema, Type) },
    })
    return { text: r.text, input: r.usageMetadata.promptTokenCount, output: r.usageMetadata.candidatesTokenCount }
  },
  async ollama() {
    const { Ollama } = need('ollama')
    const r = await new Ollama({ host: base }).chat({
      model: q.model, messages, stream: false, format: q.schema, options: { temperature: 0, num_predict: q.tokens },
    })
    return { text: r.message.content, input: r.prompt_eval_count, output: r.eval_count }
  },
}
console.log(JSON.stringify(await asks[api]()))
