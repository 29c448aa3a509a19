import type { Span } from '../../../components/textarea/index.ts';
import type { ChatMessage } from '../../../domain/chat/types.ts';
import { missingValues } from '../../../domain/dataset/example.ts';
import type { Row } from '../../../domain/dataset/types.ts';
import { formatUsd } from '../../../domain/pricing/format.ts';
import { PRACTICE_BASE, PRACTICE_TEACHER } from '../../../domain/provider/practice.ts';
import { sanitizeLine, sanitizeText } from '../../../domain/text/sanitize.ts';
import type { Tone } from '../../../theme/index.ts';

export interface DetailText {
  /** Safe to draw. */
  readonly text: string;
  readonly spans: readonly Span[];
}

interface Part {
  readonly title: string;
  readonly body: string;
  /** What of the body has a look of its own, by offsets in it. */
  readonly spans?: readonly Span[];
  readonly tone?: Tone;
}

const PRACTICE: ReadonlySet<string> = new Set([PRACTICE_TEACHER, PRACTICE_BASE]);
/** Values are looked for in answers up to this length: what is longer is nobody's answer to a template. */
const MARKED_LENGTH = 20_000;

/** Where the cell's values are named in the answer, so that the eye finds them. */
function valueSpans(text: string, values: readonly string[]): readonly Span[] {
  const lower = text.toLowerCase();
  if (text.length > MARKED_LENGTH || lower.length !== text.length) return [];
  const found: Span[] = [];
  for (const value of values) {
    const wanted = sanitizeLine(value).trim().toLowerCase();
    if (wanted === '') continue;
    for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + wanted.length)) {
      found.push({ start: at, end: at + wanted.length, tone: 'slot' });
    }
  }
  let end = 0;
  return found
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
    .filter((span) => {
      const apart = span.start >= end;
      if (apart) end = span.end;
      return apart;
    });
}

function titleOf(row: Row, message: ChatMessage): string {
  switch (message.role) {
    case 'system':
      return 'System';
    case 'user':
      return row.prompt === null ? 'Student prompt' : 'User';
    case 'assistant':
      return 'Assistant, before';
    case 'tool':
      return 'Tool';
  }
}

function answerPart(row: Row): Part {
  const body = sanitizeText(row.completion);
  if (body === '')
    return { title: 'Answer', body: row.error === null ? 'The answer is empty.' : 'There is no answer.', tone: 'warn' };
  return { title: 'Answer', body, spans: valueSpans(body, Object.values(row.cell)) };
}

function teacherPart(row: Row): Part {
  const { usage } = row;
  const model = row.model === '' ? 'unknown' : `${row.model}${PRACTICE.has(row.model) ? ' (practice engine)' : ''}`;
  const facts = [
    `model ${model}`,
    `finish reason ${row.finishReason ?? 'unknown'}`,
    usage === null
      ? 'tokens unknown'
      : `tokens ${usage.promptTokens} in (${usage.cachedTokens} cached), ${usage.completionTokens} out`,
    `cost ${formatUsd(row.costUsd)}`,
    `${row.source} ${new Date(row.createdAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  ];
  return {
    title: row.source === 'generated' ? 'Teacher' : 'Origin',
    body: sanitizeText(facts.join('\n')),
    tone: 'muted',
  };
}

function noticeParts(row: Row): readonly Part[] {
  const missing = missingValues(row);
  return [
    ...(row.error === null ? [] : [{ title: 'Problem', body: sanitizeText(row.error), tone: 'error' as const }]),
    ...(missing.length === 0
      ? []
      : [
          {
            title: 'Flag',
            body: sanitizeText(`The answer does not name ${missing.join(', ')}.`),
            tone: 'warn' as const,
          },
        ]),
  ];
}

/**
 * The whole example as one text: what is wrong, its messages, what the teacher said of it. `answerFirst` is for a pane
 * of few rows, where the answer is what one judges.
 */
export function detailText(row: Row, messages: readonly ChatMessage[], answerFirst: boolean): DetailText {
  const prompts = messages
    .slice(0, -1)
    .filter((message) => message.content !== '')
    .map((message): Part => ({ title: titleOf(row, message), body: sanitizeText(message.content) }));
  const answer = answerPart(row);
  const parts = [...noticeParts(row), ...(answerFirst ? [answer, ...prompts] : [...prompts, answer]), teacherPart(row)];
  let text = '';
  const spans: Span[] = [];
  for (const { title, body, tone, spans: inside } of parts) {
    if (text !== '') text += '\n\n';
    spans.push({ start: text.length, end: text.length + title.length, tone: 'key' });
    text += `${title}\n`;
    const start = text.length;
    if (tone !== undefined) spans.push({ start, end: start + body.length, tone });
    for (const span of inside ?? []) spans.push({ ...span, start: span.start + start, end: span.end + start });
    text += body;
  }
  return { text, spans };
}
