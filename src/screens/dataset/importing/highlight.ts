import type { Span } from '../../../components/textarea/index.ts';
import type { ColumnInfo } from '../../../domain/importing/types.ts';
import { parsePrompt } from '../../../domain/template/parse.ts';

/** Marks the columns in a template of one message, and what looks like one and is none. */
export function columnSpans(columns: readonly ColumnInfo[]): (text: string) => readonly Span[] {
  const names = new Set(columns.map(({ name }) => name));
  return (text) =>
    parsePrompt(text).flatMap((part): Span[] => {
      // A brace alone stands for itself in these templates.
      if (part.kind === 'text' || part.kind === 'stray-brace') return [];
      const name = part.kind === 'slot' ? part.name : part.content.trim();
      return [{ start: part.start, end: part.end, tone: names.has(name) ? 'slot' : 'error' }];
    });
}
