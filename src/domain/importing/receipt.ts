import { conventionWords, type LegacyConvention } from '../dataset/legacy-pairs.ts';
import type { DatasetFinding } from '../dataset/types.ts';
import { count, plural } from '../text/format.ts';
import type { ConvertedRecord } from './convert.ts';
import { fieldsNotTaken } from './not-taken.ts';
import type { ImportMapping } from './records.ts';

/** Records that could not become examples, all for one reason. */
export interface LeftOut {
  readonly code: string;
  readonly records: number;
  /** The first of them: where it stands, what is wrong and what to do. */
  readonly line: number;
  readonly message: string;
  readonly fix: string;
}

/** What became of a source: `records` is `taken` and all that were left out. */
export interface ImportReceipt {
  readonly records: number;
  readonly taken: number;
  /** The reason with most records first. */
  readonly leftOut: readonly LeftOut[];
  /** Fields with something in them that no example holds, and in how many records that were taken. */
  readonly notTaken: readonly { readonly field: string; readonly records: number }[];
  /** Records with a second answer, which was turned down. */
  readonly pairs: number;
  /** Records that kept the system message of their own. */
  readonly keptSystem: number;
  /** The old form that every pair of the source keeps to, which is cut; null where there is none. */
  readonly convention: LegacyConvention | null;
}

/** Counts an import as it goes, for commands and screens alike. */
export class ReceiptCounter {
  private readonly mapping: ImportMapping | null;
  private readonly convention: LegacyConvention | null;
  private readonly leftOut = new Map<string, LeftOut>();
  private readonly notTaken = new Map<string, number>();
  private taken = 0;
  private pairs = 0;
  private keptSystem = 0;

  constructor(mapping: ImportMapping | null, convention: LegacyConvention | null) {
    this.mapping = mapping;
    this.convention = convention;
  }

  /** A record without examples and without an error, such as an empty line, is none. */
  push({ examples, findings, row, keptSystem }: ConvertedRecord): void {
    if (examples.length === 0) {
      const error = findings.find(({ severity }) => severity === 'error');
      if (error !== undefined) this.leave(error);
      return;
    }
    this.taken += 1;
    if (examples.length > 1) this.pairs += 1;
    if (keptSystem) this.keptSystem += 1;
    if (row === null) return;
    for (const field of fieldsNotTaken(row, this.mapping, examples[0]?.whole !== undefined)) {
      this.notTaken.set(field, (this.notTaken.get(field) ?? 0) + 1);
    }
  }

  receipt(): ImportReceipt {
    const { taken, pairs, keptSystem, convention } = this;
    const leftOut = [...this.leftOut.values()].toSorted((a, b) => b.records - a.records);
    const notTaken = Array.from(this.notTaken, ([field, records]) => ({ field, records }));
    const records = taken + recordsLeftOut({ leftOut });
    return { records, taken, leftOut, notTaken, pairs, keptSystem, convention };
  }

  private leave({ code, line, message, fix }: DatasetFinding): void {
    const known = this.leftOut.get(code) ?? { code, records: 0, line, message, fix };
    this.leftOut.set(code, { ...known, records: known.records + 1 });
  }
}

export const recordsLeftOut = ({ leftOut }: Pick<ImportReceipt, 'leftOut'>): number =>
  leftOut.reduce((total, { records }) => total + records, 0);

/** What examples of each kind make of the second answer of a pair. */
const PAIRS = {
  'chat lines': (pairs: number) =>
    `! ${plural(pairs, 'rejected answer')} left out of chat lines: --preference keeps both answers, for DPO.`,
  'preference lines': (pairs: number) => `${plural(pairs, 'pair')} kept with both answers.`,
  rows: (pairs: number) =>
    `${plural(pairs, 'pair')} came in as two rows each, accepted and rejected: export them as preference JSONL (DPO).`,
} as const;

/** Fields that are named; the rest are counted. */
const FIELDS_NAMED = 12;

/** The receipt in sentences: what came in, what was left out and why, which fields stayed behind. */
export function receiptLines(receipt: ImportReceipt, kind: keyof typeof PAIRS): readonly string[] {
  const { records, taken, leftOut, notTaken, pairs, keptSystem, convention } = receipt;
  const left = recordsLeftOut(receipt);
  const named = notTaken.slice(0, FIELDS_NAMED).map((one) => `${one.field} (${count(one.records)})`);
  const more = notTaken.length - named.length;
  const fields = more > 0 ? [...named, `${count(more)} more`] : named;
  return [
    `${plural(records, 'record')} read: ${count(taken)} taken, ${count(left)} left out.`,
    ...leftOut.map(
      (reason) =>
        `! ${count(reason.records)} left out, the first on line ${reason.line}: ${reason.message} ${reason.fix}`,
    ),
    ...(fields.length === 0 ? [] : [`Fields not taken, with their records: ${fields.join(', ')}.`]),
    ...(pairs === 0 ? [] : [PAIRS[kind](pairs)]),
    ...(keptSystem === 0 ? [] : [`! ${plural(keptSystem, 'record')} kept the system message of its own.`]),
    ...(convention === null ? [] : [conventionWords(convention)]),
  ];
}
