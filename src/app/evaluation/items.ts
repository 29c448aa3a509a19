import type { ChatMessage } from '../../domain/chat/types.ts';
import { readImportLine } from '../../domain/dataset/example-lines.ts';
import { exampleId, isTrainable, promptOf, slotsOf } from '../../domain/dataset/row.ts';
import { divideRows } from '../../domain/dataset/split.ts';
import type { DatasetFinding, Row } from '../../domain/dataset/types.ts';
import type { EvaluationItem, EvaluationSource } from '../../domain/evaluation/types.ts';
import type { TrainingPlan } from '../../domain/project/types.ts';
import type { Template } from '../../domain/template/types.ts';
import { OperationError } from '../runtime/errors.ts';

const NOTHING = 'Nothing was sent.';

type Side = Extract<EvaluationSource, { readonly kind: 'rows' }>['side'];

/** Rows of a project as items: those it trains on, on the same two sides as its training files. */
export function itemsOfRows(
  rows: Iterable<Row>,
  template: Template,
  plan: Pick<TrainingPlan, 'rows' | 'validationShare' | 'splitSeed'>,
  side: Side,
): readonly EvaluationItem[] {
  const usable = Array.from(rows).filter((row) => isTrainable(row, plan.rows));
  const chosen = side === 'all' ? usable : divideRows(usable, plan.validationShare, plan.splitSeed)[side];
  if (chosen.length > 0) {
    return chosen.map((row, index) => ({
      id: row.id,
      rowId: row.id,
      line: index + 1,
      slices: row.cell,
      ...(Object.keys(slotsOf(row)).length === 0 ? {} : { slots: slotsOf(row) }),
      prompt: promptOf(row, template),
      target: row.completion,
    }));
  }
  throw new OperationError('failed', {
    what: usable.length === 0 ? 'There is no row to evaluate on.' : `No row is on the ${side} side.`,
    saved: NOTHING,
    next:
      usable.length === 0
        ? 'Generate or import rows, and accept them, in Dataset.'
        : 'Choose another side, or split the rows in Dataset.',
  });
}

/**
 * The lines of a chat (or prompt/completion) JSONL file as items, the last assistant message being what is wanted. A
 * line that cannot be read ends it: an accuracy over the rest would be of another file than the one that was named.
 */
export async function itemsOfLines(lines: AsyncIterable<string>): Promise<readonly EvaluationItem[]> {
  const items: EvaluationItem[] = [];
  const seen = new Map<string, number>();
  let lineNumber = 0;
  for await (const text of lines) {
    lineNumber += 1;
    if (text.trim() === '') continue;
    const { example, findings } = readImportLine(text, lineNumber);
    if (example === null) throw unreadable(lineNumber, findings);
    const { prompt, completion: target } = example;
    const id = idOf([...prompt, { role: 'assistant', content: target }], seen);
    items.push({ id, rowId: null, line: lineNumber, prompt, target, slices: {} });
  }
  if (items.length > 0) return items;
  throw new OperationError('failed', {
    what: 'The file has no lines.',
    saved: NOTHING,
    next: 'Name a file of chat JSONL, one example a line.',
  });
}

/** Equal lines are counted apart. */
function idOf(messages: readonly ChatMessage[], seen: Map<string, number>): string {
  const plain = exampleId(messages);
  const before = seen.get(plain) ?? 0;
  seen.set(plain, before + 1);
  return before === 0 ? plain : exampleId(messages, String(before));
}

function unreadable(line: number, findings: readonly DatasetFinding[]): OperationError {
  const found = findings.find(({ severity }) => severity === 'error');
  return new OperationError('failed', {
    what: `Line ${line}: ${found?.message ?? 'It is no example.'}`,
    saved: NOTHING,
    next: found?.fix ?? 'Write {"messages": [...]} on one line.',
  });
}
