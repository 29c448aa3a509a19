import type { Usage } from '../../domain/chat/types.ts';
import { countedMessages, type PricedRequest } from './requests.ts';

/** A text of a usual tongue has about so many characters a token; what the server counts corrects it. */
const CHARACTERS_A_TOKEN = 4;
/** Tokens an answer is taken to have before one is seen, unless fewer are allowed. */
const ANSWER_UNKNOWN = 256;
const SMOOTHING = 0.1;

/** How many tokens a call to one model will take of its limit, learned from what calls took. */
export class CallSize {
  private answer: number | null = null;
  private multiple = 1;
  private readonly prompts = new WeakMap<PricedRequest, number>();

  tokens(work: PricedRequest): number {
    const { maxTokens } = work.target.shape;
    return this.prompt(work) * this.multiple + (this.answer ?? Math.min(maxTokens ?? ANSWER_UNKNOWN, ANSWER_UNKNOWN));
  }

  learn(work: PricedRequest, usage: Usage): void {
    const first = this.answer === null;
    this.answer = smoothed(this.answer ?? usage.completionTokens, usage.completionTokens);
    const multiple = usage.promptTokens / this.prompt(work);
    this.multiple = first ? multiple : smoothed(this.multiple, multiple);
  }

  /** By our own count, which is asked for at every look at the lane. */
  private prompt(work: PricedRequest): number {
    const known = this.prompts.get(work) ?? promptTokens(work);
    this.prompts.set(work, known);
    return known;
  }
}

const smoothed = (before: number, newest: number): number => before + (newest - before) * SMOOTHING;

function promptTokens(work: PricedRequest): number {
  if (work.worstUsage !== null) return Math.max(1, work.worstUsage.promptTokens);
  const characters = countedMessages(work).reduce((sum, { content }) => sum + content.length, 0);
  return Math.max(1, characters / CHARACTERS_A_TOKEN);
}
