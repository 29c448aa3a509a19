import { type CountTokens, countText, tokensOfMessages } from '../chat/tokens.ts';
import { trainingCost } from '../pricing/cost.ts';
import type { PriceTable } from '../pricing/prices.ts';
import { tokenLimitOf } from '../provider/models.ts';
import { byteText, type DecodingFault } from '../text/decoding.ts';
import { CUT_FIX, type EncodingGuess, type FaultNature, MIXED_FIX } from '../text/encoding-guess.ts';
import type { FileKind } from '../text/file-kinds.ts';
import { plural, shellWord } from '../text/format.ts';
import type { JsonLayout, WrappedList } from '../text/json-values.ts';
import { defaultEpochs } from '../training/job-settings.ts';
import type { CheckedLine } from './line/chat.ts';
import { type LineKind, parseTrainingLine } from './line/preference.ts';
import { DigestMap, digestOf } from './rubbish/digests.ts';
import { type ContentFlag, Tally } from './rubbish/flags.ts';
import { RubbishFinder } from './rubbish/rubbish.ts';
import type { DatasetFinding } from './types.ts';

/** Percentiles of a token count over the examples, by their true names. */
export interface TokenSummary {
  readonly min: number;
  readonly p5: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
  readonly mean: number;
  readonly total: number;
}

/** What a check of a training file found and counted. */
export interface DatasetReport {
  readonly model: string;
  /** `preference`: every example is a pair of answers, for DPO. */
  readonly kind: LineKind;
  readonly examples: number;
  readonly findings: readonly DatasetFinding[];
  readonly errors: number;
  readonly warnings: number;
  /** Examples with a flag of their own: an answer that is empty, refused, cut, or lacks what its prompt asks for. */
  readonly flagged: number;
  readonly missingSystem: number;
  readonly missingUser: number;
  readonly messagesPerExample: TokenSummary;
  readonly tokensPerExample: TokenSummary;
  readonly assistantTokensPerExample: TokenSummary;
  /** The model's limit on an example; null when unknown. */
  readonly tokenLimit: number | null;
  /** Lines that are longer than the limit, and so would be cut. */
  readonly overLimit: readonly number[];
  readonly defaultEpochs: number;
  /** Tokens of one epoch, each example cut at the limit; a job bills this times its epochs. */
  readonly billedTokensPerEpoch: number;
  /** US$ for the default epochs; null when the price is unknown. */
  readonly costUsd: number | null;
}

/** What was measured in each line that could be read. */
interface LineMeasure {
  readonly line: number;
  readonly messages: number;
  readonly tokens: number;
  readonly assistantTokens: number;
  readonly hasSystem: boolean;
  readonly hasUser: boolean;
}

export interface ReportInput {
  readonly model: string;
  readonly kind: LineKind;
  /** Lines that are not blank, readable or not. */
  readonly examples: number;
  readonly measures: readonly LineMeasure[];
  readonly findings: readonly DatasetFinding[];
  readonly flagged: number;
  readonly prices: PriceTable;
}

/** The report of a checked file: counts, percentiles, and what the default epochs would bill and cost. */
export function buildReport(input: ReportInput): DatasetReport {
  const { model, kind, examples, measures, findings, flagged, prices } = input;
  const limit = tokenLimitOf(model);
  const epochs = defaultEpochs(examples);
  const billed = measures.reduce((total, { tokens }) => total + Math.min(tokens, limit ?? tokens), 0);
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  return {
    kind,
    model,
    examples,
    findings,
    errors,
    warnings: findings.length - errors,
    flagged,
    missingSystem: measures.filter((measure) => !measure.hasSystem).length,
    missingUser: measures.filter((measure) => !measure.hasUser).length,
    messagesPerExample: summariseTokens(measures.map((measure) => measure.messages)),
    tokensPerExample: summariseTokens(measures.map((measure) => measure.tokens)),
    assistantTokensPerExample: summariseTokens(measures.map((measure) => measure.assistantTokens)),
    tokenLimit: limit,
    overLimit: limit === null ? [] : measures.filter(({ tokens }) => tokens > limit).map(({ line }) => line),
    defaultEpochs: epochs,
    billedTokensPerEpoch: billed,
    costUsd: trainingCost(billed * epochs, model, prices),
  };
}

