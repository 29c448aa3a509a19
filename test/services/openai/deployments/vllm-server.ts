import { chatRoute } from '../dialects/chat-route.ts';
import { type StrictAnswer, type StrictServer, strictServer } from '../dialects/strict-server.ts';

export interface VllmElsewhere {
  readonly strict: StrictServer;
  readonly url: string;
  /** Folders of what is loaded, by name. */
  readonly loaded: Map<string, string>;
  /** Whether adapters may be loaded while it runs. */
  updating: boolean;
  enabled: boolean;
  maxRank: number;
  /** Ranks of the adapters on its disk, by folder. */
  readonly disk: Map<string, number>;
}

const NO_ROUTE: StrictAnswer = { status: 404, body: { detail: 'Not Found' } };
const refused = (code: number, message: string, type: string): StrictAnswer => ({
  status: code,
  body: { error: { message, type, param: null, code } },
});
const done = (words: string): StrictAnswer => ({ headers: { 'content-type': 'text/plain' }, body: Buffer.from(words) });

const CHAT_FIELDS = ['messages', 'model', 'max_completion_tokens', 'max_tokens', 'stream', 'stream_options'];

/** A vLLM as its documents and its source have it, on loopback: anything else that is called is a fault. */
export async function vllmElsewhere(): Promise<VllmElsewhere> {
  const loaded = new Map<string, string>();
  const card = (id: string, root: string, parent: string | null) => ({
    id,
    object: 'model',
    created: 1_790_000_000,
    owned_by: 'vllm',
    root,
    parent,
    permission: [],
    ...(parent === null ? { max_model_len: 4096 } : {}),
  });
  const chat = chatRoute('/v1/chat/completions', CHAT_FIELDS);
  const strict = await strictServer(() => [
    { method: 'GET', path: '/v1/fine_tuning/jobs/*', key: true, answer: () => NO_ROUTE },
    {
      method: 'GET',
      path: '/v1/models',
      key: true,
      answer: () => ({
        body: {
          object: 'list',
          data: [
            card('Qwen/Qwen3-0.6B', '/models/qwen', null),
            ...[...loaded].map(([name, path]) => card(name, path, 'Qwen/Qwen3-0.6B')),
          ],
        },
      }),
    },
    {
      method: 'POST',
      path: '/v1/load_lora_adapter',
      key: true,
      answer(call) {
        if (!server.updating) return NO_ROUTE;
        const { lora_name: name, lora_path: path } = call.fields(
          ['lora_name', 'lora_path'],
          ['lora_name', 'lora_path'],
        );
        const rank = server.disk.get(String(path));
        if (loaded.has(String(name)))
          return refused(400, `The lora adapter '${name}' has already been loaded.`, 'InvalidUserInput');
        if (!server.enabled) return refused(400, 'LoRA is not enabled.', 'BadRequestError');
        if (rank === undefined)
          return refused(404, `Loading lora ${name} failed: No adapter found for ${path}`, 'NotFoundError');
        if (rank > server.maxRank)
          return refused(400, `LoRA rank ${rank} is greater than max_lora_rank ${server.maxRank}.`, 'BadRequestError');
        loaded.set(String(name), String(path));
        return done(`Success: LoRA adapter '${name}' added successfully.`);
      },
    },
    {
      method: 'POST',
      path: '/v1/unload_lora_adapter',
      key: true,
      answer(call) {
        if (!server.updating) return NO_ROUTE;
        const name = String(call.fields(['lora_name'], ['lora_name']).lora_name);
        if (!loaded.delete(name)) return refused(404, `The lora adapter '${name}' cannot be found.`, 'NotFoundError');
        return done(`Success: LoRA adapter '${name}' removed successfully.`);
      },
    },
    {
      ...chat,
      answer(call) {
        const { model } = call.fields(CHAT_FIELDS);
        if (loaded.has(String(model))) return chat.answer(call);
        return refused(404, `The model \`${model}\` does not exist.`, 'NotFoundError');
      },
    },
  ]);
  const server: VllmElsewhere = {
    strict,
    url: `${strict.origin}/v1`,
    loaded,
    updating: true,
    enabled: true,
    maxRank: 16,
    disk: new Map(),
  };
  return server;
}
