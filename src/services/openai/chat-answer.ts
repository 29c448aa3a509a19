import * as z from 'zod';
import { finishReasonOf } from '../../domain/chat/finish-reason.ts';
import type { FinishReason, Usage } from '../../domain/chat/types.ts';
import { isRecord, type JsonRecord } from '../../domain/common/json.ts';

const usage = z
  .object({
    prompt_tokens: z.unknown(),
    completion_tokens: z.unknown(),
    prompt_tokens_details: z.object({ cached_tokens: z.unknown() }).nullish().catch(null),
  })
  .nullish()
  .catch(null);

/** A text, or parts of which the texts count. */
const texts = z.union([
  z.string(),
  z
    .array(z.object({ text: z.string().optional().catch(undefined) }))
    .transform((parts) => parts.map((part) => part.text ?? '').join('')),
]);

const part = z.object({ text: z.string().optional().catch(undefined), thinking: texts.optional().catch(undefined) });

interface Said {
  readonly text: string;
  readonly thoughts: string;
}

/** A string, or parts: texts, and thoughts as Mistral and Anthropic send them; null while a model only calls tools. */
const content = z
  .union([
    z.string().transform((text): Said => ({ text, thoughts: '' })),
    z.array(part).transform(
      (parts): Said => ({
        text: parts.map(({ text }) => text ?? '').join(''),
        thoughts: parts.map(({ thinking }) => thinking ?? '').join(''),
      }),
    ),
  ])
  .nullish()
  .catch(null);

const words = z.string().nullish().catch(null);

/** Calls in the place of a text, or beside one; read leniently, since what is shown of them is all that is kept. */
const calls = z.record(z.string(), z.unknown());
const called = {
  tool_calls: z.array(calls).nullish().catch(null),
  function_call: calls.nullish().catch(null),
};

/** A message or a piece of one. DeepSeek and vLLM think in `reasoning_content`, OpenRouter and Ollama in `reasoning`. */
const spoken = z.object({
  content,
  refusal: words,
  reasoning_content: words,
  reasoning: words,
  thinking: words,
  ...called,
});

const saidIn = (text: string): z.infer<typeof spoken> => ({ content: { text, thoughts: '' } });

const thoughtsOf = (said: z.infer<typeof spoken> | null | undefined): string =>
  said?.reasoning_content || said?.reasoning || said?.thinking || said?.content?.thoughts || '';

/** Which of several choices this is. */
const place = z.number().nullish().catch(null);
const reason = words.transform((word) => (word == null ? null : finishReasonOf(word)));

/** Of several choices the first is meant; a server may send them in any order. */
const firstOf = <T extends { readonly index?: number | null | undefined }>(choices: readonly T[]): T | undefined =>
  choices.find(({ index }) => index === 0) ?? choices.find(({ index }) => index == null);

const completion = z.object({
  model: words,
  usage,
  choices: z
    .array(
      z.union([
        z.object({ index: place, message: spoken, finish_reason: reason }),
        // Of servers that answer as the older completions did.
        z
          .object({ index: place, text: z.string(), finish_reason: reason })
          .transform(({ text, ...rest }) => ({ ...rest, message: saidIn(text) })),
      ]),
    )
    .transform((choices) => firstOf(choices) ?? choices[0]),
});

const chunk = z.object({
  model: words,
  usage,
  choices: z
    .array(
      z
        .object({
          index: place,
          delta: spoken.nullish().catch(null),
          message: spoken.nullish().catch(null),
          text: words,
          finish_reason: reason,
        })
        .transform(({ delta, message, text, ...rest }) => ({
          ...rest,
          delta: delta ?? message ?? (text == null ? null : saidIn(text)),
        })),
    )
    .transform(firstOf)
    .nullish()
    .catch(null),
});

/** What an answer says, whole or so far. */
export interface PartialAnswer {
  readonly text: string;
  /** Its calls, as `tool_calls` has them. */
  readonly calls: readonly JsonRecord[];
  readonly refusal: string | null;
  /** What a reasoning model thought, apart from the text; empty where it did not. */
  readonly reasoning: string;
  readonly finishReason: FinishReason | null;
  readonly usage: Usage | null;
  /** Figures of usage that cannot be true; null where all can. */
  readonly oddUsage: string | null;
  readonly model: string | null;
}

export const EMPTY_ANSWER: PartialAnswer = {
  text: '',
  calls: [],
  refusal: null,
  reasoning: '',
  finishReason: null,
  usage: null,
  oddUsage: null,
  model: null,
};

/** What an answer that is one text has beside it: nothing. */
const BESIDE = ['refusal', 'reasoning_content', 'reasoning', 'thinking', 'tool_calls', 'function_call'] as const;

/** An answer that is one text, as nearly all are; the leniency that others need takes two to three times as long. Null for those. */
function plainCompletion(body: unknown): PartialAnswer | null {
  if (!isRecord(body) || !Array.isArray(body.choices) || body.choices.length !== 1) return null;
  const choice: unknown = body.choices[0];
  if (!isRecord(choice) || !isRecord(choice.message)) return null;
  const { message, finish_reason: word = null } = choice;
  const { content: text } = message;
  if (typeof text !== 'string' || BESIDE.some((name) => message[name] != null)) return null;
  return {
    ...EMPTY_ANSWER,
    text,
    finishReason: typeof word === 'string' ? finishReasonOf(word) : null,
    ...readUsage(plainUsage(body.usage)),
    model: typeof body.model === 'string' ? body.model : null,
  };
}

