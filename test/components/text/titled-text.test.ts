import { expect, test } from 'vitest';
import { titledText } from '../../../src/components/text/titled-text.ts';

test('parts stand under their titles, a look at its place in the whole, and a part without a title right below', () => {
  const { text, spans } = titledText([
    { title: 'Prompt', body: 'a red owl', spans: [{ start: 2, end: 5, tone: 'slot' }] },
    { title: 'Answer', body: 'yes', tone: 'strong' },
    { title: '', body: '3 tokens', tone: 'muted' },
  ]);
  expect(text).toBe('Prompt\na red owl\n\nAnswer\nyes\n3 tokens');
  expect(spans.map(({ start, end, tone }) => [text.slice(start, end), tone])).toEqual([
    ['Prompt', 'key'],
    ['red', 'slot'],
    ['Answer', 'key'],
    ['yes', 'strong'],
    ['3 tokens', 'muted'],
  ]);
});