/**
 * The percentile by nearest rank: the smallest of the values that at least `percent` per cent of them do not exceed.
 * It is always a value that occurs. `sorted` ascends; 0 when it is empty.
 */
export function percentile(sorted: readonly number[], percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? 0;
}

/** Smallest, largest, mean, total, and the 5th, 50th and 95th percentile by nearest rank; zeros for no values. */
export function summariseTokens(values: readonly number[]): TokenSummary {
  const sorted = values.toSorted((a, b) => a - b);
  const total = sorted.reduce((sum, value) => sum + value, 0);
  return {
    min: sorted[0] ?? 0,
    p5: percentile(sorted, 5),
    p50: percentile(sorted, 50),
    p95: percentile(sorted, 95),
    max: sorted.at(-1) ?? 0,
    mean: sorted.length === 0 ? 0 : total / sorted.length,
    total,
  };
}

/** The tokens of an example, and those of its answers; `count` is called with every text of it. */
export function countLine(
  { counted, messages }: CheckedLine,
  count: CountTokens,
): { readonly tokens: number; readonly assistantTokens: number } {
  const answers = messages.filter((message) => message.role === 'assistant');
  return {
    tokens: tokensOfMessages(counted, count),
    assistantTokens: answers.flatMap(({ spoken }) => spoken).reduce((total, text) => total + countText(text, count), 0),
  };
}

const encodingFix = (name: string): string =>
  `Save it as UTF-8, or make a new file: luthier import FILE --encoding ${name} --out NEW.jsonl.`;

const FAULT_FIXES: Readonly<Record<FaultNature, (name: string) => string>> = {
  other: encodingFix,
  mixed: () => MIXED_FIX,
  cut: () => CUT_FIX,
};

const LAYOUTS: Readonly<Record<Exclude<JsonLayout, 'lines'>, (wrapped: WrappedList | null) => string>> = {
  list: () => 'The file is one JSON list.',
  values: () => 'Its objects run over several lines.',
  returns: () => 'Its lines end in carriage returns alone, which end no line of JSONL.',
  wrapped(wrapped) {
    const { name = '', beside = [] } = wrapped ?? {};
    const others = beside.length === 0 ? '' : `, beside ${beside.join(', ')}`;
    return `The file is one object, its examples in the list ${name}${others}.`;
  },
};

/** A fix with the command as it is to be typed: `FILE` is the file itself, `NEW.jsonl` one beside it. */
export function fixOf(fix: string, path: string): string {
  if (!fix.includes('luthier import FILE')) return fix;
  const stem = path.replace(/\.[A-Za-z0-9]+$/, '');
  const beside = path.endsWith('.jsonl') ? `${stem}-new.jsonl` : `${stem}.jsonl`;
  return fix
    .replace('luthier import FILE', () => `luthier import ${shellWord(path)}`)
    .replace('NEW.jsonl', () => shellWord(beside));
}

/** A key that no provider reads stands on every line, or on none. */
const FOLDED: readonly string[] = ['unknown-key', 'unknown-message-key'];

const MIN_EXAMPLES = 10;
const MAX_BYTES = 512 * 1024 * 1024;

export interface CheckOptions {
  readonly model: string;
  /** Counts under the model's encoding; called with texts free of very long runs. */
  readonly count: CountTokens;
  readonly prices: PriceTable;
  /** Of the file, as commands of a fix are to name it; absent where it is no file. */
  readonly path?: string;
}