/** As the schema of usage reads it. */
function plainUsage(used: unknown): z.infer<typeof usage> {
  if (!isRecord(used) || !('prompt_tokens' in used && 'completion_tokens' in used)) return null;
  const { prompt_tokens, completion_tokens, prompt_tokens_details: details } = used;
  return {
    prompt_tokens,
    completion_tokens,
    prompt_tokens_details: isRecord(details) ? { cached_tokens: details.cached_tokens } : null,
  };
}

/** The first choice of a whole answer; without one it is empty. Throws ZodError when there is no list of choices. */
export function readCompletion(body: unknown): PartialAnswer {
  const plain = plainCompletion(body);
  if (plain !== null) return plain;
  const { choices: first, model, usage: used } = completion.parse(body);
  return {
    text: first?.message.content?.text ?? '',
    calls: first?.message.tool_calls ?? oldCall(first?.message.function_call),
    refusal: first?.message.refusal ?? null,
    reasoning: thoughtsOf(first?.message),
    finishReason: first?.finish_reason ?? null,
    ...readUsage(used),
    model: model ?? null,
  };
}

/**
 * `said` and one more chunk of a stream; `delta` and `thoughts` are what the chunk adds to the text and to the reasoning.
 * `news` is false of a chunk that adds nothing, as some servers send for pings.
 */
export function addChunk(
  said: PartialAnswer,
  body: unknown,
): { readonly said: PartialAnswer; readonly delta: string; readonly thoughts: string; readonly news: boolean } {
  const { choices: choice, model, usage: used } = chunk.parse(body);
  const delta = choice?.delta?.content?.text ?? '';
  const thoughts = thoughtsOf(choice?.delta);
  const declined = choice?.delta?.refusal ?? '';
  const pieces = choice?.delta?.tool_calls ?? oldCall(choice?.delta?.function_call);
  const ends = (choice?.finish_reason ?? used) != null;
  return {
    delta,
    thoughts,
    news: delta + thoughts + declined !== '' || pieces.length > 0 || ends,
    said: {
      text: said.text + delta,
      calls: addCalls(said.calls, pieces),
      reasoning: said.reasoning + thoughts,
      refusal: declined === '' ? said.refusal : (said.refusal ?? '') + declined,
      finishReason: choice?.finish_reason ?? said.finishReason,
      ...newerUsage(said, used),
      model: model ?? said.model,
    },
  };
}

const oldCall = (call: JsonRecord | null | undefined): readonly JsonRecord[] =>
  call == null ? [] : [{ function: call }];

/** Pieces of calls of a stream, each put to the call of its index: names come whole, arguments in parts. */
function addCalls(said: readonly JsonRecord[], pieces: readonly JsonRecord[]): readonly JsonRecord[] {
  const calls = [...said];
  for (const piece of pieces) {
    const at = callAt(piece, calls.length);
    calls[at] = { function: joinCall(calls[at]?.function, piece.function) };
  }
  return calls;
}

/** Which call a piece goes to. Where a server leaves the index out, an id begins a new one. */
function callAt({ index, id }: JsonRecord, there: number): number {
  if (typeof index === 'number') return Math.min(Math.max(0, index), there);
  return id === undefined ? Math.max(0, there - 1) : there;
}

function joinCall(before: unknown, piece: unknown): JsonRecord {
  const [old, more] = [before, piece].map((part) => (isRecord(part) ? part : {}));
  const written = (part: JsonRecord | undefined): string => (typeof part?.arguments === 'string' ? part.arguments : '');
  return { name: old?.name ?? more?.name, arguments: written(old) + written(more) };
}

/** More tokens than any call has. */
const MOST_TOKENS = 1e9;
const canBeTrue = (tokens: unknown): tokens is number =>
  typeof tokens === 'number' && Number.isInteger(tokens) && tokens >= 0 && tokens <= MOST_TOKENS;

type ReadUsage = Pick<PartialAnswer, 'usage' | 'oddUsage'>;

/** Figures that cannot be true make none of them usable. */
function readUsage(used: z.infer<typeof usage>): ReadUsage {
  const figures = {
    prompt_tokens: used?.prompt_tokens,
    completion_tokens: used?.completion_tokens,
    cached_tokens: used?.prompt_tokens_details?.cached_tokens,
  };
  const odd = Object.entries(figures).find(([, tokens]) => tokens != null && !canBeTrue(tokens));
  if (odd !== undefined) return { usage: null, oddUsage: `${odd[0]} ${String(JSON.stringify(odd[1])).slice(0, 24)}` };
  if (figures.prompt_tokens == null && figures.completion_tokens == null) return { usage: null, oddUsage: null };
  const countOf = (tokens: unknown): number => (canBeTrue(tokens) ? tokens : 0);
  const read = {
    promptTokens: countOf(figures.prompt_tokens),
    completionTokens: countOf(figures.completion_tokens),
    cachedTokens: countOf(figures.cached_tokens),
  };
  return { usage: read, oddUsage: null };
}

function newerUsage(said: ReadUsage, used: z.infer<typeof usage>): ReadUsage {
  const read = readUsage(used);
  return read.usage === null && read.oddUsage === null ? { usage: said.usage, oddUsage: said.oddUsage } : read;
}
