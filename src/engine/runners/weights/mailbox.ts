import type { ServingLine } from './lines.ts';

/** What belongs to one request. */
export type AnswerLine = Exclude<ServingLine, { kind: 'ready' | 'failed' }>;

/** Lines of one request, in the order they came, for one reader. */
export class Mailbox {
  private readonly lines: AnswerLine[] = [];
  private waiting: PromiseWithResolvers<AnswerLine> | null = null;
  private failure: { readonly error: unknown } | null = null;

  put(line: AnswerLine): void {
    if (this.waiting === null) this.lines.push(line);
    else this.waiting.resolve(line);
    this.waiting = null;
  }

  /** Whoever reads gets the error next, whatever came before it. */
  fail(error: unknown): void {
    this.failure ??= { error };
    this.waiting?.reject(error);
    this.waiting = null;
  }

  async take(): Promise<AnswerLine> {
    if (this.failure !== null) throw this.failure.error;
    const line = this.lines.shift();
    if (line !== undefined) return line;
    this.waiting = Promise.withResolvers<AnswerLine>();
    return this.waiting.promise;
  }
}
