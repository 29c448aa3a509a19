import type { CountTokens } from '../chat/tokens.ts';
import type { PriceTable } from '../pricing/prices.ts';
import { byteText, type DecodingFault } from '../text/decoding.ts';
import { CUT_FIX, type EncodingGuess, type FaultNature, MIXED_FIX } from '../text/encoding-guess.ts';
import type { FileKind } from '../text/file-kinds.ts';
import { plural, shellWord } from '../text/format.ts';
import type { JsonLayout, WrappedList } from '../text/json-values.ts';
import { EqualExamples, type Room } from './equal/examples.ts';
import type { LinePair } from './equal/late.ts';
import { type LineLook, lookAtLine } from './line/look.ts';
import { type LineKind, parseTrainingLine } from './line/preference.ts';
import { buildReport, type DatasetReport, MeasureTotals } from './report.ts';
import { type ContentFlag, Tally } from './rubbish/flags.ts';
import { type AnswerTexts, textsOf } from './rubbish/look.ts';
import { kindOf, type Quote } from './rubbish/repeats.ts';
import { RubbishFinder } from './rubbish/rubbish.ts';
import type { DatasetFinding } from './types.ts';

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
  /** Of a file that can be read again, whose lines are added in order and without faults: where what is kept of them goes beyond memory. */
  readonly room?: Room;
}

/**
 * Checks a training file, of chat lines or of preference lines, line by line, so that a worker can stream a file of any size through it: `push` each
 * line without its line end, or `add` what another thread saw of it, then `finish`. Every finding carries its line. Memory goes with the
 * number of lines, not with their length: some 50 bytes each, and none where there is room beyond it, beside what is found.
 */
