import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { pairSideOf, pairsFolder, pairTrainers } from '../../../src/domain/dataset/hub-pairs.ts';

const user = { role: 'user', content: 'q' };
const answer = (content: string) => ({ role: 'assistant', content });
const pair = (tools: readonly unknown[] = []) =>
  JSON.stringify({
    input: { messages: [{ role: 'system', content: 's' }, user], tools },
    preferred_output: [answer('yes')],
    non_preferred_output: [answer('no')],
  });
const sides = [pairSideOf('train', [pair(), pair()]), pairSideOf('validation', [pair()])];
const textOf = (folder: ReturnType<typeof pairsFolder>, path: string): string =>
  [folder.texts.find(([name]) => name === path)?.[1] ?? []].flat().join('');

it('describes pairs to LLaMA-Factory as it reads them: ranked, each answer a message', () => {
  const folder = pairsFolder('My pairs', null, sides);
  const info: Record<string, { file_name: string }> = JSON.parse(textOf(folder, 'dataset_info.json'));
  expect(info.my_pairs_train).toEqual({
    file_name: 'train.llama-factory.jsonl',
    ranking: true,
    columns: { messages: 'messages', chosen: 'chosen', rejected: 'rejected' },
    formatting: 'sharegpt',
    tags: {
      role_tag: 'role',
      content_tag: 'content',
      user_tag: 'user',
      assistant_tag: 'assistant',
      system_tag: 'system',
    },
  });
  expect(Object.keys(info)).toEqual(['my_pairs_train', 'my_pairs_validation']);
  const lines = textOf(folder, 'train.llama-factory.jsonl').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    Array.from({ length: 2 }, () => ({
      messages: [{ role: 'system', content: 's' }, user],
      chosen: answer('yes'),
      rejected: answer('no'),
    })),
  );
});

it('says how many pairs LLaMA-Factory does not get', () => {
  const more = [pairSideOf('train', [pair(), pair([{ type: 'function', function: { name: 'f' } }])])];
  const folder = pairsFolder('P', null, more);
  expect(textOf(folder, 'README.md')).toContain('1 pair is more than texts');
  expect(textOf(folder, 'train.llama-factory.jsonl').trimEnd().split('\n')).toHaveLength(1);
  expect(textOf(folder, 'train.jsonl').trimEnd().split('\n')).toHaveLength(2);
  expect(textOf(pairsFolder('P', null, sides), 'README.md')).not.toContain('more than texts');
});

it('tells each trainer where the pairs are and what their columns are called', () => {
  const lines = Object.fromEntries(
    pairTrainers({ name: 'My pairs', sides }, '/my data').map((one) => [one.trainer, one.lines.join('\n')]),
  );
  const columns = { ds_type: 'json', split: 'train', type: 'chat_template.default' };
  const fields = { field_messages: 'prompt', field_chosen: 'chosen', field_rejected: 'rejected' };
  expect(parse(lines.Axolotl ?? '')).toEqual({
    rl: 'dpo',
    datasets: [{ path: '/my data/train.jsonl', ...columns, ...fields }],
    test_datasets: [{ path: '/my data/validation.jsonl', ...columns, ...fields }],
  });
  expect(lines['LLaMA-Factory']).toMatch(
    /--stage dpo .*--dataset_dir '\/my data' --dataset my_pairs_train --eval_dataset my_pairs_validation /,
  );
  expect(lines.TRL).toContain(
    "trl dpo --model_name_or_path MODEL --dataset_name '/my data' --dataset_test_split validation",
  );
  expect(lines.Unsloth).toMatch(/^from unsloth import PatchDPOTrainer\nPatchDPOTrainer\(\)\n[\s\S]*DPOTrainer\(/);
  const alone = pairTrainers({ name: 'P', sides: sides.slice(0, 1) }, '.');
  expect(JSON.stringify(alone)).not.toContain('validation');
});
