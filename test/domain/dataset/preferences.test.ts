import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitPairs } from '../../../src/app/dataset/training-files.ts';
import { DatasetCheck } from '../../../src/domain/dataset/check.ts';
import { parseTrainingLine } from '../../../src/domain/dataset/line/preference.ts';
import {
  mergePairs,
  type PreferencePair,
  preferenceLine,
  ratedPairs,
  votedPairs,
} from '../../../src/domain/dataset/preferences.ts';
import type { Rating, RowSplit } from '../../../src/domain/dataset/types.ts';
import type { EvaluatedItem, Vote } from '../../../src/domain/evaluation/types.ts';
import { readPreference } from '../../../src/domain/importing/turns.ts';
import { SHIPPED_PRICES } from '../../../src/domain/pricing/prices.ts';
import { isBlank } from '../../../src/domain/text/blank.ts';
import { row, template } from './sample-rows.ts';

const prompt = (content: string) => [{ role: 'user' as const, content }];
const rated = (id: string, asked: string, completion: string, rating: Rating, split: RowSplit = null) =>
  row({ id, prompt: prompt(asked), completion, rating, split });
const answers = (pairs: readonly PreferencePair[]) => pairs.map(({ preferred, other }) => [preferred, other]);

describe('pairs from ratings', () => {
  it('are of rows that ask the same, rendered, one accepted and one rejected', () => {
    const found = ratedPairs(
      [
        row({ id: 'a', rating: 'accepted', completion: 'good' }),
        rated('b', 'else', 'good', 'accepted'),
        row({ id: 'c', rating: 'unrated', completion: 'so so' }),
        { ...row({ id: 'd', rating: 'rejected', completion: 'bad' }), prompt: row().prompt },
        row({ id: 'e', rating: 'rejected', completion: 'elsewhere', cell: { race: 'dwarf', pet: 'owl' } }),
      ],
      template,
    );
    expect(found).toMatchObject([{ id: 'a', split: null }]);
    expect(answers(found[0]?.pairs ?? [])).toEqual([['good', 'bad']]);
    expect(found[0]?.pairs[0]?.prompt.at(-1)).toEqual({ role: 'user', content: 'elf, owl' });
  });

  it('use every rated answer, and make imported twins the pairs they came from', () => {
    const twins = ['1', '2'].flatMap((n) => [
      rated(`good${n}`, 'q', `good ${n}`, 'accepted'),
      rated(`bad${n}`, 'q', `bad ${n}`, 'rejected'),
    ]);
    expect(answers(ratedPairs(twins, template)[0]?.pairs ?? [])).toEqual([
      ['good 1', 'bad 1'],
      ['good 2', 'bad 2'],
    ]);
    const more = [...twins, rated('bad3', 'q', 'bad 3', 'rejected')];
    expect(answers(ratedPairs(more, template)[0]?.pairs ?? []).at(-1)).toEqual(['good 1', 'bad 3']);
  });

  it('leave out empty and equal answers', () => {
    const rows = [rated('a', 'q', 'same', 'accepted'), rated('b', 'q', 'same', 'rejected')];
    expect(ratedPairs(rows, template)).toEqual([]);
    expect(ratedPairs([rated('a', 'q', 'x', 'accepted'), rated('b', 'q', ' ', 'rejected')], template)).toEqual([]);
  });

  it('hold a prompt out whole when any of its rows is held out', () => {
    const rows = [rated('a', 'q', 'x', 'accepted', 'train'), rated('b', 'q', 'y', 'rejected', 'validation')];
    expect(ratedPairs(rows, template)[0]?.split).toBe('validation');
  });
});

describe('pairs from blind votes', () => {
  const a = { providerId: 'p', model: 'a' };
  const b = { providerId: 'p', model: 'b' };
  const said = (model: typeof a, text: string, status: 'done' | 'failed' = 'done') => ({
    itemId: 'i',
    model,
    status,
    text,
    finishReason: null,
    promptTokens: null,
    completionTokens: null,
    costUsd: null,
    error: null,
    scores: [],
  });
  const item = (other: ReturnType<typeof said>): EvaluatedItem => ({
    item: { id: 'i', rowId: 'r', line: 1, prompt: prompt('q'), target: 't', slices: {} },
    predictions: [said(a, 'of a'), other],
  });
  const vote = (choice: Vote['choice']): Vote => ({ itemId: 'i', first: b, second: a, choice, at: 1 });

  it('are the chosen answer before the other; ties and failed answers make none', () => {
    const pairs = (choice: Vote['choice'], other = said(b, 'of b')) =>
      votedPairs([item(other)], [vote(choice)], () => 'validation');
    expect(pairs('first')).toMatchObject([{ id: 'r', split: 'validation', pairs: [{ preferred: 'of b' }] }]);
    expect(answers(pairs('second')[0]?.pairs ?? [])).toEqual([['of a', 'of b']]);
    expect(pairs('tie')).toEqual([]);
    expect(pairs('first', said(b, 'of b', 'failed'))).toEqual([]);
    expect(votedPairs([], [vote('first')], () => null)).toEqual([]);
  });

  it('join those of ratings by prompt, each once', () => {
    const pair = { prompt: prompt('q'), preferred: 'x', other: 'y' };
    const merged = mergePairs([
      { id: 'r', split: 'train', pairs: [pair] },
      { id: 'i', split: 'validation', pairs: [pair, { ...pair, other: 'z' }] },
      { id: 'j', split: null, pairs: [{ ...pair, prompt: prompt('else') }] },
    ]);
    expect(merged.map(({ id, split, pairs }) => [id, split, pairs.length])).toEqual([
      ['r', 'validation', 2],
      ['j', null, 1],
    ]);
  });
});

