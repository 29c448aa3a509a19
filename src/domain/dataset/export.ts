import type { Template } from '../template/types.ts';
import { exampleOf, isTrainable } from './example.ts';
import { chatToLegacy } from './legacy.ts';
import type { ChatExample, Row } from './types.ts';

export type ExportFormat = 'chat' | 'prompt-completion';

/** One example as one JSONL line, with its line end. */
export function formatExample(example: ChatExample, format: ExportFormat): string {
  const messages = example.messages.map(({ role, content }) => ({ role, content }));
  return `${JSON.stringify(format === 'chat' ? { messages } : chatToLegacy(messages))}\n`;
}

/** The training lines of the rows that are trained on, in their order, one at a time. */
export function* exportLines(
  rows: Iterable<Row>,
  template: Template,
  format: ExportFormat,
  which: 'accepted' | 'not-rejected',
): Generator<string, void, undefined> {
  for (const row of rows) if (isTrainable(row, which)) yield formatExample(exampleOf(row, template), format);
}
