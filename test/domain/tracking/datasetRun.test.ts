import { describe, expect, it } from 'vitest';
import { datasetRun, isDatasetRun } from '../../../src/domain/tracking/datasetRun.ts';

const line = (text: string) => `{"messages":[{"role":"user","content":"${text}"}]}\n`;
const facts = {
  projectName: 'D&D characters',
  training: [line('a'), line('b')],
  validation: [line('c')],
  changedAt: 5,
};

describe('a dataset as a run', () => {
  it('puts out one artifact with both sides, named after the project and versioned by its content', () => {
    const run = datasetRun(facts);
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
    expect(datasetRun({ ...facts }).id).toBe(datasetRun(facts).id);
    const moved = datasetRun({ ...facts, training: [line('a')], validation: [line('b'), line('c')] });
    expect(moved.id).not.toBe(datasetRun(facts).id);
  });

  it('has no file for a side without lines', () => {
    const [artifact] = datasetRun({ ...facts, validation: [] }).artifacts;
    expect(artifact?.files.map(({ path }) => path)).toEqual(['train.jsonl', 'train.table.json']);
  });
});
