// Stands in for `luthier_runner vllm`, and for the vLLM server behind it, as its documents and its source have it. Strict: words, fields
// and calls that are not known end it. The base's folder says in a file `vllm` how it behaves, and keeps what happened in `vllm.log`.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

const VALUES = new Set(['--served-model-name', '--host', '--port', '--generation-config']);
for (const name of ['--chat-template-content-format', '--max-lora-rank', '--max-loras', '--max-cpu-loras'])
  VALUES.add(name);

const CONTEXT = 100;
const END_TOKEN = 7;

const chat = z.strictObject({
  model: z.string(),
  messages: z.array(z.strictObject({ role: z.string(), content: z.string() })),
  stream: z.literal(true),
  stream_options: z.strictObject({ include_usage: z.literal(true), continuous_usage_stats: z.literal(true) }),
  temperature: z.number(),
  top_p: z.number(),
  seed: z.int(),
  presence_penalty: z.number(),
  frequency_penalty: z.number(),
  logprobs: z.literal(true),
  top_logprobs: z.int().max(20),
  stop_token_ids: z.tuple([z.literal(END_TOKEN)]),
  max_tokens: z.int().min(1).optional(),
  chat_template_kwargs: z.record(z.string(), z.unknown()).optional(),
});
const load = z.strictObject({ lora_name: z.string(), lora_path: z.string() });

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

function fail(code: string, message: string): never {
  say({ kind: 'failed', code, message, fix: '', details: {} });
  process.exit(1);
}

export function standInVllm([baseWord, base = '', dashes, served, ...words]: readonly string[]): void {
  if (baseWord !== '--base' || dashes !== '--' || served !== base) throw new Error('This is not how it is started.');
  const flags = new Map<string, string>();
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!VALUES.has(word) && word !== '--enable-lora') throw new Error(`vLLM has no ${word}.`);
    flags.set(word, VALUES.has(word) ? (rest.shift() ?? '') : '');
  }
  for (const name of [...VALUES, '--enable-lora'])
    if (!flags.has(name)) throw new Error(`It is started without ${name}.`);
  const { VLLM_API_KEY: key = '', VLLM_ALLOW_RUNTIME_LORA_UPDATING: updating, VLLM_NO_USAGE_STATS } = process.env;
  if (key === '' || words.includes(key) || updating !== 'True' || VLLM_NO_USAGE_STATS !== '1')
    throw new Error('Not the environment of vLLM.');
  if (!existsSync(join(base, 'vllm'))) fail('missing_package', 'vLLM is not installed.');
  const mode = readFileSync(join(base, 'vllm'), 'utf8');
  const rank = Number(flags.get('--max-lora-rank') ?? 0);
  const log = (line: string): void => appendFileSync(join(base, 'vllm.log'), `${line}\n`);
  log(`starts ${rank}`);
  if (mode === 'broken') fail('vllm_failed', 'vLLM did not start, or ended: ValueError: Free memory is too little.');
  if (mode === 'silent') return void process.stdin.resume().on('end', () => process.exit(0));
  const adapters = new Map<string, string>();
  const answers: Readonly<Record<string, (body: unknown, response: ServerResponse) => unknown>> = {
    'GET /v1/models': (_, response) => {
      const card = (id: string, parent: string | null) => ({ id, object: 'model', owned_by: 'vllm', parent });
      const data = [card('base', null), ...[...adapters.keys()].map((id) => card(id, 'base'))];
      json(response, 200, { object: 'list', data });
    },
    'POST /v1/load_lora_adapter': (body, response) => {
      const { lora_name: name, lora_path: path } = load.parse(body);
      const { r } = JSON.parse(readFileSync(join(path, 'adapter_config.json'), 'utf8'));
      if (adapters.has(name)) return refuse(response, 400, `The lora adapter '${name}' has already been loaded.`);
      if (r > rank) return refuse(response, 400, `LoRA rank ${r} is greater than max_lora_rank ${rank}.`);
      if (mode === 'picky') return refuse(response, 400, 'vLLM does not yet support DoRA.');
      adapters.set(name, readFileSync(join(path, 'adapter_model.safetensors'), 'utf8'));
      log(`loads ${name}`);
      response.end(`Success: LoRA adapter '${name}' added successfully.`);
    },
    'POST /v1/unload_lora_adapter': (body, response) => {
      const { lora_name: name } = z.strictObject({ lora_name: z.string() }).parse(body);
      if (!adapters.delete(name)) return refuse(response, 404, `The lora adapter '${name}' cannot be found.`);
      log(`unloads ${name}`);
      response.end(`Success: LoRA adapter '${name}' removed successfully.`);
    },
    'POST /v1/chat/completions': (body, response) => {
      const asked = chat.parse(body);
      if (asked.messages.at(-1)?.content === 'die late') return hangUpAndDie(server, response);
      const tuned = adapters.get(asked.model);
      if (tuned === undefined && asked.model !== 'base')
        return refuse(response, 404, `The model \`${asked.model}\` does not exist.`);
      answer(asked, tuned === undefined ? basename(base) : `tuned ${tuned}`, response);
    },
  };
  const server = createServer(async (request: IncomingMessage, response) => {
    const found = answers[`${request.method} ${request.url}`];
    if (request.headers.authorization !== `Bearer ${key}`) return json(response, 401, { error: 'Unauthorized' });
    if (found === undefined) return json(response, 404, { detail: 'Not Found' });
    const sent = await text(request);
    found(sent === '' ? null : JSON.parse(sent), response);
  });
  server.listen(Number(flags.get('--port')), flags.get('--host'), () => {
    say({ kind: 'started', pid: process.pid, version: '0', end_tokens: [END_TOKEN] });
  });
  process.stdin.on('end', () => {
    log('ends');
    process.exit(0);
  });
  process.stdin.resume();
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const refuse = (response: ServerResponse, code: number, message: string): void =>
  json(response, code, { error: { message, type: 'BadRequestError', param: null, code } });

