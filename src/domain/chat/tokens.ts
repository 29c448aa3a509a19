/** Gives the tokens of one text under some encoding. */
export type CountTokens = (text: string) => number;

/** What of a message is counted: all its string values, role included, and whether it has a name. */
export interface CountedMessage {
  readonly values: readonly string[];
  readonly named: boolean;
}

/** Tokens that a chat line takes beside its texts. */
export const PER_MESSAGE = 3;
export const PER_NAME = 1;
export const PER_REPLY = 3;

/** Past this length a run without a break makes every tokeniser slow (time grows with its square). */
export const LONGEST_RUN = 2_000;
/** Where a long run begins. Only where: a pattern that takes the whole of a run fails on one of millions of characters. */
const LONG_RUN = new RegExp(`\\S{${LONGEST_RUN + 1}}|\\s{${LONGEST_RUN + 1}}`);

/**
 * Tokens of a chat line: 3 a message, its string values, 1 for a name, and 3 for the reply's start. OpenAI's cookbook
 * ("How to count tokens with tiktoken"), which calls it an estimate.
 */
export function tokensOfMessages(messages: readonly CountedMessage[], count: CountTokens): number {
  return messages.reduce((total, message) => total + tokensOfMessage(message, count), PER_REPLY);
}

function tokensOfMessage(message: CountedMessage, count: CountTokens): number {
  const values = message.values.reduce((total, value) => total + countText(value, count), 0);
  return PER_MESSAGE + values + (message.named ? PER_NAME : 0);
}

/** Tokens of plain chat messages, counted as `tokensOfMessages` does. */
export function tokensOfChat(
  messages: readonly { readonly role: string; readonly content: string }[],
  count: CountTokens,
): number {
  const counted = messages.map(({ role, content }) => ({ values: [role, content], named: false }));
  return tokensOfMessages(counted, count);
}

/** Tokens of any text, its long runs counted in pieces, which may add a token a break. */
export function countText(text: string, count: CountTokens): number {
  return splitRuns(text).reduce((total, piece) => total + count(piece), 0);
}

/**
 * The text in pieces none of which holds a run of more than 2,000 characters without a break between white space and
 * the rest. Joined they are the text; most texts are one piece. Surrogate pairs stay whole.
 */
export function splitRuns(text: string): readonly string[] {
  if (text.length <= LONGEST_RUN) return [text];
  const pieces: string[] = [];
  let done = 0;
  for (const { start, end } of longRuns(text)) {
    for (let at = start + LONGEST_RUN; at < end; at += LONGEST_RUN) {
      if (isLowSurrogate(text.charCodeAt(at))) at -= 1;
      pieces.push(text.slice(done, at));
      done = at;
    }
  }
  pieces.push(text.slice(done));
  return pieces;
}

function* longRuns(text: string): Generator<{ readonly start: number; readonly end: number }> {
  const beginning = new RegExp(LONG_RUN, 'g');
  for (let found = beginning.exec(text); found !== null; found = beginning.exec(text)) {
    const over = /\s/.test(text.charAt(found.index)) ? /\S/g : /\s/g;
    over.lastIndex = beginning.lastIndex;
    const end = over.exec(text)?.index ?? text.length;
    yield { start: found.index, end };
    beginning.lastIndex = end;
  }
}

/** Whether the text holds a run that tokenisers are slow on. */
export function hasLongRun(text: string): boolean {
  return text.length > LONGEST_RUN && LONG_RUN.test(text);
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
