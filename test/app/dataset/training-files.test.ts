import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLines, splitPairs, trainingFiles } from '../../../src/app/dataset/training-files.ts';
import { divideRows } from '../../../src/domain/dataset/split.ts';
import { templateOf } from '../fakes/provider.ts';
import { rowOf } from '../fakes/rows.ts';

const LINES = { training: ['{}\n'], validation: ['{}\n'] };

describe('training files', () => {
  it('are named after the project; those of names that lose letters are told apart', () => {
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
});
