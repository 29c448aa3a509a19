import type { RowSplit } from '../types.ts';

/** A row as a split looks at it. */
export interface SplitRow {
  readonly id: string;
  readonly split: RowSplit;
  /** What the answer is of; rows of each label are divided alike. */
  readonly label: string | null;
  /** What must stay together, such as a document; a row without one is a group of its own. */
  readonly group: string | null;
}

/** How the rows of one label or group fall. */
export interface SplitCounts {
  readonly value: string;
  readonly train: number;
  readonly validation: number;
}

/** Something on the validation side that the training side gives away. */
export interface Leak {
  /** `identical`: the same prompt. `near`: nearly all words in common. `group`: the same document. */
  readonly kind: 'identical' | 'near' | 'group';
  readonly trainId: string;
  readonly validationId: string;
  readonly message: string;
  readonly fix: string;
}
