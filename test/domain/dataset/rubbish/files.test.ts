import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatasetCheck } from '../../../../src/domain/dataset/check.ts';
import { DigestMap, digestOf } from '../../../../src/domain/dataset/rubbish/digests.ts';
import type { ContentFlag } from '../../../../src/domain/dataset/rubbish/flags.ts';
import { SHIPPED_PRICES } from '../../../../src/domain/pricing/prices.ts';

type Turn = readonly [role: string, content: string, more?: object];
const line = (...turns: readonly Turn[]) =>
  JSON.stringify({ messages: turns.map(([role, content, more]) => ({ role, content, ...more })) });
const asked = (user: string, answer: string) => line(['user', user], ['assistant', answer]);

function check(lines: readonly string[], flags?: (index: number) => readonly ContentFlag[]) {
  const checking = new DatasetCheck({ model: 'gpt-4o-mini', count: () => 1, prices: SHIPPED_PRICES });
  for (const [index, text] of lines.entries()) checking.push(text, undefined, flags?.(index) ?? null);
  return checking.finish();
}
const found = (lines: readonly string[]) =>
  check(lines).findings.map(({ code, count, lines: at }) => [code, count, at]);

const NOUNS = 'harbour lantern orchard quarry ledger kestrel furnace meadow compass violin anvil thimble'.split(' ');
const VERBS = 'carried mended forgot traded painted followed measured borrowed guarded sold buried weighed'.split(' ');
/** Prose that differs in every word that says something. */
const prose = (n: number) =>
  `${NOUNS[n % 12]} keepers ${VERBS[(n * 5) % 12]} the ${NOUNS[(n * 7 + 3) % 12]}, and number ${n * 7919} ${VERBS[(n + 4) % 12]} a ${NOUNS[(n + 6) % 12]}.`;
const sound = Array.from({ length: 12 }, (_, n) => asked(`what of ${NOUNS[n]}?`, prose(n)));

describe('rubbish in a file', () => {
  it('is none where there is none', () => expect(found(sound)).toEqual([]));

  it('is an answer that refuses, is cut, or was marked as such: one finding a kind, with count, lines and sample', () => {
    const lines = [
      ...sound,
      asked('a', "I'm sorry, but I can't help with that."),
      asked('b', 'The mill stood by the river. The miller went to the'),
      line(['user', 'c'], ['assistant', 'I cannot assist with this request.']),
      line(['user', 'd'], ['assistant', 'No.', { refusal: 'It is against the policy.' }]),
    ];
    const report = check(lines);
    expect(report.flagged).toBe(4);
    expect(report.errors).toBe(0);
    expect(report.findings).toMatchObject([
      { code: 'refused', severity: 'warning', line: 13, count: 3, lines: [13, 15, 16] },
      { code: 'truncated', severity: 'warning', line: 14, count: 1, lines: [14] },
    ]);
    expect(report.findings[0]?.message).toBe(
      "3 answers read as refusals: lines 13, 15, 16. Line 13: “I'm sorry, but I can't help with that.”",
    );
  });

  it('is not the call of a tool, an answer of weight 0, or the worse answer of a pair', () => {
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: 'Let me look. I will call the', tool_calls: [call] },
    ];
    const weighted = line(
      ['user', 'y'],
      ['assistant', 'I cannot help with that.', { weight: 0 }],
      ['user', 'z'],
      ['assistant', 'Fine.'],
    );
    expect(found([...sound, JSON.stringify({ messages, tools }), weighted])).toEqual([]);
    const pair = (better: string, worse: string, n: number) =>
      JSON.stringify({
        input: { messages: [{ role: 'user', content: `q${n}` }] },
        preferred_output: [{ role: 'assistant', content: better }],
        non_preferred_output: [{ role: 'assistant', content: worse }],
      });
    const pairs = sound.map((_, n) => pair(prose(n), 'I cannot help with that.', n));
    expect(found(pairs)).toEqual([]);
    expect(found([...pairs, pair('I cannot help with that.', 'Fine.', 99)])).toEqual([['refused', 1, [13]]]);
  });

  it('is one answer to different prompts, where it is a sentence among others', () => {
    const again = asked('something else', prose(3));
    expect(found([...sound, again])).toEqual([['same-answer', 1, [13]]]);
    const collapsed = Array.from({ length: 12 }, (_, n) => asked(`q${n}`, 'It is a long and winding road to the sea.'));
    expect(found(collapsed)).toMatchObject([['same-answer', 11, expect.anything()]]);
    const passage = 'Thank you for writing. '.repeat(12);
    const classes = Array.from({ length: 40 }, (_, n) => asked(`q${n}`, `${passage} ${n % 4}.`));
    expect(found(classes)[0]).toMatchObject(['same-answer', 36, expect.anything()]);
  });

  it('is not a label that repeats, of whatever length, nor JSON, nor the thanks at the end of a talk', () => {
    const labelled = (labels: readonly string[]) =>
      Array.from({ length: 60 }, (_, n) => asked(`${NOUNS[n % 12]} ${n}?`, labels[n % labels.length] ?? ''));
    expect(found(labelled(['Yes', 'No']))).toEqual([]);
    expect(
      found(labelled(['The clause permits sharing with third parties.', 'The clause says nothing of such a sharing.'])),
    ).toEqual([]);
    expect(
      found(labelled(['{"intent": "none", "slots": [], "why": "nothing of it is named at all"}', '{"a": 1}'])),
    ).toEqual([]);
    const talks = Array.from({ length: 12 }, (_, n) =>
      line(
        ['user', `q${n}`],
        ['assistant', prose(n)],
        ['user', 'thanks'],
        ['assistant', 'You are welcome, and have a nice day today.'],
      ),
    );
    expect(found(talks)).toEqual([]);
  });

  it('is one prompt with different answers, labels too', () => {
    expect(found([...sound, asked('is it?', 'Yes'), asked('is it?', 'No'), asked('is it?', 'No ')])).toMatchObject([
      ['other-answer', 2, [14, 15]],
    ]);
  });

  it('is an example nearly the same as another, the words around every question aside', () => {
    const long = [1, 5, 7, 9].map(prose).join(' ');
    expect(found([...sound, asked('tell me', `${long} Truly.`), asked('tell me now', `${long} Indeed.`)])).toEqual([
      ['near-duplicate', 1, [14]],
    ]);
    const framed = (text: string) =>
      `${'Classify the question by its intent and answer with its name. '.repeat(9)}${text}`;
    expect(found(sound.map((_, n) => asked(framed(`${NOUNS[n]}?`), `label_${n % 3}`)))).toEqual([]);
  });

  it('counts the flags of copies, as the rows they are of are counted', () => {
    const refusal = asked('a', 'I cannot help with that.');
    expect(check([...sound, refusal, refusal])).toMatchObject({ flagged: 2 });
  });
});

