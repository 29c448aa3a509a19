import type { ChatMessage } from '../../../domain/chat/types.ts';
import { Penalties } from '../penalties.ts';
import type { PracticeModel, PracticeOptions } from '../practice/types.ts';
import { tokenize } from '../text.ts';
import type { GeneratedToken } from '../types.ts';
import { character } from './character.ts';
import { Chooser } from './chooser.ts';
import { answer, ramble } from './essay.ts';
import { readRequest, readSections } from './read-request.ts';
import { readSlots, SLOT_NAMES, type Slots, slotOf } from './slots.ts';
import { tokenOdds } from './token-odds.ts';

type Writer = (instructions: string, question: string, chooser: Chooser) => string;

const GAME = /\bd\s?&\s?d\b|\bdungeons\b|\brole-?\s?playing\b|\brpg\b|\bfantasy\b|\badventurer\b/i;
const CREATE = /\b(?:create|write|generate|describe|invent|make|give|design|compose|produce)\b/i;
const OTHER = /\b(?:product|review|e-?mail|classify|intent)\b/i;

/** The teacher: a generative grammar that writes characters to order, and answers the rest to the point. */
export const practiceWriter: PracticeModel = practiceModelOf((instructions, question, chooser) => {
  const all = `${instructions}\n${question}`;
  const request = readRequest(all);
  const slots = slotsOf(instructions, question);
  const text = isCharacter(all, slots)
    ? character(slots, readSections(all), request, chooser)
    : answer(instructions, question, request, chooser);
  return request.upperCase ? text.toUpperCase() : text;
});

/** The untuned base: grammatical talk around the prompt's own words. It follows no format. */
export const practiceSmall: PracticeModel = practiceModelOf((instructions, question, chooser) =>
  ramble(question, readRequest(`${instructions}\n${question}`), chooser),
);

function slotsOf(instructions: string, question: string): Slots {
  const ofQuestion = readSlots(question);
  if (SLOT_NAMES.every((name) => ofQuestion[name] !== null) || instructions === '') return ofQuestion;
  const ofInstructions = readSlots(instructions);
  const both = { ...ofQuestion };
  for (const name of SLOT_NAMES) both[name] ??= ofInstructions[name];
  return both;
}

function isCharacter(text: string, slots: Slots): boolean {
  if (OTHER.test(text)) return false;
  const given = SLOT_NAMES.filter((name) => slots[name] !== null);
  const known = given.filter((name) => slotOf(slots[name] ?? '') === name);
  if (GAME.test(text)) return given.length > 0 || CREATE.test(text);
  if (/\bcharacter\b/i.test(text)) return given.length >= 2;
  return given.length === SLOT_NAMES.length && known.length >= 2;
}

/**
 * A writer as a language model. A grammar chooses phrases, not tokens: where alternatives are requested, each choice is
 * charged to the token it shows in; else each token bears an even share of the log probability of all choices. The sum
 * over an answer is the same.
 */
function practiceModelOf(write: Writer): PracticeModel {
  return {
    generate: (messages, options) => generateTokens(write, messages, options),
  };
}

function* generateTokens(
  write: Writer,
  messages: readonly ChatMessage[],
  options: PracticeOptions,
): Generator<GeneratedToken> {
  const question = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const instructions = messages.flatMap(({ role, content }) => (role === 'system' ? [content] : [])).join('\n');
  const conversation = messages.map(({ role, content }) => `${role}: ${content}`).join('\n');
  const choose = (given: readonly number[]): Chooser =>
    new Chooser(conversation, {
      seed: options.seed,
      temperature: options.temperature ?? 1,
      penalties: Penalties.of(options),
      given,
    });
  const chooser = choose([]);
  const tokens = tokenize(write(instructions, question, chooser));
  if (options.topLogprobs > 0) {
    const again = (ranks: readonly number[]): string[] => tokenize(write(instructions, question, choose(ranks)));
    yield* tokenOdds(tokens, chooser.choices, again, options.topLogprobs).slice(0, options.maxTokens);
    return;
  }
  const logprob = tokens.length === 0 ? 0 : chooser.logProbability / tokens.length;
  for (const text of tokens.slice(0, options.maxTokens)) yield { text, logprob, top: [] };
}
