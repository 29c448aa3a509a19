import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../../../src/domain/common/cooperative.ts';
import { leakText, SideLeakFinder } from '../../../../src/domain/dataset/rubbish/sides.ts';

const line = (user: string, answer: string, system = 'Be brief.') =>
  JSON.stringify({
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: user },
      { role: 'assistant', content: answer },
    ],
  });

function leaks(training: readonly string[], validation: readonly string[]) {
  const finder = new SideLeakFinder();
  for (const text of training) finder.train(text);
  for (const text of validation) finder.validate(text);
  return runToEnd(finder.finish());
}

describe('what the training side gives away', () => {
  const asked = Array.from(
    { length: 12 },
    (_, n) => `May party ${n} share what was disclosed to it under clause ${n * 7}?`,
  );
  const training = asked.map((text, n) => line(text, `${n}`));

  it('is told by line, by prompt and by question, each validation line once', () => {
    const found = leaks(training, [
      '',
      ` ${training[0]} `,
      line(asked[1] ?? '', 'another'),
      line((asked[2] ?? '').toLowerCase(), '2'),
      line('Something else?', '3'),
      'no json',
    ]);
    expect(found).toEqual({ training: 12, validation: 5, lines: 1, prompts: 1, near: 1 });
    expect(leakText(found)).toBe(
      'Of 5 validation lines 1 stand on the training side too, 1 have a prompt of the training side, 1 are nearly a question of it: the validation losses, batch and full, will look better than they are.',
    );
  });

  it('is nothing where only the words around every question, or a clause under another task, are the same', () => {
    const frame =
      'Read the clause of the agreement below and answer its question with Yes or No and with no other word at all.';
    const framed = (n: number) => line(`${frame} Clause ${n}: ${'abcdefghijklmnopqrst'[n]}`, 'Yes');
    const all = Array.from({ length: 20 }, (_, n) => framed(n));
    expect(leakText(leaks(all.slice(0, 12), all.slice(12)))).toBe(null);
    expect(leakText(leaks(training, [line(asked[0] ?? '', '0', 'Answer at length.')]))).toBe(null);
  });
});