describe('slots that an answer does not name', () => {
  const races = ['elf', 'gnome', 'dwarf'];
  const pets = ['owl', 'toad', 'fox', 'raven'];
  const cells = races.flatMap((race) => pets.map((pet) => [race, pet] as const));
  const told = (race: string, pet: string, n: number) => `A ${race}, ${prose(n)} It walks with its ${pet}.`;

  it('are found by what the prompts of the file have in common', () => {
    const lines = cells.map(([race, pet], n) => asked(`${race}, ${pet}`, told(n === 5 ? 'wizard' : race, pet, n)));
    const report = check(lines);
    expect(report.flagged).toBe(1);
    expect(report.findings).toMatchObject([{ code: 'missing-slot-value', lines: [6], count: 1 }]);
    expect(report.findings[0]?.message).toContain('Line 6: lacks “gnome”');
  });

  it('are none where answers name no values, or prompts are no lists of them', () => {
    expect(found(cells.map(([race, pet], n) => asked(`${race}, ${pet}`, `class_${n}`)))).toEqual([]);
    expect(
      found(
        cells.map(([race, pet], n) => asked(`Hello, I lost my card ${n}, please tell me of ${race}`, `${pet}_${n}`)),
      ),
    ).toEqual([]);
  });

  it('are those of the row where the row is known', () => {
    const lines = cells.map(([race, pet], n) => asked('the same', told(race, pet, n)));
    const report = check(lines, (index) => (index === 2 ? ['missing-slot-value'] : []));
    expect(report.flagged).toBe(1);
    expect(report.findings.map(({ code }) => code)).toContain('missing-slot-value');
  });
});

describe('digests', () => {
  it('differ with the texts and where they end, and are found again', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.array(fc.string(), { maxLength: 4 }), {
          selector: (texts) => JSON.stringify(texts),
          maxLength: 200,
        }),
        (all) => {
          const map = new DigestMap();
          for (const [index, texts] of all.entries()) expect(map.first(digestOf(texts), index + 1)).toBe(null);
          for (const [index, texts] of all.entries()) expect(map.first(digestOf(texts), 9_999)).toBe(index + 1);
        },
      ),
    );
  });

  it('stay found when the map has grown', () => {
    const map = new DigestMap();
    for (let n = 1; n <= 20_000; n += 1) map.first(digestOf([`text ${n}`]), n);
    for (let n = 1; n <= 20_000; n += 1) expect(map.first(digestOf([`text ${n}`]), 1)).toBe(n);
  });
});
