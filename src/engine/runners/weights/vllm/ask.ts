import { ContextTooLong, type GenerateOptions, ModelUnavailable, type Prompt } from '../../types.ts';
import type { Asked } from '../answers.ts';
import { type AnswerLine, Mailbox } from '../mailbox.ts';
import { goneError, type VllmServer } from './server.ts';
import { type Chunk, chunksOf, type Entry, VllmRefusal } from './stream.ts';

export interface VllmQuestion {
  /** As the server calls it. */
  readonly model: string;
  readonly prompt: Prompt;
  readonly options: GenerateOptions;
  /** Handed to the chat template. */
  readonly templateOptions: Readonly<Record<string, unknown>>;
}

/**
 * Asks vLLM, and tells its answers in the lines of the runner. Each of several answers is a request of its own, which vLLM batches:
 * so each has its own seed, and can be taken back alone.
 */
export function askVllm(server: VllmServer, question: VllmQuestion): Asked {
  const box = new Mailbox();
  const stops = question.options.seeds.map(() => new AbortController());
  let prompted = false;
  const put = (line: AnswerLine): void => {
    if (line.kind !== 'prompt') box.put(line);
    else if (!prompted) box.put(line);
    prompted ||= line.kind === 'prompt';
  };
  const answer = async (index: number, { signal }: AbortController): Promise<void> => {
    try {
      for await (const chunk of answerOf(server, question, { index, signal }))
        for (const line of linesOf(chunk, index)) put(line);
    } catch (error) {
      if (signal.aborted) box.put({ kind: 'end', id: '', index, reason: 'cancelled' });
      else box.fail(await failureOf(error, server));
    }
  };
  for (const [index, stop] of stops.entries()) void answer(index, stop);
  return {
    box,
    cancel: (index) => {
      for (const [at, stop] of stops.entries()) if (index === undefined || index === at) stop.abort();
    },
    forget: () => {},
  };
}

interface OneAnswer {
  readonly index: number;
  readonly signal: AbortSignal;
}

async function* answerOf(
  server: VllmServer,
  question: VllmQuestion,
  { index, signal }: OneAnswer,
): AsyncGenerator<Chunk, void, undefined> {
  const ask = (maxTokens: number | null) =>
    server.post('/v1/chat/completions', bodyOf(server, question, index, maxTokens), signal);
  const { maxTokens } = question.options;
  try {
    yield* chunksOf(await ask(maxTokens));
  } catch (error) {
    // As the runner does it, more than there is room for is as much as there is room for.
    const { limit, prompt } = roomIn(error);
    if (limit === null || prompt === null) throw error;
    if (maxTokens === null || prompt >= limit) throw new ContextTooLong(limit, prompt, null);
    yield* chunksOf(await ask(limit - prompt));
  }
}

function bodyOf(
  { endTokens }: VllmServer,
  { model, prompt, options, templateOptions }: VllmQuestion,
  index: number,
  maxTokens: number | null,
) {
  return {
    model,
    messages: typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt,
    stream: true,
    stream_options: { include_usage: true, continuous_usage_stats: true },
    temperature: options.temperature ?? 1,
    top_p: options.topP ?? 1,
    seed: options.seeds[index],
    presence_penalty: options.presencePenalty,
    frequency_penalty: options.frequencyPenalty,
    logprobs: true,
    top_logprobs: options.topLogprobs,
    stop_token_ids: endTokens,
    ...(maxTokens === null ? {} : { max_tokens: maxTokens }),
    ...(Object.keys(templateOptions).length === 0 ? {} : { chat_template_kwargs: templateOptions }),
  };
}

function linesOf({ choices: [choice], usage }: Chunk, index: number): readonly AnswerLine[] {
  const lines: AnswerLine[] = usage == null ? [] : [{ kind: 'prompt', id: '', tokens: usage.prompt_tokens }];
  if (choice === undefined) return lines;
  const { finish_reason: reason, stop_reason: stop, logprobs, delta } = choice;
  const ends = reason === 'stop' && typeof stop !== 'string';
  const content = delta.content ?? '';
  const all = logprobs?.content ?? [];
  // The token that ends an answer is no part of it, unless it comes with what was kept back of the text.
  const entries = ends && (all.length > 1 || content === '') ? all.slice(0, -1) : all;
  const texts = textsOf(entries, content);
  for (const [place, entry] of entries.entries())
    lines.push({
      kind: 'token',
      id: '',
      index,
      ...tokenOf(entry, texts[place] ?? ''),
      top: (entry.top_logprobs ?? []).map((one) => tokenOf(one, one.token)),
    });
  if (reason != null) lines.push({ kind: 'end', id: '', index, reason: reason === 'length' ? 'length' : 'stop' });
  return lines;
}

/** What each token adds to the text: where parts of a character are among them, the last says it all. */
function textsOf(entries: readonly Entry[], content: string): readonly string[] {
  const texts = entries.map(({ token }) => token);
  return texts.join('') === content ? texts : texts.map((_, place) => (place === texts.length - 1 ? content : ''));
}

/** vLLM tells no token's number here. */
const NO_NUMBER = -1;

const tokenOf = ({ token, bytes, logprob }: Pick<Entry, 'token' | 'bytes' | 'logprob'>, text: string) => ({
  token: NO_NUMBER,
  text,
  bytes: bytes == null ? [...Buffer.from(token)] : [...bytes],
  logprob,
});

const LIMIT = /maximum context length is (\d+)/i;
const PROMPT = [/(\d+) input tokens/i, /\((\d+) in the messages/i, /prompt (?:contains|\(length|of length) ?(\d+)/i];

/** Where vLLM refused for want of room: the tokens it holds, and those of the prompt. */
function roomIn(error: unknown): { readonly limit: number | null; readonly prompt: number | null } {
  const text = error instanceof VllmRefusal && error.status === 400 ? error.message : '';
  const number = (pattern: RegExp): number | null => {
    const found = pattern.exec(text)?.[1];
    return found === undefined ? null : Number(found);
  };
  return { limit: number(LIMIT), prompt: PROMPT.map(number).find((found) => found !== null) ?? null };
}

async function failureOf(error: unknown, server: VllmServer): Promise<unknown> {
  if (error instanceof ContextTooLong || error instanceof ModelUnavailable) return error;
  if (error instanceof VllmRefusal)
    return new ModelUnavailable('vllm_refused', `vLLM refused to answer: ${error.message}.`);
  return goneError('vLLM ended in the middle of an answer.', await server.whyCut());
}