/**
 * Checks a training file, of chat lines or of preference lines, line by line, so that a worker can stream a file of any size through it: `push` each
 * line without its line end, then `finish`. Every finding carries its line. Memory goes with the number of lines, not
 * with their length.
 */
export class DatasetCheck {
  private readonly options: CheckOptions;
  private readonly findings: DatasetFinding[] = [];
  /** What is said of many lines in the same words, said once. */
  private readonly folded = new Map<string, { readonly first: DatasetFinding; readonly tally: Tally }>();
  private readonly measures: LineMeasure[] = [];
  /** Lines to come with bytes of no UTF-8; what stands for them in the text is no finding of its own. */
  private readonly faulted = new Set<number>();
  /** Digest of an example to the line it was first seen on. */
  private readonly seen = new DigestMap();
  private readonly rubbish = new RubbishFinder();
  /** The file's kind is that of its first line. */
  private kind: LineKind | null = null;
  /** Of UTF-16, where the whole file is that. */
  private encoding: string | null = null;
  private faults = 0;
  private isText = true;
  private lines = 0;
  private examples = 0;
  private bytes = 0;

  constructor(options: CheckOptions) {
    this.options = options;
  }

  /** A line to come that holds bytes of no UTF-8, and what the file most likely is instead, if that is known. */
  pushFault({ line, column, byte }: DecodingFault, { name, preview, nature }: EncodingGuess): void {
    // The first says how it reads in that encoding; the others would only repeat it.
    const reads = this.faults > 0 || nature === 'cut' ? '' : ` As ${name} the line reads: ${preview}`;
    this.faults += 1;
    this.faulted.add(line);
    const what = nature === 'cut' ? 'The file ends in the middle of a character' : 'The line is not UTF-8';
    const message = `${what}: column ${column} holds the byte ${byteText(byte)}.${reads}`;
    this.add('error', 'encoding', line, message, FAULT_FIXES[nature](name));
  }

  /** The file is text of another encoding as a whole. */
  pushEncoding(name: string): void {
    this.encoding = name;
    this.add('error', 'encoding', 1, `The file is ${name.toUpperCase()}, not UTF-8.`, encodingFix(name));
  }

  /** The file is no text at all. */
  pushKind({ name, next }: FileKind): void {
    this.isText = false;
    this.add('error', 'not-text', 1, `The file is ${name}, not JSONL.`, next);
  }

  /** The file is JSON, but not one object a line; `wrapped`: the list of one object, and what stands beside it. */
  pushLayout(layout: Exclude<JsonLayout, 'lines'>, wrapped: WrappedList | null): void {
    const message = LAYOUTS[layout](wrapped);
    const fix = 'Make one object a line of it: luthier import FILE --out NEW.jsonl.';
    this.add('error', 'not-jsonl', 1, message, fix);
  }

  /**
   * `number` where it is not the line after the last. `flags`: those of the row that the line was made of, which knows
   * its slots and what its provider said; without them they are found by its text.
   */
  push(text: string, number = this.lines + 1, flags: readonly ContentFlag[] | null = null): void {
    this.lines = number;
    this.bytes += Buffer.byteLength(text) + 1;
    const parsed = parseTrainingLine(text, this.lines);
    const { kind, line, findings } = parsed;
    const isFaulted = this.faulted.delete(number);
    for (const finding of findings) {
      if (FOLDED.includes(finding.code)) this.fold(finding);
      else if (!isFaulted || finding.code !== 'replacement-character') this.findings.push(finding);
    }
    if (text.trim() !== '') this.examples += 1;
    if (kind !== null) this.findOtherKind(kind);
    if (line === null) return;
    this.measure(line);
    this.rubbish.add(this.lines, parsed, flags, this.findDuplicate(text));
  }

