import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chatLine,
  chatToLegacy,
  exportLines,
  legacyLine,
  readImportLine,
} from '../../../src/domain/dataset/example-lines.ts';
import { LegacyConventionFinder, legacyToChat } from '../../../src/domain/dataset/legacy-pairs.ts';
import { exampleId, exampleOf, flagsOf, isTrainable, type RowRequest, rowId } from '../../../src/domain/dataset/row.ts';
import { row, template } from './sample-rows.ts';

describe('rowId', () => {
  const request: RowRequest = {
    model: 'm',
    messages: [{ role: 'user', content: 'x' }],
    parameters: { temperature: 1, maxTokens: 300 },
    cell: { race: 'elf', pet: 'owl' },
  };

  it('is what it was when rows that are on disk were asked', () => {
    expect(rowId(request)).toBe('813877d63375b823fe0f562d08a1b7425d1ee378d06442fa689fc03f33286c98');
  });

  it('is the same however the request is spelt', () => {
    const respelt = { ...request, cell: { pet: 'owl', race: 'elf' }, parameters: { maxTokens: 300, temperature: 1 } };
    expect(rowId(respelt)).toBe(rowId(request));
  });

  it('differs with the model, messages, parameters or cell', () => {
    const others = [
      { ...request, model: 'n' },
      { ...request, messages: [{ role: 'system' as const, content: 'x' }] },
      { ...request, parameters: { temperature: 0.9, maxTokens: 300 } },
      { ...request, cell: { race: 'elf', pet: 'toad' } },
    ];
    expect(new Set([request, ...others].map(rowId)).size).toBe(5);
    expect(exampleId(request.messages)).not.toBe(exampleId(request.messages, '2'));
  });
});

describe('a row', () => {
  it('is the student prompt and its answer, or its own prompt', () => {
    expect(exampleOf(row(), template).messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'elf, owl' },
      { role: 'assistant', content: 'An Elf with an owl.' },
    ]);
    const own = row({ prompt: [{ role: 'user', content: 'hi' }], completion: 'ho' });
    expect(exampleOf(own, template).messages.map((message) => message.content)).toEqual(['hi', 'ho']);
  });

  it('is trained on when it may be', () => {
    const both = (change: Parameters<typeof row>[0]) => [
      isTrainable(row(change), 'accepted'),
      isTrainable(row(change), 'not-rejected'),
    ];
    expect(both({})).toEqual([false, true]);
    expect(both({ rating: 'accepted' })).toEqual([true, true]);
    expect(both({ rating: 'rejected' })).toEqual([false, false]);
    expect(both({ status: 'truncated' })).toEqual([false, false]);
    expect(both({ status: 'truncated', edited: true })).toEqual([false, true]);
    expect(both({ rating: 'accepted', completion: ' ' })).toEqual([false, false]);
  });

  it('shows its flags', () => {
    expect(flagsOf(row())).toEqual([]);
    expect(flagsOf(row({ edited: true, status: 'truncated', completion: 'An elf.' }))).toEqual([
      'edited',
      'truncated',
      'missing-slot-value',
    ]);
    expect(flagsOf(row({ cell: { race: 'elf' }, completion: 'Himself, a shelf.' }))).toEqual(['missing-slot-value']);
    expect(flagsOf(row({ status: 'empty', completion: '' }))).toEqual(['empty']);
    expect(flagsOf(row({ status: 'refused', completion: '' }))).toEqual(['refused']);
    expect(flagsOf(row({ completion: 'I cannot write of an elf or an owl.' }))).toEqual(['refused']);
    expect(flagsOf(row({ completion: 'An elf had an owl in a cage. Its owl flew to the' }))).toEqual(['truncated']);
    expect(flagsOf(row({ source: 'imported', cell: { document: 'NDA.pdf' }, completion: 'Yes' }))).toEqual([]);
  });

  it('comes back from its exported line', () => {
    const completion = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => text.trim() !== '' && text.isWellFormed());
    fc.assert(
      fc.property(completion, (text) => {
        const [line] = exportLines([row({ completion: text })], template, chatLine, 'not-rejected');
        expect(line?.endsWith('\n')).toBe(true);
        const { example, findings } = readImportLine(line ?? '', 1);
        expect(findings).toEqual([]);
        expect(example?.completion).toBe(text);
        expect(example?.prompt).toEqual(exampleOf(row(), template).messages.slice(0, -1));
      }),
    );
  });

  it('is left out of an export that does not want it', () => {
    const rows = [row(), row({ rating: 'accepted', completion: 'Yes.' }), row({ rating: 'rejected' })];
    expect([...exportLines(rows, template, chatLine, 'accepted')]).toHaveLength(1);
    expect([...exportLines(rows, template, legacyLine, 'not-rejected')].map((line) => JSON.parse(line))).toEqual([
      { prompt: 'Be brief.\n\nelf, owl\n\n###\n\n', completion: ' An Elf with an owl. END' },
      { prompt: 'Be brief.\n\nelf, owl\n\n###\n\n', completion: ' Yes. END' },
    ]);
  });
});

