import { STOP_WORDS, tokenize } from '../text.ts';

export interface CopyGuess {
  readonly token: string;
  readonly share: number;
}

const MAX_TOKENS = 4000;
const MAX_BAG = 200;
const MAX_MATCHES = 32;
/** With a run of the prompt being followed, what is left for its other words. */
const BAG_SHARE = 0.1;

/**
 * Copies without learned positions: while the answer follows a run of the prompt, guess how the run goes on (the
 * "induction" of Olsson et al. 2022); otherwise any content word of the prompt (pointer-generator, See et al. 2017).
 */
export class CopyReader {
  private readonly tokens: readonly string[];
  private readonly places = new Map<string, number[]>();
  private readonly bag: CopyGuess[];
  private readonly bagWords: ReadonlySet<string>;
  /** Places in the prompt that go on from what the answer just said, with the length of the run so far. */
  private matches: { readonly next: number; readonly length: number }[] = [];

  constructor(prompt: string) {
    this.tokens = tokenize(prompt.slice(0, MAX_TOKENS * 8)).slice(0, MAX_TOKENS);
    const words = new Set<string>();
    for (const [place, token] of this.tokens.entries()) {
      const word = token.trim();
      const list = this.places.get(word);
      if (list === undefined) this.places.set(word, [place]);
      else if (list.length < MAX_MATCHES) list.push(place);
      if (words.size < MAX_BAG && /^[\p{L}\p{N}]/u.test(word) && !STOP_WORDS.has(word.toLowerCase()))
        words.add(` ${word}`);
    }
    this.bagWords = words;
    this.bag = [...words].map((token) => ({ token, share: 1 / words.size }));
  }

  /** Length of the run being followed, 0 when there is none. */
  get run(): number {
    return this.matches[0]?.length ?? 0;
  }

  get empty(): boolean {
    return this.bag.length === 0 && this.matches.length === 0;
  }

  read(token: string): void {
    const going: { next: number; length: number }[] = [];
    const word = token.trim();
    const lengths = new Map(this.matches.map(({ next, length }) => [next, length]));
    if (word !== '') {
      for (const place of this.places.get(word) ?? []) {
        if (place + 1 < this.tokens.length) going.push({ next: place + 1, length: (lengths.get(place) ?? 0) + 1 });
      }
    }
    const longest = going.reduce((best, { length }) => Math.max(best, length), 0);
    this.matches = going.filter(({ length }) => length === longest);
  }

  probability(token: string): number {
    const following = this.followShare();
    let p = this.bagWords.has(token) ? (1 - following) / this.bagWords.size : 0;
    for (const { next } of this.matches) if (this.tokens[next] === token) p += following / this.matches.length;
    return p;
  }

  /** All guesses; a token may come twice, and its shares then add up. */
  guesses(): CopyGuess[] {
    const following = this.followShare();
    const found = this.matches.map(({ next }) => ({
      token: this.tokens[next] ?? '',
      share: following / this.matches.length,
    }));
    for (const { token, share } of this.bag) found.push({ token, share: share * (1 - following) });
    return found;
  }

  private followShare(): number {
    if (this.matches.length === 0) return 0;
    return this.bag.length === 0 ? 1 : 1 - BAG_SHARE;
  }
}
