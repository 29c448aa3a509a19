import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { datasetCard, datasetInfo, type HubDataset, trainerLines } from '../../../src/domain/dataset/hub-folder.ts';

const dataset: HubDataset = {
  name: 'NDA "clauses"\n# not a heading',
  sides: [
    { name: 'train', rows: 1200, bytes: 90_000 },
    { name: 'validation', rows: 30, bytes: 2_000 },
  ],
  plain: true,
  license: 'cc-by-4.0',
};

const headOf = (card: string): unknown => parse(/^---\n([\s\S]*?)\n---\n/.exec(card)?.[1] ?? '');

it('has a card whose head says which file is which split', () => {
  expect(headOf(datasetCard(dataset))).toEqual({
    pretty_name: dataset.name,
    license: 'cc-by-4.0',
    task_categories: ['text-generation'],
    size_categories: ['1K<n<10K'],
    configs: [
      {
        config_name: 'default',
        data_files: [
          { split: 'train', path: 'data/train-00000-of-00001.parquet' },
          { split: 'validation', path: 'data/validation-00000-of-00001.parquet' },
        ],
      },
    ],
  });
  expect(datasetCard(dataset)).toContain('\n# NDA "clauses" # not a heading\n');
});

it('names the JSONL files where rows hold more than texts, and says so', () => {
  const card = datasetCard({ ...dataset, plain: false, license: null });
  expect(headOf(card)).toMatchObject({
    configs: [{ data_files: [{ path: 'train.jsonl' }, { path: 'validation.jsonl' }] }],
  });
  expect(card).toContain('they are JSONL alone');
});

it('tells each trainer where the sides are, by names that agree', () => {
  const lines = Object.fromEntries(trainerLines(dataset, '/my data').map((one) => [one.trainer, one.lines.join('\n')]));
  expect(parse(lines.Axolotl ?? '')).toEqual({
    datasets: [{ path: '/my data/train.jsonl', ds_type: 'json', type: 'chat_template', field_messages: 'messages' }],
    test_datasets: [
      {
        path: '/my data/validation.jsonl',
        ds_type: 'json',
        split: 'train',
        type: 'chat_template',
        field_messages: 'messages',
      },
    ],
  });
  const entries: Record<string, { file_name: string }> = JSON.parse(datasetInfo(dataset));
  expect(Object.entries(entries).map(([name, { file_name }]) => [name, file_name])).toEqual([
    ['nda_clauses_not_a_heading_train', 'train.jsonl'],
    ['nda_clauses_not_a_heading_validation', 'validation.jsonl'],
  ]);
  for (const name of Object.keys(entries)) expect(lines['LLaMA-Factory']).toContain(name);
  expect(lines.TRL).toContain("--dataset_name '/my data' --dataset_test_split validation");
  const alone = trainerLines({ ...dataset, sides: dataset.sides.slice(0, 1) }, '.');
  expect(JSON.stringify(alone)).not.toContain('validation');
});
