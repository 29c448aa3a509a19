import { expect, test } from 'vitest';
import { chooseFiles, isSafePath } from '../../../src/domain/weights/hub-files.ts';
import { folderOfId, idOfFolder, readHubName } from '../../../src/domain/weights/hub-names.ts';
import { createPace, paceText } from '../../../src/domain/weights/pace.ts';

const files = (...paths: readonly string[]) => paths.map((path) => ({ path, size: 1, sha256: null, gitId: null }));
const chosen = (...paths: readonly string[]) => {
  const choice = chooseFiles('a/b', files(...paths));
  return 'problem' in choice ? choice.problem : choice.files.map(({ path }) => path);
};

test('a base is its weights once, its configuration and its tokenizer', () => {
  const shards = [
    'model.safetensors.index.json',
    'model-00001-of-00002.safetensors',
    'model-00002-of-00002.safetensors',
  ];
  expect(chosen('config.json', ...shards, 'consolidated.safetensors', 'pytorch_model.bin')).toEqual([
    'config.json',
    ...shards,
  ]);
  expect(chosen('model.safetensors', ...shards)).toEqual(['model.safetensors']);
  expect(chosen('config.json', 'merges.txt', 'pytorch_model.bin', 'training_args.bin')).toEqual([
    'config.json',
    'merges.txt',
    'pytorch_model.bin',
  ]);
  expect(
    chosen('LICENSE', 'USE_POLICY.md', 'tokenizer.model', 'original/tokenizer.model', 'model.safetensors'),
  ).toEqual(['LICENSE', 'USE_POLICY.md', 'tokenizer.model', 'model.safetensors']);
  expect(chosen('config.json', 'onnx/model.onnx')).toContain('weights of other libraries');
  // What a pull writes down itself is no repository's.
  expect(chosen('luthier-base.json', 'model.safetensors')).toEqual(['model.safetensors']);
});

test.each(['../a', '/a', 'a/../b', 'a//b', 'C:\\a', 'a\\b', '.', 'a\u0000', 'a\u001b[2J', 'a'.repeat(500)])(
  'a name of a server that leaves its folder, or no folder takes, is refused: %j',
  (path) => expect(isSafePath(path)).toBe(false),
);

test('a model’s name is that of the Hub, and nothing else becomes a folder', () => {
  expect(readHubName('Qwen/Qwen3-0.6B@refs/pr/1')).toEqual({ id: 'Qwen/Qwen3-0.6B', revision: 'refs/pr/1' });
  expect(readHubName('https://huggingface.co/Qwen/Qwen3-0.6B')).toEqual({ id: 'Qwen/Qwen3-0.6B', revision: null });
  expect(readHubName('gpt2')).toEqual({ id: 'gpt2', revision: null });
  for (const none of ['', '../a', 'a/b/c', 'a/..', '-a/b', 'a/b@../c', 'a b/c', 'a--b/c', './x'])
    expect(readHubName(none)).toBeNull();
  expect(idOfFolder(folderOfId('Qwen/Qwen3-0.6B'))).toBe('Qwen/Qwen3-0.6B');
});

test('the pace is that of the last seconds, and what was there before does not count', () => {
  const pace = createPace();
  expect(paceText(5e8, 1e9, pace.at(0, 5e8, 1e9))).toBe('500 MB of 1.0 GB');
  expect(paceText(5.2e8, 1e9, pace.at(2000, 5.2e8, 1e9))).toBe('520 MB of 1.0 GB, 10.0 MB/s, 48.0 s left');
  for (let second = 3; second <= 40; second += 1) pace.at(second * 1000, 5.2e8 + (second - 2) * 1e6, 1e9);
  expect(pace.at(41_000, 5.59e8, 1e9).perSecond).toBeCloseTo(1e6, -3);
  expect(pace.at(42_000, 1e6, 1e9).perSecond).toBeNull();
});
