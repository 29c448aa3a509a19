import type { ChatMessage } from '../../domain/chat/types.ts';
import { exampleId } from '../../domain/dataset/identity.ts';
import type { DatasetFinding, Row } from '../../domain/dataset/types.ts';
import { convertRecord, type ImportedExample } from '../../domain/importing/convert.ts';
import type { ColumnMapping, SourceRecord } from '../../domain/importing/types.ts';
import type { OperationDeps } from '../deps.ts';

/** Rows written in one go. */
export const ROWS_AT_ONCE = 200;
/** Findings kept in words; the rest are counted. */
const FINDINGS_KEPT = 1_000;

export interface ImportResult {
  readonly added: number;
  /** Equal to a row that is there, from the same import before. */
  readonly there: number;
  /** Records that could not become a row. */
  readonly refused: number;
  /** What was wrong, by line, with its fix. */
  readonly findings: readonly DatasetFinding[];
}

/** Makes rows of records and puts them in the store, some hundred at a time. */
export class Importer {
  readonly #deps: Pick<OperationDeps, 'rows' | 'clock'>;
  readonly #projectId: string;
  readonly #mapping: ColumnMapping | null;
  readonly #findings: DatasetFinding[] = [];
  /** How often an example was seen in this import, so that equal ones stay apart and a second import adds nothing. */
  readonly #seen = new Map<string, number>();
  #waiting: Row[] = [];
  #added = 0;
  #there = 0;
  #refused = 0;

  constructor(deps: Pick<OperationDeps, 'rows' | 'clock'>, projectId: string, mapping: ColumnMapping | null) {
    this.#deps = deps;
    this.#projectId = projectId;
    this.#mapping = mapping;
  }

  take(record: SourceRecord): void {
    const { examples, findings } = convertRecord(record, this.#mapping);
    for (const finding of findings) if (this.#findings.length < FINDINGS_KEPT) this.#findings.push(finding);
    for (const example of examples) this.#add(example);
    if (examples.length === 0 && findings.some(({ severity }) => severity === 'error')) this.#refused += 1;
  }

  flush(): void {
    if (this.#waiting.length === 0) return;
    this.#deps.rows.put(this.#waiting);
    this.#added += this.#waiting.length;
    this.#waiting = [];
  }

  result(): ImportResult {
    return { added: this.#added, there: this.#there, refused: this.#refused, findings: this.#findings };
  }

  #add({ prompt, completion, cell, rating }: ImportedExample): void {
    const messages: readonly ChatMessage[] = [...prompt, { role: 'assistant', content: completion }];
    const plain = exampleId(messages);
    const before = this.#seen.get(plain) ?? 0;
    this.#seen.set(plain, before + 1);
    const id = before === 0 ? plain : exampleId(messages, String(before));
    if (this.#deps.rows.get(this.#projectId, id) !== null) {
      this.#there += 1;
      return;
    }
    const row = plainRow(this.#projectId, id, 'imported', prompt, completion, this.#deps.clock.now());
    this.#waiting.push({ ...row, cell, rating });
  }
}

/** A row that no template made. */
export function plainRow(
  projectId: string,
  id: string,
  source: 'chat' | 'imported',
  prompt: readonly ChatMessage[],
  completion: string,
  now: number,
): Row {
  return {
    id,
    projectId,
    source,
    prompt,
    completion,
    cell: {},
    status: completion.trim() === '' ? 'empty' : 'done',
    rating: 'unrated',
    edited: false,
    split: null,
    model: '',
    finishReason: null,
    usage: null,
    costUsd: 0,
    error: null,
    createdAt: now,
    updatedAt: now,
  };
}