describe('splitting pairs', () => {
  it('puts each prompt on one side, every pair on some', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 40 }),
        fc.double({ min: 0, max: 0.9, noNaN: true }),
        (sizes, validationShare) => {
          const prompts = sizes.map((size, index) => ({
            id: `r${index}`,
            split: null,
            pairs: Array.from({ length: size }, (_, n) => ({
              prompt: prompt(`q${index}`),
              preferred: `good ${n}`,
              other: `bad ${n}`,
            })),
          }));
          const { training, validation } = splitPairs(prompts, { validationShare, splitSeed: 1 });
          const asked = (lines: readonly string[]) =>
            new Set(lines.map((line) => /"content":"(q\d+)"/.exec(line)?.[1]));
          expect(training.length + validation.length).toBe(sizes.reduce((total, size) => total + size, 0));
          expect([...asked(training)].filter((one) => asked(validation).has(one))).toEqual([]);
        },
      ),
    );
  });
});

const good = { role: 'assistant', content: 'good' };
const bad = { role: 'assistant', content: 'bad' };
const whole = { input: { messages: prompt('q') }, preferred_output: [good], non_preferred_output: [bad] };
const codes = (value: unknown) =>
  parseTrainingLine(JSON.stringify(value), 7).findings.map(({ severity, code, line, fix }) => {
    expect(line).toBe(7);
    expect(fix).not.toBe('');
    return `${severity}:${code}`;
  });

describe('a preference line', () => {
  // Characters that no text is meant to have are told of a line; see the chat lines' tests.
  const text = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((one) => !isBlank(one) && !/[\0-\x1f\x7f\ufffd]/.test(one));

  it('reads back as the pair it was written from, without findings', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), text, text, (asked, preferred, other) => {
        fc.pre(preferred !== other);
        const pair = { prompt: asked.flatMap(prompt), preferred, other };
        const line = preferenceLine(pair);
        expect(line.trimEnd()).not.toContain('\n');
        expect(readPreference(JSON.parse(line))).toEqual(pair);
        const read = parseTrainingLine(line.slice(0, -1), 1);
        expect(read).toMatchObject({ kind: 'preference', findings: [] });
        expect(read.line?.messages.map((message) => message.text)).toEqual([...asked, preferred, other]);
      }),
    );
  });

  it.each([
    ['a sound one', whole, []],
    ['no input', { ...whole, input: undefined }, ['error:preference-input']],
    ['no messages', { ...whole, input: { messages: [] } }, ['error:messages-type']],
    ['an answered prompt', { ...whole, input: { messages: [...prompt('q'), good] } }, ['error:preference-prompt-end']],
    ['two answers', { ...whole, preferred_output: [good, good] }, ['error:preference-output']],
    ['no worse answer', { ...whole, non_preferred_output: undefined }, ['error:preference-output']],
    ['an answer of the user', { ...whole, preferred_output: prompt('x') }, ['error:preference-output']],
    ['an empty answer', { ...whole, preferred_output: [{ ...good, content: ' ' }] }, ['error:empty-content']],
    ['equal answers', { ...whole, non_preferred_output: [good] }, ['warning:same-answers']],
    [
      'a misspelt key',
      { ...whole, beta: 1, input: { ...whole.input, tool: [] } },
      Array(2).fill('warning:unknown-key'),
    ],
  ])('finds %s', (_name, value, found) => {
    expect(codes(value)).toEqual(found);
  });
});

describe('a preference file', () => {
  const check = (lines: readonly string[]) => {
    const words = (one: string) => one.split(/\s+/).filter((word) => word !== '').length;
    const checking = new DatasetCheck({ model: 'gpt-4o-mini', count: words, prices: SHIPPED_PRICES });
    for (const line of lines) checking.push(line);
    return checking.finish();
  };
  const lines = Array.from({ length: 12 }, (_, index) =>
    preferenceLine({ prompt: prompt(`question ${index}`), preferred: 'yes', other: 'no no' }).trimEnd(),
  );

  it('is known for what it is, and both answers are counted', () => {
    const report = check(lines);
    expect(report).toMatchObject({ kind: 'preference', examples: 12, findings: [] });
    expect(report.assistantTokensPerExample).toMatchObject({ min: 3, max: 3, total: 36 });
    expect(report.billedTokensPerEpoch).toBe(report.tokensPerExample.total);
  });

  it('holds no chat lines', () => {
    const chat = JSON.stringify({ messages: [...prompt('q'), good] });
    expect(check([...lines, chat]).findings).toMatchObject([{ code: 'mixed-lines', line: 13, severity: 'error' }]);
    expect(check([chat, ...lines.slice(1)]).findings.filter(({ code }) => code === 'mixed-lines').length).toBe(11);
  });
});
