import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinThoughts, splitThoughts, ThoughtSplitter, wordsIn } from '../../../src/domain/chat/thoughts.ts';

describe('splitThoughts', () => {
  it.each([
    ['<think>\nTwo cities.\n</think>\n\nParis', 'Two cities.', 'Paris'],
    ['  <THINK>a</Think> Paris\n', 'a', 'Paris\n'],
    ['<thinking>a</thinking>\n<think>b</think>Paris', 'a\n\nb', 'Paris'],
    ['so it is Rome\n</think>\nParis', 'so it is Rome', 'Paris'],
    ['<think>cut of', 'cut of', ''],
    ['<think>cut in the tag </thi', 'cut in the tag </thi', ''],
    ['<think></think>\n\nParis', '', 'Paris'],
    ['[THINK]Two cities.[/THINK]Paris', 'Two cities.', 'Paris'],
    ['\u25c1think\u25b7a\u25c1/think\u25b7Paris', 'a', 'Paris'],
    ['<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>Paris', 'a', 'Paris'],
    ['a[/THINK]Paris', 'a', 'Paris'],
    ['<think>\u0130\u0130</think>Paris', '\u0130\u0130', 'Paris'],
    ['<think>1 < 2 and </b> </think>Paris', '1 < 2 and </b>', 'Paris'],
  ])('splits %j', (text, thoughts, answer) => {
    expect(splitThoughts(text)).toEqual({ thoughts, answer });
  });

  it.each([
    'Paris',
    ' \n Paris',
    '',
    '<',
    '<thinker>Rodin</thinker>',
    'Use <think> to open it',
    'End it with `</think>`.',
    'a <think>b</think> c',
    '[thinker]',
    '[',
  ])('leaves %j as it is', (text) => {
    expect(splitThoughts(text)).toEqual({ thoughts: '', answer: text });
  });
});

describe('ThoughtSplitter', () => {
  const part = fc.constantFrom('<think>', '</think>', '<thinking>', '</thinking>', '<', '</', ' ', '\n', 'a', 'b>');

  it('says of pieces what is said of the whole, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(part), fc.array(fc.nat(60)), (parts, cuts) => {
        const text = parts.join('');
        const places = [...new Set([0, ...cuts.filter((cut) => cut < text.length), text.length])].sort((a, b) => a - b);
        const splitter = new ThoughtSplitter();
        const said = places.slice(1).map((to, index) => splitter.push(text.slice(places[index], to)));
        const all = [...said, splitter.end()];
        const whole = splitThoughts(text);
        if (!splitter.opened && whole.thoughts !== '') return;
        if (!splitter.opened && /<\/think(?:ing)?>/.test(text)) return;
        expect(all.map(({ answer }) => answer).join('')).toBe(whole.answer);
        expect(
          all
            .map(({ thoughts }) => thoughts)
            .join('')
            .replace(/\s/g, ''),
        ).toBe(whole.thoughts.replace(/\s/g, ''));
      }),
    );
  });

  it('keeps back only what may become a tag', () => {
    const splitter = new ThoughtSplitter();
    const pieces = ['<th', 'ink>a', 'b </', 'i> c</think', '>\n', 'Par', 'is'];
    expect(pieces.map((piece) => splitter.push(piece))).toEqual([
      { thoughts: '', answer: '' },
      { thoughts: 'a', answer: '' },
      { thoughts: 'b ', answer: '' },
      { thoughts: '</i> c', answer: '' },
      { thoughts: '', answer: '' },
      { thoughts: '', answer: 'Par' },
      { thoughts: '', answer: 'is' },
    ]);
  });
});

it('joins what it splits, and counts words', () => {
  expect(splitThoughts(joinThoughts('Two cities.', 'Paris'))).toEqual({ thoughts: 'Two cities.', answer: 'Paris' });
  expect([wordsIn(''), wordsIn(' two\n words ')]).toEqual([0, 2]);
});
