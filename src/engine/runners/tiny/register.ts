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
 * in, and which parts of the prompt it has named. Contexts of the n-gram include it, so that a long answer stays of a
 * piece; a plain n-gram forgets all three within a sentence.
 */
export class Register {
  private pronoun = 0;
  private label = 0;
  private named = 0;
  private line: string[] = [];
  private labelEnd = -1;
  private ownLines = 0;
  private hash = 0;

  get value(): number {
    return this.hash;
  }

  /** Takes in one token of the answer; answers the sources that a finished labelled line offers. */
  read(token: string): Source[] {
    let own: Source[] = [];
    if (token === '\n') {
      own = this.finishLine();
      this.line = [];
      this.labelEnd = -1;
    } else {
      this.line.push(token);
      if (token === ':' && this.labelEnd < 0 && this.line.length <= 4) {
        this.labelEnd = this.line.length;
        this.label = hashText(this.line.join(''));
      }
      if (this.pronoun === 0) this.pronoun = PRONOUNS.get(token.trim().toLowerCase()) ?? 0;
    }
    this.hash = mix(mix(this.pronoun + 1, this.label), this.named);
    return own;
  }

  name(segment: number): void {
    if (segment >= 0) this.named |= 1 << segment;
    this.hash = mix(mix(this.pronoun + 1, this.label), this.named);
  }

  private finishLine(): Source[] {
    const value = this.line.slice(this.labelEnd);
    if (this.labelEnd < 0 || value.length === 0 || value.length > 4 || this.ownLines >= MAX_OWN_LINES) return [];
    const id = `O${this.ownLines}`;
    this.ownLines += 1;
    return sourcesOf(id, value, -1);
  }
}
