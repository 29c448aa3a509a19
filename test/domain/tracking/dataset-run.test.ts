import { describe, expect, it, vi } from 'vitest';
import { runToEnd } from '../../../src/domain/common/cooperative.ts';
import { datasetRun, datasetRunPrefix, isDatasetRun } from '../../../src/domain/tracking/dataset-run.ts';

const line = (text: string) => `{"messages":[{"role":"user","content":"${text}"}]}\n`;
const facts = {
  projectName: 'D&D characters',
  training: [line('a'), line('b')],
  validation: [line('c')],
  changedAt: 5,
};

const runOf = (change: Partial<typeof facts> = {}) => runToEnd(datasetRun({ ...facts, ...change }));

describe('a dataset as a run', () => {
  it('puts out one artifact with both sides, named after the project and versioned by its content', () => {
    const run = runOf();
    const version = String(run.summary.data_version);
    expect(run.id).toBe(`dataset-d-d-characters-${version}`);
    expect(version).toMatch(/^[0-9a-f]{8}$/);
    const [artifact] = run.artifacts;
    expect(isDatasetRun(run.id, facts.projectName)).toBe(true);
    expect(isDatasetRun(run.id, 'D&D')).toBe(false);
    expect(artifact).toMatchObject({ name: 'dataset-d-d-characters', type: 'dataset', role: 'output' });
    expect(artifact?.aliases).toEqual(['latest', version]);
    expect(artifact?.files.map(({ path }) => path)).toEqual([
      ...['train.jsonl', 'train.table.json', 'validation.jsonl', 'validation.table.json'],
    ]);
    expect([...(artifact?.files[0]?.chunks() ?? [])].join('')).toBe(line('a') + line('b'));
  });

  it('is the same run for the same lines, and another for a line on the other side', () => {
    expect(runOf().id).toBe(runOf().id);
    const moved = runOf({ training: [line('a')], validation: [line('b'), line('c')] });
    expect(moved.id).not.toBe(runOf().id);
  });

  it('has no file for a side without lines', () => {
    const [artifact] = runOf({ validation: [] }).artifacts;
    expect(artifact?.files.map(({ path }) => path)).toEqual(['train.jsonl', 'train.table.json']);
  });

  it('has in the table of a side the rows and columns of that side, each line parsed once for all tables', () => {
    const parse = vi.spyOn(JSON, 'parse');
    const legacy = '{"prompt":"p","completion":"c"}\n';
    const run = runOf({ validation: [legacy] });
    expect(parse).toHaveBeenCalledTimes(3);
    parse.mockRestore();
    expect(run.tables[0]?.columns).toEqual(['role: user', 'prompt', 'completion']);
    const files = new Map(run.artifacts[0]?.files.map(({ path, chunks }) => [path, [...chunks()].join('')]));
    const tableOf = (side: string) => JSON.parse(files.get(`${side}.table.json`) ?? '');
    expect(tableOf('train')).toMatchObject({ columns: ['role: user'], data: [['a'], ['b']] });
    expect(tableOf('validation')).toMatchObject({ columns: ['prompt', 'completion'], data: [['p', 'c']] });
  });

  it('differs from those of projects whose names are long and begin alike', () => {
    const long = 'a very long name of a project that goes on and on and on and on and on ';
    expect(datasetRunPrefix(`${long}one`)).not.toBe(datasetRunPrefix(`${long}two`));
    expect(runOf({ projectName: `${long}one` }).artifacts[0]?.name).not.toBe(
      runOf({ projectName: `${long}two` }).artifacts[0]?.name,
    );
  });
});
