import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatasetCheck } from '../../../../src/domain/dataset/check.ts';
import { readLenient, writeOut } from '../../../../src/domain/dataset/mend/lenient-json.ts';
import { mendLine } from '../../../../src/domain/dataset/mend/line.ts';
import { DatasetMend } from '../../../../src/domain/dataset/mend/mend.ts';
import { SHIPPED_PRICES } from '../../../../src/domain/pricing/prices.ts';

const chat = (user: string, answer: string) =>
  `{"messages": [{"role": "user", "content": "${user}"}, {"role": "assistant", "content": "${answer}"}]}`;

describe('JSON as Python and people write it', () => {
  it.each([
    ['{"a": [1, 2,], }', '{"a": [1, 2]}', ['trailing-comma']],
    ['{"a": None, "b": True, "c": False}', '{"a": null, "b": true, "c": false}', ['python-word']],
    [
      `{'a': "it's", 'b': 'say "x"', 'c': 'it\\'s'}`,
      `{"a": "it's", "b": "say \\"x\\"", "c": "it's"}`,
      ['single-quotes'],
    ],
    [`{'a': 'caf\\xe9 \\U0001f600 \\n'}`, '{"a": "café 😀 \\n"}', ['single-quotes']],
    [
      '{"n": 9007199254740993, "m": 1.10, "x": 1e400},',
      '{"n": 9007199254740993, "m": 1.10, "x": 1e400}',
      ['trailing-comma'],
    ],
    ['{"a": "\\u00e9 None, ]"}', '{"a": "\\u00e9 None, ]"}', []],
  ])('%s', (text, written, mends) => {
    const read = readLenient(text);
    expect(read?.values.map((value) => writeOut(value))).toEqual([written]);
    expect([...(read?.mends ?? [])]).toEqual(mends);
  });

  it.each([
    '',
    '{',
    '{"a": NaN}',
    '{"a": undefined}',
    "{'a': 'it's'}",
    '{a: 1}',
    '[1, 2',
    '{"a": 1,, }',
    '{"a": 01}',
    '{} x',
    '{"a": "\t"}',
    '1 2',
  ])('is not read where it may mean another thing: %s', (text) => expect(readLenient(text)).toBe(null));

  it('gives every JSON text back as it means', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const [value] = readLenient(text)?.values ?? [];
        expect(value === undefined ? undefined : JSON.parse(writeOut(value))).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('arguments that are an object', () => {
  it('are written as JSON in a text, with their digits', () => {
    const call = (given: string) =>
      `{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": ${given}}}]}], "tools": [{"type": "function", "function": {"name": "f"}}]}`;
    const mend = new DatasetMend();
    expect(mend.push(call('{"n": 9007199254740993, "s": "a\\"b"}'), 1)).toEqual([
      call('"{\\"n\\": 9007199254740993, \\"s\\": \\"a\\\\\\"b\\"}"'),
    ]);
    expect(mend.facts()).toMatchObject([{ mend: 'arguments-text', count: 1 }]);
    expect(mend.push(call('"{}"'), 2)).toEqual([call('"{}"')]);
  });
});

describe('the spaces between values', () => {
  it.each([
    '{"messages":[{"role":"user","content":"a \\"b\\": c, d"},{"role":"assistant","content":"e: f"}]}',
    '{"messages": [{"role": "user", "content": "a\\":b"}, {"role": "assistant", "content": "e"}]}',
  ])('stay as the line has them, whatever stands in its texts: %s', (line) => {
    const [mended] = new DatasetMend().push(`${line.slice(0, -1)}, "mood": 1}`, 1);
    expect(mended).toBe(line);
  });
});

describe('a line that was written twice', () => {
  it('is the object that its text holds', () => {
    const mend = new DatasetMend();
    const line = chat('q \\"x\\"', 'n 1.10');
    expect(mend.push(JSON.stringify(line), 1)).toEqual([line]);
    expect(mend.facts()).toMatchObject([{ mend: 'written-twice', count: 1 }]);
    expect(mend.push('"just a text"', 2)).toEqual(['"just a text"']);
  });
});

describe('an answer that is no text', () => {
  const told = (answer: object) =>
    `{"messages": [{"role": "user", "content": "q"}, ${JSON.stringify({ role: 'assistant', ...answer })}]}`;

  it.each([
    { content: 42 },
    { content: { a: 1 } },
    { content: [{ type: 'output_text', text: 'A real answer.' }] },
    { text: 'A real answer.' },
    { content: null, text: 'A real answer.' },
  ])('is not taken for an empty one, and stays as it is written: %j', (answer) => {
    const mend = new DatasetMend();
    const line = told(answer);
    const [kept] = mend.push(line, 1);
    const stripped = JSON.stringify(JSON.parse(line), (_, value: unknown) => value ?? undefined);
    expect(JSON.stringify(JSON.parse(kept ?? 'null'), (_, value: unknown) => value ?? undefined)).toBe(stripped);
    expect(mend.facts()).toEqual([]);
    const check = new DatasetCheck({ model: 'gpt-4o-mini', count: () => 1, prices: SHIPPED_PRICES });
    check.push(line);
    const report = check.finish();
    expect(report.findings.map(({ code }) => code)).not.toContain('empty-content');
    expect(report.flagged).toBe(0);
  });

  it.each(['', ' \n\t', '\u200b\ufeff', '\u00a0', '\u00ad\u200e'])(
    'is empty where a person sees nothing of it: %j',
    (content) => {
      const mend = new DatasetMend();
      expect(mend.push(told({ content }), 1)).toEqual([]);
      expect(mend.facts()).toMatchObject([{ mend: 'empty-answer', count: 1 }]);
    },
  );
});

describe('a line', () => {
  it('stays as it is written where nothing is to be mended', () => {
    const odd =
      ' {"messages" :[ {"role":"user","content":"\\u00e9 1.10"},{"content":"ok","role":"assistant","weight": 1}]}  ';
    expect(mendLine(odd)).toEqual({ texts: [odd], mends: [] });
    const call =
      '{"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": null, "tool_calls": []}]}';
    expect(mendLine(call)).toEqual({ texts: [call], mends: [] });
  });

  it('loses keys that are null or that nobody reads, and keeps one that is misspelt', () => {
    const given =
      '{"id": 7, "mesage": 1, "messages": [{"role": "developer", "content": "x", "name": null, "at": 1.10}, {"role": "assistant", "content": "a", "weigth": 1}]}';
    expect(mendLine(given)).toEqual({
      texts: [
        '{"mesage": 1, "messages": [{"role": "system", "content": "x"}, {"role": "assistant", "content": "a", "weigth": 1}]}',
      ],
      mends: ['unknown-key', 'null-key', 'developer-role'],
    });
  });

  it('is as many lines as it holds objects, and one where it ran over several', () => {
    expect(mendLine(`${chat('a', 'b')} ${chat('c', 'd')}`)?.texts).toEqual([chat('a', 'b'), chat('c', 'd')]);
    expect(mendLine('{\n  "messages": [\n    {"role": "user", "content": "a b"}\n  ]\n}')).toEqual({
      texts: ['{"messages": [{"role": "user", "content": "a b"}]}'],
      mends: ['one-line'],
    });
  });

  it('keeps the white space of its writer', () => {
    expect(mendLine('{"id":1,"messages":[{"role":"user","content":"a: b, c"}]}')?.texts).toEqual([
      '{"messages":[{"role":"user","content":"a: b, c"}]}',
    ]);
  });

  it('is left alone where it cannot be read with certainty', () => {
    expect(mendLine('{"messages": [')).toBe(null);
    expect(mendLine('"text"')).toBe(null);
  });
});

describe('a file', () => {
  const mended = (lines: readonly string[]) => {
    const mend = new DatasetMend();
    const texts = lines.flatMap((text, index) => mend.push(text, index + 1));
    return { texts, facts: mend.facts().map(({ mend: kind, count, lines: at }) => [kind, count, at]) };
  };

  it('loses copies, blank lines and examples without an answer, and says where', () => {
    const [a, b] = [chat('a', 'Yes'), chat('b', 'No')];
    const same =
      '{"input": {"messages": [{"role": "user", "content": "q"}]}, "preferred_output": [{"role": "assistant", "content": "x"}], "non_preferred_output": [{"role": "assistant", "content": "x"}]}';
    const { texts, facts } = mended([`\ufeff${a}`, '', a, b, chat('c', ' '), `${b}  `, '{"messages": [', same]);
    expect(texts).toEqual([a, b, '{"messages": [']);
    expect(facts).toEqual([
      ['byte-order-mark', 1, [1]],
      ['blank-line', 1, [2]],
      ['empty-answer', 1, [5]],
      ['same-answers', 1, [8]],
      ['duplicate', 2, [3, 6]],
    ]);
  });

  it('checks clean of what was mended, whatever was wrong, and mending it again changes nothing', () => {
    const wrong = fc.constantFrom(
      (text: string) => text,
      (text: string) => `${text},`,
      (text: string) => text.replace('}]}', '},]}'),
      (text: string) => text.replace('"messages"', '"id": None, "messages"'),
      (text: string) => text.replaceAll('"', "'"),
      (text: string) => text.replace('"user"', '"user", "name": null'),
      (text: string) => text.replace('"user"', '"developer"'),
      (text: string) => `${text} ${text}`,
      (text: string) => text.replace(/: "[a-z]*"\}\]/, ': ""}]'),
      () => '',
    );
    const word = fc.stringMatching(/^[a-z]{1,6}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word, wrong), { minLength: 1, maxLength: 20 }), (made) => {
        const { texts } = mended(made.map(([user, answer, spoil]) => spoil(chat(user, answer))));
        const check = new DatasetCheck({ model: 'gpt-4o-mini', count: () => 1, prices: SHIPPED_PRICES });
        for (const text of texts) check.push(text);
        const codes = new Set(check.finish().findings.map(({ code }) => code));
        for (const code of [
          'not-json',
          'duplicate',
          'blank-line',
          'empty-content',
          'unknown-key',
          'unknown-role',
          'missing-content',
        ]) {
          expect(codes).not.toContain(code);
        }
        expect(mended(texts)).toEqual({ texts, facts: [] });
      }),
    );
  });
});
