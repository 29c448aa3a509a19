import { thoughtsTitle } from '../../domain/chat/thoughts.ts';
import { sanitizeText } from '../../domain/text/sanitize.ts';
import type { Tone } from '../../theme/themes.ts';
import type { Span } from '../editing/text-layout.ts';

/** A part of a text under its title. */
export interface TextPart {
  /** Empty goes on right below the part before. */
  readonly title: string;
  /** Safe to draw. */
  readonly body: string;
  /** What of the body has a look of its own, by offsets in it. */
  readonly spans?: readonly Span[];
  /** The look of the whole body. */
  readonly tone?: Tone;
}

export interface TitledText {
  /** Safe to draw. */
  readonly text: string;
  readonly spans: readonly Span[];
}

/** What a model thought before its answer, below it; nothing where it did not. */
export const thoughtParts = (thoughts: string | undefined): readonly TextPart[] =>
  thoughts === undefined
    ? []
    : [{ title: thoughtsTitle(thoughts), body: sanitizeText(thoughts).trim(), tone: 'muted' }];

/** The parts as one text, with the look of each. */
export function titledText(parts: readonly TextPart[]): TitledText {
  let text = '';
  const spans: Span[] = [];
  for (const { title, body, tone, spans: inside = [] } of parts) {
    if (text !== '') text += title === '' ? '\n' : '\n\n';
    if (title !== '') {
      spans.push({ start: text.length, end: text.length + title.length, tone: 'key' });
      text += `${title}\n`;
    }
    const start = text.length;
    if (tone !== undefined) spans.push({ start, end: start + body.length, tone });
    for (const span of inside) spans.push({ ...span, start: span.start + start, end: span.end + start });
    text += body;
  }
  return { text, spans };
}
