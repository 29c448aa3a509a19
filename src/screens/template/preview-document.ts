import type { Span } from '../../components/editing/text-layout.ts';
import { parsePrompt } from '../../domain/template/prompt.ts';
import type { Cell, Template } from '../../domain/template/types.ts';
import { sanitizeText } from '../../domain/text/sanitize.ts';
import type { Tone } from '../../theme/themes.ts';

/** Text with its looks; offsets in UTF-16 units of `text`, which is safe to draw. */
export interface StyledText {
  readonly text: string;
  readonly spans: readonly Span[];
}

/** What both models are given for a cell, under headings, with the cell's values marked. */
export function previewDocument(template: Template, cell: Cell): StyledText {
  const system = renderStyledPrompt(template.system, cell);
  const sections: (readonly [string, StyledText])[] = [
    ['Student prompt', renderStyledPrompt(template.studentPrompt, cell)],
    ['Teacher prompt', renderStyledPrompt(template.teacherPrompt, cell)],
  ];
  if (system.text.trim() !== '') sections.unshift(['System message, for both', system]);
  return joinStyled(
    sections.flatMap(([title, body], index) => [
      styled(`${index === 0 ? '' : '\n\n'}${title}`, 'strong'),
      { text: '\n', spans: [] },
      body.text === '' ? styled('(empty)', 'muted') : body,
    ]),
  );
}

/** A prompt with the cell's values in their places, as `renderPrompt` does, without line ends at its close. */
export function renderStyledPrompt(prompt: string, cell: Cell): StyledText {
  const parts = parsePrompt(prompt).map((part): StyledText => {
    if (part.kind === 'text') return { text: sanitizeText(part.text), spans: [] };
    const value = part.kind === 'slot' && Object.hasOwn(cell, part.name) ? cell[part.name] : undefined;
    return value === undefined
      ? styled(sanitizeText(prompt.slice(part.start, part.end)), 'error')
      : styled(sanitizeText(value), 'slot');
  });
  const whole = joinStyled(parts);
  return { ...whole, text: whole.text.replace(/\n+$/, '') };
}

const styled = (text: string, tone: Tone): StyledText => ({
  text,
  spans: text === '' ? [] : [{ start: 0, end: text.length, tone }],
});

/** One after the other; in one pass, since a prompt may hold thousands of marks. */
function joinStyled(parts: readonly StyledText[]): StyledText {
  const spans: Span[] = [];
  let text = '';
  for (const part of parts) {
    const from = text.length;
    for (const { start, end, tone } of part.spans) spans.push({ start: start + from, end: end + from, tone });
    text += part.text;
  }
  return { text, spans };
}
