import type { ChatMessage } from '../chat/types.ts';
import { LineReport } from '../dataset/line/report.ts';
import { nearestName } from '../text/nearest.ts';
import { cellOf, columnsOf, columnsOfMapping, renderRow } from './mapping.ts';
import { type ColumnMapping, type Converted, type ImportedExample, isEmpty, type TableRow } from './records.ts';
import { holdsTurns, joinTurns, messagesOf, sameMessages } from './turns.ts';

/**
 * A row of a table as an example, or as a pair where the mapping names a rejected answer. The turns of a chat in a cell
 * become messages. What has no question or no answer is refused by line, with a fix.
 */
export function mapRow(mapping: ColumnMapping, row: TableRow, line: number): Converted {
  const report = new LineReport(line);
  reportColumns(mapping, row, report);
  const system = textPart(mapping.system, row, report);
  const prompt = turnsPart(mapping.user, row, 'user', report);
  const answers = [mapping.assistant, mapping.rejected ?? '']
    .filter((template, index) => index === 0 || template.trim() !== '')
    .map((template) => turnsPart(template, row, 'assistant', report));
  if (!report.hasErrors) reportGaps(prompt, answers, report);
  if (report.hasErrors) return { examples: [], findings: report.findings };
  const cell = cellOf(mapping, row);
  let keptSystem = false;
  const examples = answers.map((answer, index): ImportedExample => {
    const before = promptBefore(prompt, answer);
    const hasOwn = before[0]?.role === 'system';
    keptSystem ||= hasOwn && system.trim() !== '';
    return {
      prompt: hasOwn || system.trim() === '' ? before : [{ role: 'system', content: system }, ...before],
      completion: answer.at(-1)?.content ?? '',
      cell,
      rating: answers.length === 1 ? 'unrated' : index === 0 ? 'accepted' : 'rejected',
    };
  });
  return { examples, findings: [], keptSystem };
}

/** Turns as Python writes them, which no JSON parser reads. */
const PYTHON_TURNS = /^\s*\[\s*\{\s*'(?:role|from|content|value)'\s*:/;

function reportColumns(mapping: ColumnMapping, row: TableRow, report: LineReport): void {
  const names = Object.keys(row);
  for (const name of columnsOfMapping(mapping)) {
    const value = Object.hasOwn(row, name) ? row[name] : undefined;
    if (value === undefined) {
      const near = nearestName(name, names);
      const fix = near === null ? `The columns are ${names.join(', ')}.` : `Did you mean ${near}?`;
      report.error('unknown-column', `There is no column ${name}.`, fix);
    } else if (typeof value === 'string' && PYTHON_TURNS.test(value)) {
      const what = `The column ${name} holds turns of a chat as Python writes them, which is no JSON.`;
      report.error('python-turns', what, 'Write the column with json.dumps, or save the table as JSONL or Parquet.');
    }
  }
}

function textPart(template: string, row: TableRow, report: LineReport): string {
  const name = columnsOf(template).find((column) => holdsTurns(row[column]));
  if (name !== undefined) {
    const what = `The column ${name} holds the turns of a chat, which are no text.`;
    report.error('turns-in-text', what, `Put {${name}} alone into the user message or the answer.`);
  }
  return renderRow(template, row);
}

/** What a template makes of a row: the turns of its cell where there are turns in it, else one message. */
function turnsPart(
  template: string,
  row: TableRow,
  role: 'user' | 'assistant',
  report: LineReport,
): readonly ChatMessage[] {
  const name = columnsOf(template).find((column) => holdsTurns(row[column]));
  const isAlone = name !== undefined && isEmpty(renderRow(template, { ...row, [name]: '' }));
  if (!isAlone) return [{ role, content: textPart(template, row, report) }];
  const messages = messagesOf(row[name]);
  if (messages === null) {
    const what = `The turns in the column ${name} cannot be read.`;
    report.error('turns', what, 'Write role (user, assistant, system) and a text as content in each.');
  }
  return messages ?? [];
}

/** The turns before an answer: the prompt's own, which may hold the answer already, and those that come with it. */
function promptBefore(prompt: readonly ChatMessage[], answer: readonly ChatMessage[]): readonly ChatMessage[] {
  const before = answer.slice(0, -1);
  return sameMessages(prompt, answer) ? before : joinTurns(prompt, before);
}

function reportGaps(
  prompt: readonly ChatMessage[],
  [answer, rejected]: readonly (readonly ChatMessage[])[],
  report: LineReport,
): void {
  if (isEmpty(prompt.at(-1)?.content))
    report.error('empty-question', 'The question is empty.', 'Fill the cell, or map another column.');
  if (isEmpty(answer?.at(-1)?.content))
    report.error('empty-answer', 'The answer is empty.', 'Fill the cell, or leave the row out.');
  if (rejected !== undefined && isEmpty(rejected.at(-1)?.content))
    report.error('empty-rejected', 'The rejected answer is empty.', 'Fill the cell, or leave the row out.');
  if ([answer, rejected].some((turns) => turns !== undefined && turns.at(-1)?.role !== 'assistant'))
    report.error('last-not-assistant', 'The last turn is not of the assistant.', 'End the turns with the answer.');
  if (answer !== undefined && promptBefore(prompt, answer).at(-1)?.role === 'assistant')
    report.error('question-answered', 'The turns of the question end in an answer.', 'Map the turns before it.');
  if (answer !== undefined && rejected !== undefined && !sameMessages(answer.slice(0, -1), rejected.slice(0, -1)))
    report.error('turns-differ', 'The turns before the two answers differ.', 'Give both the same turns.');
}