export class DatasetCheck {
  private readonly options: CheckOptions;
  private findings: DatasetFinding[] = [];
  /** What is said of many lines in the same words, said once. */
  private readonly folded = new Map<string, { readonly first: DatasetFinding; readonly tally: Tally }>();
  private readonly totals: MeasureTotals;
  /** Lines to come with bytes of no UTF-8; what stands for them in the text is no finding of its own. */
  private readonly faulted = new Set<number>();
  private readonly equal: EqualExamples;
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
    this.totals = new MeasureTotals(options.model);
    this.equal = new EqualExamples(options.room ?? null);
  }

  /** A line to come that holds bytes of no UTF-8, and what the file most likely is instead, if that is known. */
  pushFault({ line, column, byte }: DecodingFault, { name, preview, nature }: EncodingGuess): void {
    // The first says how it reads in that encoding; the others would only repeat it.
    const reads = this.faults > 0 || nature === 'cut' ? '' : ` As ${name} the line reads: ${preview}`;
    this.faults += 1;
    this.faulted.add(line);
    const what = nature === 'cut' ? 'The file ends in the middle of a character' : 'The line is not UTF-8';
    const message = `${what}: column ${column} holds the byte ${byteText(byte)}.${reads}`;
    this.addFinding('error', 'encoding', line, message, FAULT_FIXES[nature](name));
  }

  /** The file is text of another encoding as a whole. */
  pushEncoding(name: string): void {
    this.encoding = name;
    this.addFinding('error', 'encoding', 1, `The file is ${name.toUpperCase()}, not UTF-8.`, encodingFix(name));
  }

  /** The file is no text at all. */
  pushKind({ name, next }: FileKind): void {
    this.isText = false;
    this.addFinding('error', 'not-text', 1, `The file is ${name}, not JSONL.`, next);
  }

  /** The file is JSON, but not one object a line; `wrapped`: the list of one object, and what stands beside it. */
  pushLayout(layout: Exclude<JsonLayout, 'lines'>, wrapped: WrappedList | null): void {
    const message = LAYOUTS[layout](wrapped);
    const fix = 'Make one object a line of it: luthier import FILE --out NEW.jsonl.';
    this.addFinding('error', 'not-jsonl', 1, message, fix);
  }

  /**
   * `number` where it is not the line after the last. `flags`: those of the row that the line was made of, which knows
   * its slots and what its provider said; without them they are found by its text.
   */
  push(text: string, number = this.lines + 1, flags: readonly ContentFlag[] | null = null): void {
    const parsed = parseTrainingLine(text, number);
    this.add(lookAtLine(text, number, parsed, this.options.count), () => textsOf(parsed), flags);
  }

  /** What was seen of a line; `texts` are asked for where they are looked at or quoted, of few lines. */
  add(look: LineLook, texts: () => AnswerTexts, flags: readonly ContentFlag[] | null = null): void {
    const { line, kind, measure } = look;
    this.lines = line;
    this.bytes += look.bytes;
    const isFaulted = this.faulted.delete(line);
    for (const finding of look.findings) {
      if (FOLDED.includes(finding.code)) this.fold(finding);
      else if (!isFaulted || finding.code !== 'replacement-character') this.findings.push(finding);
    }
    if (!look.isBlank) this.examples += 1;
    if (kind !== null) this.findOtherKind(kind);
    if (measure === null) return;
    this.totals.add(line, measure);
    if (this.totals.isOver(measure.tokens)) {
      const message = `The example has ${measure.tokens} tokens; past ${this.totals.limit} it is cut off, its answer first.`;
      this.addFinding('warning', 'over-limit', line, message, 'Shorten or split it.');
    }
    const { digest, answer } = look;
    const equal = this.equal.add({
      line,
      digest,
      prompt: answer?.prompt ?? null,
      answer: answer?.answer ?? 0,
      kind: answer === null ? null : kindOf(answer.length, answer.first),
    });
    if (equal !== null && equal.copied !== null) this.findings.push(duplicateOf({ line, first: equal.copied }));
    if (answer !== null) this.rubbish.add({ line, digest, look: answer, equal, texts, told: flags });
  }

  /** To be called once, when all lines were added: what was kept beyond memory is found, and what is to be quoted of it is not at hand. */
  settle(): readonly Quote[] {
    const late = this.equal.end();
    if (late === null) return [];
    this.findings = withCopies(this.findings, late.copies);
    return this.rubbish.addLate(late);
  }

  finish(): DatasetReport {
    const { model, prices, path } = this.options;
    const all = [...this.ofLines(), ...this.rubbish.findings(), ...this.wholeFile()];
    const findings = path === undefined ? all : all.map((finding) => ({ ...finding, fix: fixOf(finding.fix, path) }));
    const kind = this.kind ?? 'chat';
    const flagged = this.rubbish.flaggedExamples;
    return buildReport({ model, kind, examples: this.examples, totals: this.totals, findings, flagged, prices });
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
    this.addFinding('error', 'mixed-lines', this.lines, message, 'Put the two kinds into files of their own.');
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

  private addFinding(
    severity: DatasetFinding['severity'],
    code: string,
    line: number,
    message: string,
    fix: string,
  ): void {
    this.findings.push({ code, severity, line, message, fix });
  }
}

const duplicateOf = ({ line, first }: LinePair): DatasetFinding => ({
  code: 'duplicate',
  severity: 'warning',
  line,
  message: `The line is the same as line ${first}; it counts, and is billed, twice.`,
  fix: 'Remove one of the two, unless it is meant.',
});

/** Findings by their lines with those that were found late, each behind the others of its line. */
function withCopies(findings: readonly DatasetFinding[], copies: readonly LinePair[]): DatasetFinding[] {
  const all: DatasetFinding[] = [];
  let next = 0;
  for (const finding of findings) {
    for (let copy = copies[next]; copy !== undefined && copy.line < finding.line; copy = copies[next]) {
      all.push(duplicateOf(copy));
      next += 1;
    }
    all.push(finding);
  }
  return [...all, ...copies.slice(next).map(duplicateOf)];
}
