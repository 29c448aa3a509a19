import { describe, expect, it } from 'vitest';
import { readAsides, setAside } from '../../../../src/domain/evaluation/graders/set-aside.ts';

const bare = (text: string) => setAside(text, ['thoughts', 'markdown']);

describe('readAsides', () => {
  it.each([
    ['nothing', []],
    ['markdown, thoughts', ['thoughts', 'markdown']],
    ['thoughts', ['thoughts']],
    ['spaces', null],
    ['', null],
  ])('of %j is %j', (typed, asides) => {
    expect(readAsides(typed)).toEqual(asides);
  });
});

describe('setAside', () => {
  it.each([
    ['<think>\n2 come to mind.\n</think>\n\nParis', 'Paris'],
    ['<thinking>a</thinking><think>b</think>Paris', 'Paris'],
    ['so it is Rome\n</think>\nParis', 'Paris'],
    ['<THINK>a</THINK> Paris', 'Paris'],
    ['<think>cut off', ''],
  ])('leaves thoughts out of %j', (text, rest) => {
    const { text: compared, left } = setAside(text, ['thoughts']);
    expect([compared.trim(), left]).toEqual([rest, ['thoughts']]);
  });

  it.each([
    ['Yes\u200b', 'Yes'],
    ['\ufeffYes', 'Yes'],
    ['a\r\nb', 'a\nb'],
    ['e\u0301', '\u00e9'],
  ])('takes %j for what looks the same', (text, same) => {
    expect(setAside(text, [])).toEqual({ text: same, left: [] });
  });

  it.each([
    ['`Yes`', 'Yes'],
    ['**Yes**', 'Yes'],
    ['***Yes***', 'Yes'],
    ['_Yes_', 'Yes'],
    ['```\nYes\n```', 'Yes'],
    ['```text\nYes\n```', 'Yes'],
    ['## **Yes**', 'Yes'],
    ['> Yes', 'Yes'],
    ['- `Yes`', 'Yes'],
  ])('leaves the markdown out of %j', (text, rest) => {
    expect(bare(text)).toEqual({ text: rest, left: ['markdown'] });
  });

  it.each(['-1', 'C#', '#1', 'a * b', '**', '`', 'snake_case', '2 > 1', 'I <think> so', 'Paris'])(
    'leaves %j as it is',
    (text) => {
      expect(bare(text)).toEqual({ text, left: [] });
    },
  );

  it('keeps what is not named, and composes accents', () => {
    expect(setAside('**Cafe\u0301**', [])).toEqual({ text: '**Caf\u00e9**', left: [] });
  });
});
