import { randomInt } from 'node:crypto';
import { type ApiError, badRequest } from '../http/error.ts';
import type { RateLimiter } from '../http/limits.ts';
import { delay } from '../http/stream.ts';
import {
  ContextTooLong,
  type Generated,
  type GeneratedToken,
  type GenerateOptions,
  type LanguageModel,
  type Prompt,
} from '../runners/types.ts';

export interface StopFilter {
  /** Tokens that can be given out now; those that may yet turn out to begin a stop string are held back. */
  push(token: GeneratedToken): readonly GeneratedToken[];
  /** What was held back, once nothing more comes. */
  rest(): readonly GeneratedToken[];
  readonly stopped: boolean;
}

/**
 * Ends a text before the stop string that is complete first, wherever token borders fall: of two that overlap a model
 * that writes on would never finish the other. The token it cuts is shortened.
 */
export function createStopFilter(stops: readonly string[]): StopFilter {
  let held: GeneratedToken[] = [];
  let stopped = false;
  const release = (length: number): GeneratedToken[] => {
    const out: GeneratedToken[] = [];
    let used = 0;
    for (const token of held) {
      if (used + token.text.length > length) break;
      used += token.text.length;
      out.push(token);
    }
    held = held.slice(out.length);
    return out;
  };
  return {
    push(token) {
      if (stopped) return [];
      held.push(token);
      const text = held.map((each) => each.text).join('');
      const at = firstStop(text, stops);
      if (at >= 0) {
        stopped = true;
        const whole = release(at);
        const left = at - whole.reduce((sum, each) => sum + each.text.length, 0);
        const cut = held[0];
        held = [];
        return cut && left > 0 ? [...whole, { ...cut, text: cut.text.slice(0, left) }] : whole;
      }
      return release(text.length - possibleStart(text, stops));
    },
    rest() {
      const out = stopped ? [] : held;
      held = [];
      return out;
    },
    get stopped() {
      return stopped;
    },
  };
}

/** Where the stop string that ends first begins, of several the longest; -1 when there is none. */
function firstStop(text: string, stops: readonly string[]): number {
  const found = stops.map((stop) => ({ at: text.indexOf(stop), length: stop.length })).filter(({ at }) => at >= 0);
  const [first] = found.toSorted((a, b) => a.at + a.length - b.at - b.length || a.at - b.at);
  return first?.at ?? -1;
}

/** Length of the longest end of `text` that some stop string begins with. */
function possibleStart(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length -= 1) {
      if (text.endsWith(stop.slice(0, length))) longest = length;
    }
  }
  return longest;
}

/** Usage as the API writes it. */
export interface WireUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export const wireUsage = (prompt: number, completion: number): WireUsage => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});

export interface AnswerOptions extends Required<Omit<GenerateOptions, 'seeds' | 'wanted'>> {
  readonly stop: readonly string[];
}

export type AnswerPiece = { readonly index: number } & (
  | { readonly kind: 'tokens'; readonly tokens: readonly GeneratedToken[] }
  /** `generated` counts every token the model made, those of a stop string too. */
  | { readonly kind: 'end'; readonly finishReason: 'stop' | 'length'; readonly generated: number }
);

/** Answers to one prompt, of which nothing has been made yet. */
export interface Answers {
  readonly promptTokens: number;
  /** Puts them away before any piece was asked for. */
  discard(): Promise<void>;
  /** Piece by piece, each with the number of its answer. Throws the signal's reason when it aborts. */
  readonly pieces: AsyncGenerator<AnswerPiece, void, undefined>;
}

/**
 * Has a model read a prompt. The answers, one for each seed, are made as their pieces are asked for, and numbered from
 * `first`. Throws the 400 for a prompt that the model has no room for.
 */
export async function startAnswers(
  model: LanguageModel,
  prompt: Prompt,
  { stop, ...sampling }: AnswerOptions,
  { seeds, first = 0 }: { readonly seeds: readonly number[]; readonly first?: number },
  signal: AbortSignal,
): Promise<Answers> {
  const filters = seeds.map(() => createStopFilter(stop));
  const wanted = (index: number): boolean => filters[index]?.stopped === false;
  const made = model.generate(prompt, { ...sampling, seeds, wanted }, signal)[Symbol.asyncIterator]();
  try {
    const { value } = await made.next();
    if (value?.kind !== 'prompt') throw new Error('The model did not say how long its prompt is.');
    const discard = async (): Promise<void> => void (await made.return?.());
    return { promptTokens: value.tokens, discard, pieces: filtered(made, filters, first, signal) };
  } catch (error) {
    throw error instanceof ContextTooLong ? contextTooLong(error, prompt) : error;
  }
}

/** Lets a request through the limits, and then waits as long as answers are to be delayed. Answers that may not be are put away. */
export async function admitted(
  asked: readonly Answers[],
  limiter: RateLimiter,
  latencyMs: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    limiter.admit(asked.reduce((sum, { promptTokens }) => sum + promptTokens, 0));
    await delay(latencyMs, signal);
  } catch (error) {
    await Promise.all(asked.map((answers) => answers.discard()));
    throw error;
  }
}