/** As a server with a parent and much memory ends: nobody can connect any more, and its process is still there for a while. */
function hangUpAndDie(server: Server, response: ServerResponse): void {
  server.close();
  response.destroy();
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 500);
}

/** Says which model answers, the prompt and the seed, then a character in two parts; and `on` without end, unless it is to be brief. */
function answer(asked: z.output<typeof chat>, model: string, response: ServerResponse): unknown {
  const prompt = asked.messages.at(-1)?.content ?? '';
  const tokens = prompt.split(' ').length;
  if (prompt === 'die') process.kill(process.pid, 'SIGKILL');
  const room = CONTEXT - tokens;
  const limit = `This model's maximum context length is ${CONTEXT} tokens`;
  if (room < 1) return refuse(response, 400, `${limit}. However, your request has ${tokens} input tokens.`);
  if ((asked.max_tokens ?? 0) > room)
    return refuse(
      response,
      400,
      `'max_tokens' is too large: ${asked.max_tokens}. ${limit} and your request has ${tokens} input tokens.`,
    );
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let said = 0;
  const send = (body: object): void => {
    const usage = { prompt_tokens: tokens, completion_tokens: said, total_tokens: tokens + said };
    response.write(
      `data: ${JSON.stringify({ object: 'chat.completion.chunk', model: asked.model, usage, ...body })}\n\n`,
    );
  };
  const choice = (fields: object): void =>
    send({ choices: [{ index: 0, logprobs: null, finish_reason: null, ...fields }] });
  choice({ delta: { role: 'assistant', content: '' } });
  const kwargs = asked.chat_template_kwargs === undefined ? '' : ` ${JSON.stringify(asked.chat_template_kwargs)}`;
  const parts: readonly (readonly [string, string])[] = [
    ...[`vllm ${model}:`, ` ${prompt}${kwargs}`, ` #${asked.seed}`].map((one) => [one, one] as const),
    ['\ufffd', ''],
    ['\ufffd', '🙂'],
  ];
  const next = (): void => {
    if (response.destroyed) return;
    const [token, content] = parts[said] ?? [' on', ' on'];
    const ends = prompt.startsWith('brief') && said === parts.length;
    said += 1;
    const entry = { token: ends ? '<end>' : token, logprob: -0.5, bytes: [...Buffer.from(token)] };
    const top = [entry, { ...entry, token: 'other' }].slice(0, asked.top_logprobs);
    const full = said === Math.min(asked.max_tokens ?? room, room);
    choice({
      delta: { content: ends ? '' : content },
      logprobs: { content: [{ ...entry, top_logprobs: top }] },
      ...(ends ? { finish_reason: 'stop', stop_reason: END_TOKEN } : full ? { finish_reason: 'length' } : {}),
    });
    if (!ends && !full) {
      setTimeout(next, 2);
      return;
    }
    send({ choices: [] });
    response.end('data: [DONE]\n\n');
  };
  return next();
}
