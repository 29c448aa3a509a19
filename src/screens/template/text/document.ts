import type { Span } from '../../../components/textarea/index.ts';
import { parsePrompt } from '../../../domain/template/parse.ts';
import type { Cell, Template } from '../../../domain/template/types.ts';
import { sanitizeText } from '../../../domain/text/sanitize.ts';
import type { Tone } from '../../../theme/index.ts';

/** Text with its looks; offsets in UTF-16 units of `text`, which is safe to draw. */
export interface Marked {
  readonly text: string;
  readonly spans: readonly Span[];
}

/** What both models are given for a cell, under headings, with the cell's values marked. */
export function previewDocument(template: Template, cell: Cell): Marked {
  const system = rendered(template.system, cell);
  const sections: (readonly [string, Marked])[] = [
    ['The student is given', rendered(template.studentPrompt, cell)],
    ['The teacher is asked', rendered(template.teacherPrompt, cell)],
  ];
  if (system.text.trim() !== '') sections.unshift(['System message, for both', system]);
  return joined(
    sections.flatMap(([title, body], index) => [
      marked(`${index === 0 ? '' : '\n\n'}${title}`, 'strong'),
      { text: '\n', spans: [] },
      body.text === '' ? marked('(empty)', 'muted') : body,
    ]),
  );
}

/** A prompt with the cell's values in their places, as `renderPrompt` does, without line ends at its close. */
export function rendered(prompt: string, cell: Cell): Marked {
  const parts = parsePrompt(prompt).map((part): Marked => {
    if (part.kind === 'text') return { text: sanitizeText(part.text), spans: [] };
    const value = part.kind === 'slot' && Object.hasOwn(cell, part.name) ? cell[part.name] : undefined;
    return value === undefined
      ? marked(sanitizeText(prompt.slice(part.start, part.end)), 'error')
      : marked(sanitizeText(value), 'slot');
  });
  const whole = joined(parts);
  return { ...whole, text: whole.text.replace(/\n+$/, '') };
}

const marked = (text: string, tone: Tone): Marked => ({
  text,
  spans: text === '' ? [] : [{ start: 0, end: text.length, tone }],
});

/** One after the other; in one pass, since a prompt may hold thousands of marks. */
function joined(parts: readonly Marked[]): Marked {
  const spans: Span[] = [];
  let text = '';
  for (const part of parts) {
    const from = text.length;
    for (const { start, end, tone } of part.spans) spans.push({ start: start + from, end: end + from, tone });
    text += part.text;
  }
  return { text, spans };
}
