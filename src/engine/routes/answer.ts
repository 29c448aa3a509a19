import { randomInt } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChatMessage } from '../../domain/chat/types.ts';
import type { GeneratedToken, LanguageModel } from '../runners/types.ts';

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

/**
 * Tokens of a chat prompt: those of each message and three for its frame, and three that begin the answer (the
 * cookbook's count, over the practice models' own tokens).
 */
export function promptTokens(messages: readonly ChatMessage[], countTokens: (text: string) => number): number {
  return messages.reduce((sum, message) => sum + 3 + countTokens(message.content), 3);
}

export const wireUsage = (prompt: number, completion: number): WireUsage => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  total_tokens: prompt + completion,
});

/** Models generate on the server's own thread: after so long another request, or a disconnect, gets its turn. */
const SLICE_MS = 8;

export interface AnswerOptions {
  readonly maxTokens: number;
  readonly stop: readonly string[];
  readonly temperature: number;
  readonly topP: number;
  /** -2 to 2: taken from the log probability of a token that was said, once and for each time. */
  readonly presencePenalty: number;
  readonly frequencyPenalty: number;
  readonly seed: number;
  readonly topLogprobs: number;
}

export type AnswerPiece =
  | { readonly kind: 'tokens'; readonly tokens: readonly GeneratedToken[] }
  /** `generated` counts every token the model made, those of a stop string too. */
  | { readonly kind: 'end'; readonly finishReason: 'stop' | 'length'; readonly generated: number };

/** Answers piece by piece. Throws the signal's reason when it aborts. */
export async function* answer(
  model: LanguageModel,
  messages: readonly ChatMessage[],
  options: AnswerOptions,
  signal: AbortSignal,
): AsyncGenerator<AnswerPiece, void, undefined> {
  const filter = createStopFilter(options.stop);
  let generated = 0;
  let cut = false;
  let sliceStart = performance.now();
  // One token more than allowed is generated, to distinguish an answer that ended from one that was cut.
  for (const token of model.generate(messages, { ...options, maxTokens: options.maxTokens + 1 })) {
    if (generated === options.maxTokens) {
      cut = true;
      break;
    }
    generated += 1;
    const tokens = filter.push(token);
    if (tokens.length > 0) yield { kind: 'tokens', tokens };
    if (filter.stopped) break;
    if (performance.now() - sliceStart > SLICE_MS) {
      await nextTurn();
      sliceStart = performance.now();
    }
    signal.throwIfAborted();
  }
  const rest = filter.rest();
  if (rest.length > 0) yield { kind: 'tokens', tokens: rest };
  yield { kind: 'end', finishReason: cut ? 'length' : 'stop', generated };
}

export const textOf = (tokens: readonly GeneratedToken[]): string => tokens.map(({ text }) => text).join('');

export interface WholeAnswer {
  readonly text: string;
  readonly tokens: readonly GeneratedToken[];
  readonly finishReason: 'stop' | 'length';
  readonly generated: number;
}

async function wholeAnswer(pieces: AsyncIterable<AnswerPiece>): Promise<WholeAnswer> {
  const tokens: GeneratedToken[] = [];
  for await (const piece of pieces) {
    if (piece.kind === 'end') {
      const { finishReason, generated } = piece;
      return { text: textOf(tokens), tokens, finishReason, generated };
    }
    tokens.push(...piece.tokens);
  }
  throw new Error('The answer had no end.');
}

/** One of the answers to a request, and its place among them. */
export interface AnswerPart {
  readonly index: number;
  readonly pieces: AsyncIterable<AnswerPiece>;
}

type Charge = (tokens: number) => void;

/** Every answer whole, as a choice of the endpoint's form; charged one by one. */
export async function wholeChoices<Part extends AnswerPart, Choice>(
  parts: Iterable<Part>,
  charge: Charge,
  choiceOf: (part: Part, made: WholeAnswer) => Choice,
): Promise<{ readonly choices: readonly Choice[]; readonly generated: number }> {
  const choices: Choice[] = [];
  let generated = 0;
  for (const part of parts) {
    const made = await wholeAnswer(part.pieces);
    generated += made.generated;
    charge(made.generated);
    choices.push(choiceOf(part, made));
  }
  return { choices, generated };
}

/** The same parts; what each adds up to is told as it ends. */
export function* recorded<Part extends AnswerPart>(
  parts: Iterable<Part>,
  onWhole: (made: WholeAnswer) => void,
): Generator<Part, void, undefined> {
  for (const part of parts) yield { ...part, pieces: recordedPieces(part.pieces, onWhole) };
}

async function* recordedPieces(
  pieces: AsyncIterable<AnswerPiece>,
  onWhole: (made: WholeAnswer) => void,
): AsyncGenerator<AnswerPiece, void, undefined> {
  const tokens: GeneratedToken[] = [];
  for await (const piece of pieces) {
    if (piece.kind === 'tokens') tokens.push(...piece.tokens);
    else onWhole({ text: textOf(tokens), tokens, finishReason: piece.finishReason, generated: piece.generated });
    yield piece;
  }
}

/** What an endpoint sends of an answer as it grows. */
export interface ChunkForm<Part> {
  /** Before the first token; null where there is nothing to send. */
  opening(part: Part): object | null;
  /** `offset`: characters of the answer sent before. */
  growing(part: Part, tokens: readonly GeneratedToken[], offset: number): object;
  ending(part: Part, finishReason: 'stop' | 'length'): object;
}

/** Every answer in chunks, one answer after the other; charged at the end of each. Gives the tokens generated. */
export async function* streamedChunks<Part extends AnswerPart>(
  parts: Iterable<Part>,
  charge: Charge,
  form: ChunkForm<Part>,
): AsyncGenerator<object, number, undefined> {
  let generated = 0;
  for (const part of parts) {
    const opening = form.opening(part);
    if (opening !== null) yield opening;
    let offset = 0;
    for await (const piece of part.pieces) {
      if (piece.kind === 'end') {
        generated += piece.generated;
        charge(piece.generated);
        yield form.ending(part, piece.finishReason);
        continue;
      }
      yield form.growing(part, piece.tokens, offset);
      offset += textOf(piece.tokens).length;
    }
  }
  return generated;
}

/** The seed of one of several answers; without a seed every call draws its own. */
export const answerSeed = (seed: number | null | undefined, index: number): number =>
  seed === null || seed === undefined ? randomInt(2 ** 31) : (Math.trunc(seed) + index) % 2 ** 31;
