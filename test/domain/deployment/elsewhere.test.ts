import { expect, it } from 'vitest';
import { servedElsewhere } from '../../../src/domain/deployment/elsewhere.ts';

const adapter = { folder: '/my models/a', base: 'Qwen/Qwen3-8B', files: ['adapter_config.json'], rank: null };

it('serves a whole model by itself, here or by vLLM', () => {
  const whole = { ...adapter, folder: '/models/a', files: ['config.json', 'model.safetensors'] };
  expect(servedElsewhere(whole)).toEqual({
    commands: ['luthier engine --base /models/a', 'vllm serve /models/a'],
    remark: null,
  });
});

it.each([
  [null, ''],
  [8, ''],
  [17, ' --max-lora-rank 32'],
  [128, ' --max-lora-rank 128'],
])('serves an adapter of rank %s beside its base, and says that the engine takes whole models', (rank, ranked) => {
  const { commands, remark } = servedElsewhere({ ...adapter, rank });
  expect(commands).toEqual([`vllm serve Qwen/Qwen3-8B --enable-lora --lora-modules tuned='/my models/a'${ranked}`]);
  expect(remark).toContain('takes whole models');
});
