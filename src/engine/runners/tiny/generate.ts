import type { ChatMessage } from '../../../domain/chat/types.ts';
import { createRandom, randomInt } from '../../../domain/common/random.ts';
import { mix } from '../hash.ts';
import { Penalties } from '../penalties.ts';
import type { PracticeOptions } from '../practice/types.ts';
import type { GeneratedToken } from '../types.ts';
import type { Cursor } from './cursor.ts';
import type { Prediction, TinyModel } from './model.ts';
import { parsePointer, type Source } from './pointers.ts';
import { END, ESCAPE, START } from './vocabulary.ts';

/** One thing that may be said next. `id` is -1 for a word of the prompt that the vocabulary lacks. */
interface Choice {
  readonly id: number;
  readonly text: string;
  readonly probability: number;
}

/**
 * Unlikelier than this share of the likeliest is never said (min-p sampling, Nguyen et al. 2024): the smoothing that
 * makes a loss finite would otherwise speak a wrong word in every other sentence.
 */
const FLOOR = 0.06;

/**
 * The distribution that is sampled, best first: cut by the floor, raised to 1/temperature, cut by nucleus
 * (Holtzman et al. 2020), and made to sum to one. Temperature 0 leaves the order alone and reports as at 1.
 */
function shape(choices: readonly Choice[], temperature: number, topP: number): Choice[] {
  const sorted = choices
    .filter(({ probability }) => probability > 0)
    .sort((a, b) => b.probability - a.probability || order(a.text, b.text));
  const most = sorted[0]?.probability ?? 1;
  const heat = temperature === 0 ? 1 : temperature;
  const kept = sorted.filter(({ probability }) => probability >= most * FLOOR);
  const raised = normalise(
    kept.map((choice) => ({ ...choice, probability: (choice.probability / most) ** (1 / heat) })),
  );
  let sum = 0;
  const nucleus = raised.filter(({ probability }) => {
    const keep = sum < topP;
    sum += probability;
    return keep;
  });
  return normalise(nucleus);
}

/** `uniform` in [0, 1); at temperature 0 the first. */
function draw(choices: readonly Choice[], temperature: number, uniform: number): Choice | undefined {
  if (temperature === 0) return choices[0];
  let left = uniform;
  for (const choice of choices) {
    left -= choice.probability;
    if (left < 0) return choice;
  }
  return choices.at(-1);
}