  finish(): DatasetReport {
    const { model, prices, path } = this.options;
    const all = [...this.ofLines(), ...this.rubbish.findings(), ...this.wholeFile()];
    const findings = path === undefined ? all : all.map((finding) => ({ ...finding, fix: fixOf(finding.fix, path) }));
    const kind = this.kind ?? 'chat';
    const flagged = this.rubbish.flaggedExamples;
    return buildReport({ model, kind, examples: this.examples, measures: this.measures, findings, flagged, prices });
  }

  /** The mark that says UTF-16 is no fault beside that encoding. */
  private ofLines(): readonly DatasetFinding[] {
    const isWide = this.encoding?.startsWith('utf-16') ?? false;
    const single = isWide
      ? this.findings.filter(({ code, line }) => code !== 'byte-order-mark' || line > 1)
      : this.findings;
    const folded = [...this.folded.values()].map(({ first, tally }) =>
      tally.count === 1 ? first : tally.finding(first.code, first.message.replace(/\.$/, ''), first.fix),
    );
    return [...single, ...folded];
  }

  private fold(finding: DatasetFinding): void {
    const key = `${finding.code} ${finding.message}`;
    const { tally } = this.folded.get(key) ?? { tally: new Tally() };
    if (tally.count === 0) this.folded.set(key, { first: finding, tally });
    tally.add(finding.line);
  }

  private findOtherKind(kind: LineKind): void {
    this.kind ??= kind;
    if (kind === this.kind) return;
    const [it, others] = kind === 'chat' ? ['a chat line', 'preference'] : ['a preference (DPO) line', 'chat'];
    const message = `This is ${it}, in a file of ${others} lines.`;
    this.add('error', 'mixed-lines', this.lines, message, 'Put the two kinds into files of their own.');
  }

  /** Whether the line is one that was there before. */
  private findDuplicate(text: string): boolean {
    const first = this.seen.first(digestOf([text.replace(/^\ufeff/, '').trim()]), this.lines);
    if (first === null) return false;
    const message = `The line is the same as line ${first}; it counts, and is billed, twice.`;
    this.add('warning', 'duplicate', this.lines, message, 'Remove one of the two, unless it is meant.');
    return true;
  }

  private measure(line: CheckedLine): void {
    const counts = new Map<string, number>();
    const count: CountTokens = (text) => {
      const known = counts.get(text);
      if (known !== undefined) return known;
      const counted = this.options.count(text);
      counts.set(text, counted);
      return counted;
    };
    const { tokens, assistantTokens } = countLine(line, count);
    this.measures.push({
      line: this.lines,
      messages: line.messages.length,
      tokens,
      assistantTokens,
      hasSystem: line.messages.some((message) => message.role === 'system'),
      hasUser: line.messages.some((message) => message.role === 'user'),
    });
    const limit = tokenLimitOf(this.options.model);
    if (limit !== null && tokens > limit) {
      const message = `The example has ${tokens} tokens; past ${limit} it is cut off, its answer first.`;
      this.add('warning', 'over-limit', this.lines, message, 'Shorten or split it.');
    }
  }

  private wholeFile(): readonly DatasetFinding[] {
    const findings: DatasetFinding[] = [];
    const line = Math.max(1, this.lines);
    if (this.isText && this.examples < MIN_EXAMPLES) {
      const has = this.examples === 0 ? 'no examples' : plural(this.examples, 'example');
      const message = `The file has ${has}, but must have at least ${MIN_EXAMPLES}.`;
      const fix = 'Generate or accept more rows, or lower the validation share.';
      findings.push({ code: 'too-few-examples', severity: 'error', line, message, fix });
    }
    if (this.bytes > MAX_BYTES) {
      const message = `The file has ${Math.ceil(this.bytes / 1024 / 1024)} MB; 512 MB are allowed.`;
      findings.push({ code: 'too-large', severity: 'error', line, message, fix: 'Train on fewer rows.' });
    }
    return findings;
  }

  private add(severity: DatasetFinding['severity'], code: string, line: number, message: string, fix: string): void {
    this.findings.push({ code, severity, line, message, fix });
  }
}
