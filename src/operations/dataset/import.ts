import type { ChatMessage } from '../../domain/chat/types.ts';
import { exampleId } from '../../domain/dataset/identity.ts';
import { readImportLine } from '../../domain/dataset/importLine.ts';
import type { DatasetFinding, Row } from '../../domain/dataset/types.ts';
import type { ImportDetail, OperationHandle } from '../channel/types.ts';
import type { OperationDeps } from '../deps.ts';

const ROWS_AT_ONCE = 200;
/** Findings kept in words; the rest are counted. */
const FINDINGS_KEPT = 1_000;

export interface ImportRequest {
  readonly projectId: string;
  readonly path: string;
  readonly lines: () => AsyncIterable<string>;
}

export interface ImportResult {
  readonly added: number;
  /** Equal to a row that is there, from this file imported before. */
  readonly there: number;
  /** Lines that could not become a row. */
  readonly refused: number;
  /** What was wrong, by line, with its fix. */
  readonly findings: readonly DatasetFinding[];
}

export interface ImportHandle extends OperationHandle<ImportDetail> {
  result(): ImportResult;
}

/** Adds the lines of a chat or prompt/completion file as rows. A line that cannot is named with its fix; the others go in. */
export function startImport(
  deps: Pick<OperationDeps, 'registry' | 'rows' | 'clock'>,
  request: ImportRequest,
): ImportHandle {
  const importer = new Importer(deps, request);
  const handle = deps.registry.start<ImportDetail>({
    projectId: request.projectId,
    title: `Import ${request.path}`,
    detail: { kind: 'import', path: request.path, rows: 0 },
    async run({ signal, report }) {
      for await (const line of request.lines()) {
        signal.throwIfAborted();
        if (importer.take(line)) report({ kind: 'import', path: request.path, rows: importer.added }, null);
      }
      importer.flush();
      report({ kind: 'import', path: request.path, rows: importer.added }, 1);
      const refused = importer.refused === 0 ? '' : `, ${importer.refused} lines refused`;
      return { summary: `${importer.added} rows imported${refused}.`, costUsd: 0 };
    },
  });
  return { ...handle, result: () => importer.result() };
}

class Importer {
  added = 0;
  refused = 0;
  private there = 0;
  private lineNumber = 0;
  private waiting: Row[] = [];
  private readonly findings: DatasetFinding[] = [];
  /** How often an example was seen in this file, so that equal lines stay apart and a second import adds nothing. */
  private readonly seen = new Map<string, number>();
  private readonly deps: Pick<OperationDeps, 'rows' | 'clock'>;
  private readonly projectId: string;

  constructor(deps: Pick<OperationDeps, 'rows' | 'clock'>, request: ImportRequest) {
    this.deps = deps;
    this.projectId = request.projectId;
  }

  /** True when rows were just written. */
  take(text: string): boolean {
    this.lineNumber += 1;
    const { example, findings } = readImportLine(text, this.lineNumber);
    if (this.findings.length < FINDINGS_KEPT) this.findings.push(...findings);
    if (example === null) {
      if (text.trim() !== '') this.refused += 1;
      return false;
    }
    this.add(example.prompt, example.completion);
    if (this.waiting.length < ROWS_AT_ONCE) return false;
    this.flush();
    return true;
  }

  flush(): void {
    if (this.waiting.length === 0) return;
    this.deps.rows.put(this.waiting);
    this.added += this.waiting.length;
    this.waiting = [];
  }

  result(): ImportResult {
    return { added: this.added, there: this.there, refused: this.refused, findings: this.findings };
  }

  private add(prompt: readonly ChatMessage[], completion: string): void {
    const messages: readonly ChatMessage[] = [...prompt, { role: 'assistant', content: completion }];
    const plain = exampleId(messages);
    const before = this.seen.get(plain) ?? 0;
    this.seen.set(plain, before + 1);
    const id = before === 0 ? plain : exampleId(messages, String(before));
    if (this.deps.rows.get(this.projectId, id) !== null) this.there += 1;
    else this.waiting.push(plainRow(this.projectId, id, 'imported', prompt, completion, this.deps.clock.now()));
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
    ...{ id, projectId, source, prompt, completion, cell: {} },
    ...{ status: completion.trim() === '' ? 'empty' : 'done', rating: 'unrated', edited: false, split: null },
    ...{ model: '', finishReason: null, usage: null, costUsd: 0, error: null, createdAt: now, updatedAt: now },
  };
}