function normalise(choices: readonly Choice[]): Choice[] {
  const sum = choices.reduce((total, { probability }) => total + probability, 0);
  return choices.map((choice) => ({ ...choice, probability: choice.probability / sum }));
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A run of this many pieces that comes round again is made ever less likely to go on as it did. */
const RUN = 6;
const REPEAT_PENALTY = 0.2;
const LIVELY = 1;

interface GeneratedPiece {
  readonly id: number;
  readonly tokens: readonly string[];
  readonly source: Source | null;
  readonly logprob: number;
}

/** Speaks token by token until the end of text or `maxTokens`. A pointer's later tokens are certain: logprob 0. */
export function* generate(
  model: TinyModel,
  messages: readonly ChatMessage[],
  options: PracticeOptions,
): Generator<GeneratedToken> {
  const source = createRandom(mix(options.seed, 0x5eed));
  const temperature = options.temperature ?? LIVELY;
  const cursor = model.start(messages);
  cursor.supply((n) => randomInt(source, n));
  const runs = new RunCounter();
  const penalties = Penalties.of(options);
  let spoken = 0;
  while (spoken < options.maxTokens) {
    const prediction = model.predict(cursor);
    const next = penalised(cursor, nextChoices(model, cursor, prediction, runs), penalties);
    const choices = shape(next, temperature, options.topP ?? 1);
    const whole = penalties === null || spoken === 0 ? decided(cursor, choices, temperature) : undefined;
    const choice = whole ?? draw(choices, temperature, source.next());
    if (choice === undefined || choice.id === END) return;
    const said = realise(cursor, choice);
    if (said === null) return;
    const top = alternatives(cursor, choices, options.topLogprobs);
    const tokens = spell(said, top).slice(0, options.maxTokens - spoken);
    spoken += tokens.length;
    for (const { text } of tokens) penalties?.say(text);
    yield* tokens;
    runs.push(said.id);
    advanceLabels(model, cursor, prediction, choice);
    cursor.advance(said.id, said.tokens, said.source);
  }
}

/** At temperature 0 the likeliest whole label is said, which need not begin with the likeliest token. */
function decided(cursor: Cursor, choices: readonly Choice[], temperature: number): Choice | undefined {
  const symbol = temperature === 0 ? (cursor.labels?.decision() ?? null) : null;
  if (symbol === null) return undefined;
  return choices.find(({ id, text }) => (symbol === '' ? id === END : text === symbol));
}

function advanceLabels(model: TinyModel, cursor: Cursor, prediction: Prediction, { id, text }: Choice): void {
  if (cursor.labels === null) return;
  const experts = model.expertProbabilities(cursor, prediction, { symbol: text, tokens: [text], source: null }, id);
  cursor.labels.advance(text, model.freeProbability(prediction, experts));
}

/** The first token bears the choice; what a pointer copies after it follows of itself. */
function spell(said: GeneratedPiece, top: GeneratedToken['top']): GeneratedToken[] {
  return said.tokens.map((text, place) => {
    if (place === 0) return { text, logprob: said.logprob, top };
    return { text, logprob: 0, top: top.length > 0 ? [{ text, logprob: 0 }] : [] };
  });
}

/** The end is always among them, so that a repetition growing unlikely makes it likely. */
function nextChoices(model: TinyModel, cursor: Cursor, prediction: Prediction, runs: RunCounter): Choice[] {
  const unknown = model.blend(cursor, prediction);
  const penalty = (id: number): number => REPEAT_PENALTY ** Math.max(0, runs.times(id) - 1);
  const copied = penalty(ESCAPE);
  const choices: Choice[] = [...unknown].map(([text, share]) => ({ id: -1, text, probability: share * copied }));
  for (const id of prediction.chain.touched) {
    if (id === START || id === END || id === ESCAPE || !canSay(model, cursor, id)) continue;
    choices.push({ id, text: model.vocabulary.text(id), probability: prediction.chain.get(id) * penalty(id) });
  }
  const end = Math.max(prediction.chain.get(END), model.chainProbability(cursor, END));
  return [...choices, { id: END, text: '', probability: end }];
}

function canSay(model: TinyModel, cursor: Cursor, id: number): boolean {
  const pointer = parsePointer(model.vocabulary.text(id));
  return pointer === null || cursor.sources.find(pointer.id) !== undefined;
}

/** A word is never invented: what the vocabulary and the prompt lack is not said, though it has a finite loss. */
function realise(cursor: Cursor, { id, text, probability }: Choice): GeneratedPiece | null {
  const logprob = Math.log(probability);
  if (id < 0) return { id: ESCAPE, tokens: [text], source: null, logprob };
  const pointer = parsePointer(text);
  if (pointer === null) return { id, tokens: [text], source: null, logprob };
  const source = cursor.sources.find(pointer.id);
  return source === undefined ? null : { id, tokens: pointer.realise(source), source, logprob };
}

function alternatives(cursor: Cursor, choices: readonly Choice[], count: number): { text: string; logprob: number }[] {
  return choices
    .slice(0, count)
    .map((choice) => ({ text: firstToken(cursor, choice), logprob: Math.log(choice.probability) }));
}

/** What a choice would say first; nothing for the end. */
function firstToken(cursor: Cursor, { id, text }: Choice): string {
  const pointer = id < 0 ? null : parsePointer(text);
  const source = pointer === null ? undefined : cursor.sources.find(pointer.id);
  const said = pointer !== null && source !== undefined ? (pointer.realise(source)[0] ?? '') : text;
  return id === END ? '' : said;
}

/** Each choice less likely, or likelier, for what its first token was said before. The end is said once. */
function penalised(cursor: Cursor, choices: readonly Choice[], penalties: Penalties | null): readonly Choice[] {
  if (penalties === null) return choices;
  return choices.map((choice) => ({
    ...choice,
    probability: choice.probability * Math.exp(-penalties.of(firstToken(cursor, choice))),
  }));
}

/** Counts what followed each run of pieces in this answer (after n-gram blocking, Paulus et al. 2017, but by degrees). */
class RunCounter {
  private readonly counts = new Map<string, number>();
  private readonly recent: number[] = [];

  push(id: number): void {
    const key = this.key(id);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    this.recent.push(id);
    if (this.recent.length > RUN) this.recent.shift();
  }

  times(id: number): number {
    return this.recent.length < RUN ? 0 : (this.counts.get(this.key(id)) ?? 0);
  }

  private key(id: number): string {
    return `${this.recent.join(' ')} ${id}`;
  }
}
