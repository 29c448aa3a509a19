import type { Span } from '../../../components/textarea/index.ts';
import type { ExamplePreview } from '../../../domain/importing/types.ts';
import { sanitizeLine, sanitizeText } from '../../../domain/text/sanitize.ts';
import type { Tone } from '../../../theme/index.ts';

const TITLES = { system: 'System', user: 'User', assistant: 'Assistant', tool: 'Tool' } as const;
/** Characters of one message that are shown: a preview is to be judged, not read to its end. */
const SHOWN = 20_000;

interface Part {
  readonly title: string;
  readonly body: string;
  readonly tone?: Tone;
}

/** What is wrong with the record, then the messages it becomes, then its label and group. */
function partsOf({ messages, label, group, empty, findings }: ExamplePreview): readonly Part[] {
  const parts: Part[] = findings.map(({ severity, message, fix }) => ({
    title: severity === 'error' ? 'This record cannot become a row' : 'Warning',
    body: `${message}\nDo: ${fix}`,
    tone: severity === 'error' ? 'error' : 'warn',
  }));
  if (empty.length > 0) {
    parts.push({ title: 'Warning', body: `Empty here: ${empty.map(sanitizeLine).join(', ')}.`, tone: 'warn' });
  }
  for (const { role, content } of messages ?? []) {
    const nothing = content.trim() === '';
    parts.push({
      title: TITLES[role],
      body: nothing ? 'empty' : content.slice(0, SHOWN),
      ...(nothing ? { tone: 'warn' as const } : {}),
    });
  }
  const names = [label === null ? '' : `label ${label}`, group === null ? '' : `group ${group}`];
  const kept = names.filter((name) => name !== '').join('\n');
  if (kept !== '') parts.push({ title: 'Kept beside it', body: kept, tone: 'muted' });
  return parts;
}

/** The example as one text that is safe to draw, with the look of its parts. */
export function exampleText(preview: ExamplePreview): { readonly text: string; readonly spans: readonly Span[] } {
  let text = '';
  const spans: Span[] = [];
  for (const { title, body, tone } of partsOf(preview)) {
    if (text !== '') text += '\n\n';
    spans.push({ start: text.length, end: text.length + title.length, tone: 'key' });
    text += `${title}\n`;
    const safe = sanitizeText(body);
    if (tone !== undefined) spans.push({ start: text.length, end: text.length + safe.length, tone });
    text += safe;
  }
  return { text, spans };
}
