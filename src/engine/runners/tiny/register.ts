import { hashText, mix } from '../random.ts';
import { type Source, sourcesOf } from './segments.ts';

const PRONOUNS: ReadonlyMap<string, number> = new Map([
  ...['he', 'him', 'his', 'himself'].map((word): [string, number] => [word, 1]),
  ...['she', 'her', 'hers', 'herself'].map((word): [string, number] => [word, 2]),
  ...['they', 'them', 'their', 'theirs', 'themselves'].map((word): [string, number] => [word, 3]),
]);

const MAX_OWN_LINES = 4;

/**
 * What a writer keeps in mind beyond the last few words: which pronoun the text settled on, which labelled line it is
 * in, how the sentence began, and which parts of the prompt it has named. Contexts of the n-gram include it, so that a long answer stays of a
 * piece; a plain n-gram forgets all four within a sentence.
 */
export class Register {
  private pronoun = 0;
  private label = 0;
  private named = 0;
  /** How the sentence began: its first word, and the second when the first is a pronoun. */
  private opening = 0;
  private openingWords = 0;
  private line: string[] = [];
  private labelEnd = -1;
  private ownLines = 0;
  private hash = 0;
  private readonly pronouns: ReadonlyMap<string, number>;
  /** The first word of each short labelled line so far. */
  readonly names: string[] = [];

  /** `pronouns` tells which family of pronouns goes with a name. */
  constructor(pronouns: ReadonlyMap<string, number>) {
    this.pronouns = pronouns;
  }

  /** 0 while none has come. */
  get family(): number {
    return this.pronoun;
  }

  get value(): number {
    return this.hash;
  }

  /**
   * Takes in one token of the answer and what it was copied from; answers the sources that a finished labelled line
   * offers. A sentence that opens with a copy is remembered as such, whatever the copied word.
   */
  read(token: string, copied: Source | null): Source[] {
    let own: Source[] = [];
    if (token === '\n') {
      own = this.finishLine();
      this.line = [];
      this.labelEnd = -1;
      this.openingWords = 0;
    } else {
      this.line.push(token);
      if (token === ':' && this.labelEnd < 0 && this.line.length <= 4) {
        this.labelEnd = this.line.length;
        this.label = hashText(this.line.join(''));
        this.openingWords = 0;
      } else this.readWord(copied === null ? token : copied.id);
    }
    this.rehash();
    return own;
  }

  name(segment: number): void {
    if (segment >= 0) this.named |= 1 << segment;
    this.rehash();
  }

  private readWord(token: string): void {
    const word = token.trim().toLowerCase();
    const family = PRONOUNS.get(word) ?? 0;
    if (this.pronoun === 0) this.pronoun = family;
    if (/^[.!?]$/.test(word)) this.openingWords = 0;
    else if (this.openingWords === 0) {
      this.opening = hashText(word);
      this.openingWords = family === 0 ? 2 : 1;
    } else if (this.openingWords === 1) {
      this.opening = mix(this.opening, hashText(word));
      this.openingWords = 2;
    }
    if (this.openingWords === 0) this.opening = 0;
  }

  private rehash(): void {
    this.hash = mix(mix(mix(this.pronoun + 1, this.label), this.named), this.opening);
  }

  private finishLine(): Source[] {
    const value = this.line.slice(this.labelEnd);
    if (this.labelEnd < 0 || value.length === 0 || value.length > 4 || this.ownLines >= MAX_OWN_LINES) return [];
    const id = `O${this.ownLines}`;
    this.ownLines += 1;
    const name = (value[0] ?? '').trim();
    this.names.push(name);
    if (this.pronoun === 0) this.pronoun = this.pronouns.get(name) ?? 0;
    return sourcesOf(id, value, -1);
  }
}
