import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  splitFile,
  splitLines,
  splitPairs,
  type TrainingFile,
  trainingFiles,
} from '../../../src/app/dataset/training-files.ts';
import { divideRows } from '../../../src/domain/dataset/split.ts';
import { templateOf } from '../fakes/provider.ts';
import { rowOf } from '../fakes/rows.ts';

const LINES = { training: ['{}\n'], validation: ['{}\n'] };

describe('training files', () => {
  it('are named after the project; those of names that lose letters stay different', () => {
    const namesOf = (name: string) => {
      const { training, validation } = trainingFiles(LINES, name);
      return [training.filename, validation?.filename];
    };
    expect(namesOf('NDA clauses')).toEqual(['nda-clauses-train.jsonl', 'nda-clauses-validation.jsonl']);
    expect(namesOf('')).toEqual(['dataset-train.jsonl', 'dataset-validation.jsonl']);
    expect(namesOf('日本')[0]).toMatch(/^dataset-[0-9a-f]{6}-train\.jsonl$/);
    expect(namesOf('日本')).not.toEqual(namesOf('中国'));
  });

  it('have each row, and each prompt with its pairs, on the side that rows are divided to', () => {
    const count = fc.oneof(fc.nat(20), fc.integer({ min: 90, max: 400 }));
    const share = fc.constantFrom(0, 0.005, 0.1, 0.5, 0.9);
    const split = fc.constantFrom('train', 'validation', null);
    fc.assert(
      fc.property(count, share, fc.nat(5), split, (many, validationShare, splitSeed, first) => {
        const rows = Array.from({ length: many }, (_, at) =>
          rowOf(`r${at}`, { rating: 'accepted', split: at === 0 ? first : null }),
        );
        const plan = { rows: 'accepted', validationShare, splitSeed } as const;
        const wanted = divideRows(rows, validationShare, splitSeed);
        const ids = (lines: readonly string[]) => lines.map((line) => /Answer (r\d+)/.exec(line)?.[1]);
        const { training, validation } = splitLines(rows, templateOf(1), plan);
        expect(ids(training)).toEqual(wanted.train.map(({ id }) => id));
        expect(ids(validation)).toEqual(wanted.validation.map(({ id }) => id));
        const pairs = splitPairs(
          rows.map(({ id, split, completion }) => ({
            id,
            split,
            pairs: [{ prompt: [], preferred: completion, other: 'x' }],
          })),
          plan,
        );
        expect(ids(pairs.training)).toEqual(ids(training));
        expect(ids(pairs.validation)).toEqual(ids(validation));
      }),
      { numRuns: 60 },
    );
  });

  it('split from one file keep equal lines, and the pairs of one prompt, on one side, and are named after it', async () => {
    const chat = (n: number) => `{"messages":[{"role":"user","content":"${n % 20}"}]}`;
    const pair = (n: number) =>
      `{"input":{"messages":[{"role":"user","content":"q${n % 20}"}]},"preferred_output":[${n}]}`;
    const textOf = async (file: TrainingFile | null): Promise<string[]> => {
      const parts: Uint8Array[] = [];
      for await (const part of file?.body() ?? []) parts.push(part);
      return Buffer.concat(parts).toString().split('\n').slice(0, -1);
    };
    for (const [lineOf, placeOf] of [
      [chat, (line: string) => line],
      [pair, (line: string) => /"q\d+"/.exec(line)?.[0]],
    ] as const) {
      const lines = Array.from({ length: 60 }, (_, n) => lineOf(n));
      const text = `${lines.join('\r\n')}\n\n`;
      const { training, validation } = splitFile('rows.jsonl', text, { validationShare: 0.3, splitSeed: 1 });
      expect([training.filename, validation?.filename]).toEqual(['rows-train.jsonl', 'rows-validation.jsonl']);
      const [train, held] = [await textOf(training), await textOf(validation)];
      expect([...train, ...held].toSorted()).toEqual(lines.toSorted());
      expect(held.length).toBeGreaterThan(0);
      const places = new Set(train.map(placeOf));
      expect(held.some((line) => places.has(placeOf(line)))).toBe(false);
    }
    expect(splitFile('rows', '{}\n', { validationShare: 0, splitSeed: 1 }).validation).toBeNull();
  });
});