/** OpenAI's words for it. */
function contextTooLong({ limit, prompt, asked }: ContextTooLong, sent: Prompt): ApiError {
  const [param, where] = typeof sent === 'string' ? ['prompt', 'prompt'] : ['messages', 'messages'];
  const requested =
    asked === null
      ? `your ${where} resulted in ${prompt} tokens`
      : `you requested ${prompt + asked} tokens (${prompt} in the ${where}, ${asked} in the completion)`;
  const text =
    `This model's maximum context length is ${limit} tokens. However, ${requested}. ` +
    `Please reduce the length of the ${where}${asked === null ? '' : ' or completion'}.`;
  return badRequest(text, param, 'context_length_exceeded');
}

/** What stop strings leave of what a model makes. */
async function* filtered(
  made: AsyncIterator<Generated, unknown, undefined>,
  filters: readonly StopFilter[],
  first: number,
  signal: AbortSignal,
): AsyncGenerator<AnswerPiece, void, undefined> {
  const counts = filters.map(() => 0);
  for await (const one of { [Symbol.asyncIterator]: () => made }) {
    signal.throwIfAborted();
    if (one.kind === 'prompt') continue;
    const filter = filters[one.index];
    if (filter === undefined) throw new Error('The model made an answer that nobody asked for.');
    const index = first + one.index;
    if (one.kind === 'token') {
      counts[one.index] = (counts[one.index] ?? 0) + 1;
      const tokens = filter.push(one.token);
      if (tokens.length > 0) yield { kind: 'tokens', index, tokens };
      continue;
    }
    const rest = filter.rest();
    if (rest.length > 0) yield { kind: 'tokens', index, tokens: rest };
    const finishReason = filter.stopped ? 'stop' : one.reason;
    yield { kind: 'end', index, finishReason, generated: counts[one.index] ?? 0 };
  }
}

export const textOf = (tokens: readonly GeneratedToken[]): string => tokens.map(({ text }) => text).join('');

export interface WholeAnswer {
  readonly text: string;
  readonly tokens: readonly GeneratedToken[];
  readonly finishReason: 'stop' | 'length';
  readonly generated: number;
}

type Charge = (tokens: number) => void;

/** The same pieces; what each answer adds up to is told as it ends. */
export async function* recorded(
  pieces: AsyncIterable<AnswerPiece>,
  onWhole: (index: number, made: WholeAnswer) => void,
): AsyncGenerator<AnswerPiece, void, undefined> {
  const growing = new Map<number, GeneratedToken[]>();
  for await (const piece of pieces) {
    const tokens = growing.get(piece.index) ?? [];
    growing.set(piece.index, tokens);
    if (piece.kind === 'tokens') for (const token of piece.tokens) tokens.push(token);
    else {
      const { index, finishReason, generated } = piece;
      onWhole(index, { text: textOf(tokens), tokens, finishReason, generated });
    }
    yield piece;
  }
}

/** Every answer whole, in the order of their numbers; charged one by one. */
export async function wholeAnswers(
  pieces: AsyncIterable<AnswerPiece>,
  charge: Charge,
): Promise<{ readonly answers: readonly WholeAnswer[]; readonly generated: number }> {
  const answers: WholeAnswer[] = [];
  let generated = 0;
  const told = recorded(pieces, (index, made) => {
    answers[index] = made;
    generated += made.generated;
    charge(made.generated);
  });
  for await (const _ of told);
  return { answers, generated };
}

/** What an endpoint sends of an answer as it grows. */
export interface ChunkForm {
  /** Before the first token; null where there is nothing to send. */
  opening(index: number): object | null;
  /** `offset`: characters of the answer sent before. */
  growing(index: number, tokens: readonly GeneratedToken[], offset: number): object;
  ending(index: number, finishReason: 'stop' | 'length'): object;
}

/** Every answer in chunks, as they grow; charged at the end of each. Gives the tokens generated. */
export async function* streamedChunks(
  pieces: AsyncIterable<AnswerPiece>,
  charge: Charge,
  form: ChunkForm,
): AsyncGenerator<object, number, undefined> {
  let generated = 0;
  const offsets = new Map<number, number>();
  // The first is opened at once, so that a client hears of its answer before there is a token of it.
  const opened = function* (index: number): Generator<object, number, undefined> {
    const offset = offsets.get(index);
    if (offset !== undefined) return offset;
    offsets.set(index, 0);
    const opening = form.opening(index);
    if (opening !== null) yield opening;
    return 0;
  };
  yield* opened(0);
  for await (const piece of pieces) {
    const { index } = piece;
    const offset = yield* opened(index);
    if (piece.kind === 'end') {
      generated += piece.generated;
      charge(piece.generated);
      yield form.ending(index, piece.finishReason);
      continue;
    }
    yield form.growing(index, piece.tokens, offset);
    offsets.set(index, offset + textOf(piece.tokens).length);
  }
  return generated;
}

/** The seeds of several answers; without a seed every call draws its own. */
export const answerSeeds = (seed: number | null, first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) =>
    seed === null ? randomInt(2 ** 31) : (Math.trunc(seed) + first + i) % 2 ** 31,
  );
