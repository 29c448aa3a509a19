import { createHash } from 'node:crypto';
import type { PriceTable } from '../pricing/types.ts';
import { type CountTokens, countText, tokensOfMessages } from '../tokens/count.ts';
import { tokenLimitOf } from '../tokens/models.ts';
import type { ChatLine } from './chatLine.ts';
import { type LineKind, parseTrainingLine } from './preferenceLine.ts';
import { buildReport, type DatasetReport, type LineMeasure } from './report.ts';
import type { DatasetFinding } from './types.ts';

const MIN_EXAMPLES = 10;
const MAX_BYTES = 512 * 1024 * 1024;

export interface CheckOptions {
  readonly model: string;
  /** Counts under the model's encoding; called with texts free of very long runs. */
  readonly count: CountTokens;
  readonly prices: PriceTable;
}

/**
 * Checks a training file, of chat lines or of preference lines, line by line, so that a worker can stream a file of any size through it: `push` each
 * line without its line end, then `finish`. Every finding carries its line. Memory goes with the number of lines, not
 * with their length.
 */
export class DatasetCheck {
  readonly #options: CheckOptions;
  readonly #findings: DatasetFinding[] = [];
  readonly #measures: LineMeasure[] = [];
  /** Digest of an example to the line it was first seen on. */
  readonly #seen = new Map<string, number>();
  /** The file's kind is that of its first line. */
  #kind: LineKind | null = null;
  #lines = 0;
  #examples = 0;
  #bytes = 0;

  constructor(options: CheckOptions) {
    this.#options = options;
  }

  push(text: string): void {
    this.#lines += 1;
    this.#bytes += Buffer.byteLength(text) + 1;
    const { kind, line, findings } = parseTrainingLine(text, this.#lines);
    for (const finding of findings) this.#findings.push(finding);
    if (text.trim() !== '') this.#examples += 1;
    if (kind !== null) this.#findOtherKind(kind);
    if (line === null) return;
    this.#findDuplicate(text);
    this.#measure(line);
  }

  finish(): DatasetReport {
    const { model, prices } = this.#options;
    const findings = [...this.#findings, ...this.#wholeFile()];
    const kind = this.#kind ?? 'chat';
    return buildReport({ model, kind, examples: this.#examples, measures: this.#measures, findings, prices });
  }

  #findOtherKind(kind: LineKind): void {
    this.#kind ??= kind;
    if (kind === this.#kind) return;
    const [it, others] = kind === 'chat' ? ['a chat line', 'preference'] : ['a preference (DPO) line', 'chat'];
    const message = `This is ${it}, in a file of ${others} lines.`;
    this.#add('error', 'mixed-lines', this.#lines, message, 'Put the two kinds into files of their own.');
  }

  #findDuplicate(text: string): void {
    const digest = createHash('sha256')
      .update(text.replace(/^\ufeff/, '').trim())
      .digest('base64');
    const first = this.#seen.get(digest);
    if (first === undefined) this.#seen.set(digest, this.#lines);
    else {
      const message = `The line is the same as line ${first}; it counts, and is billed, twice.`;
      this.#add('warning', 'duplicate', this.#lines, message, 'Remove one of the two, unless it is meant.');
    }
  }

  #measure(line: ChatLine): void {
    const counts = new Map<string, number>();
    const count = (text: string): number => {
      const known = counts.get(text);
      if (known !== undefined) return known;
      const counted = this.#options.count(text);
      counts.set(text, counted);
      return counted;
    };
    const tokens = tokensOfMessages(line.counted, count);
    const answers = line.messages.filter((message) => message.role === 'assistant');
    this.#measures.push({
      line: this.#lines,
      messages: line.messages.length,
      tokens,
      assistantTokens: answers.reduce((total, answer) => total + countText(answer.text, count), 0),
      hasSystem: line.messages.some((message) => message.role === 'system'),
      hasUser: line.messages.some((message) => message.role === 'user'),
    });
    const limit = tokenLimitOf(this.#options.model);
    if (limit !== null && tokens > limit) {
      const message = `The example has ${tokens} tokens; past ${limit} it is cut off, its answer first.`;
      this.#add('warning', 'over-limit', this.#lines, message, 'Shorten or split it.');
    }
  }

  #wholeFile(): readonly DatasetFinding[] {
    const findings: DatasetFinding[] = [];
    const line = Math.max(1, this.#lines);
    if (this.#examples < MIN_EXAMPLES) {
      const message = `The file has ${this.#examples} example(s), but must have at least ${MIN_EXAMPLES}.`;
      const fix = 'Generate or accept more rows, or lower the validation share.';
      findings.push({ code: 'too-few-examples', severity: 'error', line, message, fix });
    }
    if (this.#bytes > MAX_BYTES) {
      const message = `The file has ${Math.ceil(this.#bytes / 1024 / 1024)} MB; 512 MB are allowed.`;
      findings.push({ code: 'too-large', severity: 'error', line, message, fix: 'Train on fewer rows.' });
    }
    return findings;
  }

  #add(severity: DatasetFinding['severity'], code: string, line: number, message: string, fix: string): void {
    this.#findings.push({ code, severity, line, message, fix });
  }
}
