import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookAtLine } from '../../../../src/domain/dataset/line/look.ts';
import { parseTrainingLine } from '../../../../src/domain/dataset/line/preference.ts';
import { type CountOfBoth, PlainLook } from '../../../../src/domain/dataset/plain/look.ts';
import { plainTexts } from '../../../../src/domain/dataset/plain/texts.ts';
import { textsOf } from '../../../../src/domain/dataset/rubbish/look.ts';

/** Not tokens, but a number that says which texts were counted, and that each was counted whole. */
const weigh = (text: string): number => [...text].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), text.length);
const count: CountOfBoth = {
  text: weigh,
  ascii: (bytes, start, end) => weigh(Buffer.from(bytes.subarray(start, end)).toString('latin1')),
};
const plain = new PlainLook(count);

/** The line among others, as it stands in a file. */
function quickly(line: string) {
  const before = Buffer.from('{"messages":\n');
  const bytes = Buffer.concat([before, Buffer.from(line), Buffer.from('\n"]}')]);
  return plain.at(bytes, before.length, bytes.length - 4, 7);
}

const slowly = (line: string) => lookAtLine(line, 7, parseTrainingLine(line, 7), weigh);

const line = (...messages: readonly (readonly [role: string, content: unknown])[]): string =>
  JSON.stringify({ messages: messages.map(([role, content]) => ({ role, content })) });

const SENTENCES = [
  'Which lamp is lit?',
  'The keeper walked back before dawn.',
  'I’m sorry, but I can’t assist with that.',
  "I'm sorry, but I can't assist with that.",
  '  "Sorry, I cannot help with this request."',
  'Lo siento, no puedo ayudar con eso.',
  'It went out over the bay. And then the',
  'Yes',
  'A: 1\nB: 2\nC: 3',
  '```js\nlet a = 1;\n```',
  '```js\nlet a',
  '~~~\nlet a',
  '{"a": [1, 2',
  '[1, 2]',
  '<a>one two three four five six seven</a>',
  'one two three four five',
  'one two three four five six',
  `${'word '.repeat(24)}end.`,
  `${'word '.repeat(25)}end`,
  'C:\\path\\to "x"\t/y',
  'café, naïve, 猫, 🧙‍♂️',
  'cafÃ© read wrongly',
  'half \ud83e of a sign',
  'lost \ufffd sign',
  'bell \u0007',
  'page\u000cbreak',
  '\u007f',
  '\u00a0',
  ' ',
  '',
  'x'.repeat(2_001),
  `${'y'.repeat(2_000)} z`,
  ' '.repeat(2_001),
  `${'word '.repeat(900)}end.`,
];
const said = fc.oneof(
  fc.constantFrom(...SENTENCES),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ maxLength: 30 }),
  fc.array(fc.constantFrom(...SENTENCES), { maxLength: 3 }).map((parts) => parts.join(' ')),
);
const role = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('user', 'assistant') },
  fc.constantFrom('system', 'tool', 'developer', 'User'),
);
const talk = fc
  .tuple(fc.boolean(), said, fc.array(fc.tuple(role, said), { maxLength: 3 }), fc.boolean(), said)
  .map(([isLed, system, middle, isAnswered, answer]) => [
    ...(isLed ? [['system', system] as const] : []),
    ...middle,
    ...(isAnswered ? [['assistant', answer] as const] : []),
  ]);

/** The same value, written in one of the ways that JSON allows. */
const WAYS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify(JSON.parse(text), null, ' ').replaceAll('\n', ' '),
  (text) => ` \t${text.replaceAll('":', '" : ')} \r`,
  (text) => text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (text) => text.replaceAll('h', '\\u0068'),
  (text) => text.replaceAll('/', '\\/'),
  (text) => text.replaceAll(/\{"role":("\w*"),("content":.*?)\}(?=,\{|\]\})/g, '{$2,"role":$1}'),
];
const written = fc.tuple(talk, fc.constantFrom(...WAYS)).map(([messages, way]) => way(line(...messages)));

/** What a line that was written well may come to. */
const broken = fc
  .tuple(
    written,
    fc.nat(),
    fc.nat(3),
    fc.oneof(
      fc.constantFrom('"', '\\', '{', ']', ',', '\u00a0', '\ufeff', 'null', '1', '"role":"user",'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
  )
  .map(([text, at, less, more]) => {
    const place = at % (text.length + 1);
    return (text.slice(0, place) + more + text.slice(place + less)).toWellFormed();
  });

describe('a look at the bytes of a line', () => {
  it('sees what a look at its text sees, or leaves the line to it', () => {
    fc.assert(
      fc.property(fc.oneof(written, broken), (text) => {
        const given = text.toWellFormed();
        const seen = quickly(given);
        if (seen !== null) expect(seen).toEqual(slowly(given));
      }),
      { numRuns: 1_500 },
    );
  });

  it('leaves no line to it of which there is nothing to say', () => {
    fc.assert(
      fc.property(written, (text) => {
        const given = text.toWellFormed();
        const { findings, answer } = slowly(given);
        if (findings.length === 0 && answer !== null) expect(quickly(given)).not.toBeNull();
      }),
      { numRuns: 600 },
    );
  });

  it('reads the words that a look at its text reads, or leaves them to it', () => {
    let plainly = 0;
    fc.assert(
      fc.property(fc.oneof(written, broken), (text) => {
        const bytes = Buffer.from(`{${text.toWellFormed()}"]}`);
        const found = plainTexts(bytes, 1, bytes.length - 3);
        if (found === null) return;
        plainly += 1;
        expect(found).toEqual(textsOf(parseTrainingLine(text.toWellFormed(), 7)));
      }),
      { numRuns: 1_500 },
    );
    expect(plainly).toBeGreaterThan(100);
  });

  it.each([
    ['another key', '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"tools":[]}'],
    ['a key twice', '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"messages":[]}'],
    ['a name', '{"messages":[{"role":"user","content":"a","name":"n"},{"role":"assistant","content":"b"}]}'],
    ['parts', '{"messages":[{"role":"user","content":[]},{"role":"assistant","content":"b"}]}'],
    ['nothing', '{"messages":[{"role":"user","content":null},{"role":"assistant","content":"b"}]}'],
    ['a comma too many', '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},]}'],
    ['an answer to nothing that is no answer', '{"messages":[{"role":"user","content":"a"}]}'],
    ['something after its end', '{"messages":[{"role":"assistant","content":"b"}]}x'],
    ['an escape that is none', '{"messages":[{"role":"assistant","content":"\\x"}]}'],
    ['an end within an escape', '{"messages":[{"role":"assistant","content":"\\'],
    ['no end', '{"messages":[{"role":"assistant","content":"b'],
  ])('leaves a line with %s to it', (_, given) => {
    expect(quickly(given)).toBeNull();
  });
});