describe('prompt/completion lines', () => {
  it.each([
    ['elf, owl ->', ' A tale.\n', 'elf, owl', 'A tale.'],
    ['elf, owl\n\n###\n\n', ' A tale. END', 'elf, owl', 'A tale.'],
    ['elf\n\n===\n\n', ' A tale.\n###', 'elf', 'A tale.'],
    ['elf', 'A tale.<|endoftext|>', 'elf', 'A tale.'],
    ['a -> b', ' THE LEGEND', 'a -> b', 'THE LEGEND'],
  ])('become chat: %j', (prompt, completion, user, assistant) => {
    expect(legacyToChat({ prompt, completion }).map((message) => message.content)).toEqual([user, assistant]);
  });

  it('are read in a moment even where white space goes on and on', () => {
    const blank = `${' '.repeat(400_000)}${'\n'.repeat(400_000)}`;
    const pair = { prompt: `a${blank}b${' -> '.repeat(100_000)}c`, completion: `a${blank}b` };
    expect(legacyToChat(pair).map((message) => message.content)).toEqual([pair.prompt, pair.completion]);
    const ended = { prompt: `a${blank}###${blank}`, completion: `a${blank}END${blank}` };
    expect(legacyToChat(ended).map((message) => message.content)).toEqual(['a', 'a']);
  });

  it('keep what only looks like an end', () => {
    const asIs = ['a ###', 'a---', '#\n##', 'aEND', 'a ->b'];
    expect(asIs.map((prompt) => legacyToChat({ prompt, completion: 'x' })[0].content)).toEqual(asIs);
    const answers = ['a---', 'a ---', 'BACKEND', 'a###', 'NONSTOP'];
    expect(answers.map((completion) => legacyToChat({ prompt: 'x', completion })[1].content)).toEqual(answers);
  });

  it('go there and back', () => {
    const plain = fc.stringMatching(/^[a-z][a-z ,.\n]{0,30}[a-z.]$/);
    fc.assert(
      fc.property(plain, plain, (user, assistant) => {
        const messages = [{ role: 'user', content: user } as const, { role: 'assistant', content: assistant } as const];
        expect(legacyToChat(chatToLegacy(messages))).toEqual(messages);
      }),
    );
  });

  it('write a longer conversation with its roles', () => {
    const say = (role: 'user' | 'assistant', content: string) => ({ role, content });
    expect(chatToLegacy([say('user', 'a'), say('assistant', 'b'), say('user', 'c'), say('assistant', 'd')])).toEqual({
      prompt: 'User: a\n\nAssistant: b\n\nUser: c\n\n###\n\n',
      completion: ' d END',
    });
  });
});

describe('the convention of a file', () => {
  const conventionOf = (...pairs: readonly (readonly [prompt: string, completion: string])[]) => {
    const finder = new LegacyConventionFinder();
    for (const [prompt, completion] of pairs) finder.push({ prompt, completion });
    return finder.found();
  };

  it.each([
    [
      'all of it',
      [
        ['a ->', ' x END'],
        ['b ->', ' y END'],
      ],
      { pairs: 2, separator: '->', stop: 'END' },
    ],
    [
      'line ends alone',
      [
        ['a\n\n###\n\n', ' x\n'],
        ['b\n\n###\n\n', ' y\n'],
      ],
      { pairs: 2, separator: '###', stop: '\n' },
    ],
    [
      'ends that differ',
      [
        ['a ->', ' x END'],
        ['b ->', ' y'],
      ],
      { pairs: 2, separator: '->', stop: null },
    ],
  ] as const)('is found: %s', (_, pairs, found) => {
    expect(conventionOf(...pairs)).toEqual(found);
  });

  it.each([
    ['no pair', []],
    [
      'a prompt without the separator',
      [
        ['a ->', ' x END'],
        ['b', ' y END'],
      ],
    ],
    [
      'two separators',
      [
        ['a ->', ' x END'],
        ['b\n###', ' y END'],
      ],
    ],
    [
      'no separator at all',
      [
        ['a', ' x END'],
        ['b', ' y END'],
      ],
    ],
    [
      'a completion that begins at once',
      [
        ['a ->', ' x END'],
        ['b ->', 'y END'],
      ],
    ],
  ] as const)('is not found: %s', (_, pairs) => {
    expect(conventionOf(...pairs)).toBeNull();
  });

  it('cuts no end that only some completions have', () => {
    const [, answer] = legacyToChat(
      { prompt: 'a ->', completion: ' 20 END' },
      { pairs: 2, separator: '->', stop: null },
    );
    expect(answer.content).toBe('20 END');
  });
});

describe('readImportLine', () => {
  it('reads both forms, and a pair as it stands unless its file keeps to the old convention', () => {
    const pair = '{"prompt": "elf ->", "completion": " hi\\n"}';
    expect(readImportLine(pair, 1)).toEqual({
      example: { prompt: [{ role: 'user', content: 'elf ->' }], completion: ' hi\n' },
      findings: [],
    });
    expect(readImportLine(pair, 1, { pairs: 1, separator: '->', stop: '\n' })).toEqual({
      example: { prompt: [{ role: 'user', content: 'elf' }], completion: 'hi' },
      findings: [],
    });
  });

  it('keeps a line with names whole, and refuses broken ones by line number', () => {
    const named = JSON.stringify({
      messages: [
        { role: 'user', name: 'bob', content: 'x' },
        { role: 'assistant', content: 'y' },
      ],
    });
    expect(readImportLine(named, 4)).toEqual({
      example: { prompt: [{ role: 'user', content: 'x' }], completion: 'y', whole: named },
      findings: [],
    });
    expect(readImportLine('{"completion": ', 5)).toMatchObject({
      example: null,
      findings: [{ code: 'not-json', line: 5 }],
    });
  });
});
