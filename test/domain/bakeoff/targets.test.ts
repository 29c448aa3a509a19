import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  expandGrid,
  gridText,
  onShares,
  parseAxis,
  parseGrid,
  parseShares,
  sweptTargets,
} from '../../../src/domain/bakeoff/grid.ts';
import { rowsOfShare, subsetOf } from '../../../src/domain/bakeoff/learning-curve.ts';
import {
  parseTarget,
  plainTarget,
  plannedTarget,
  type Reading,
  settingsText,
  targetId,
  targetName,
  targetSuffix,
  twice,
} from '../../../src/domain/bakeoff/target.ts';
import type { BakeoffTarget } from '../../../src/domain/bakeoff/target-settings.ts';
import { parseTargetsFile } from '../../../src/domain/bakeoff/targets-file.ts';
import { findBoundsProblems } from '../../../src/domain/training/job-settings.ts';

const read = <T>(reading: Reading<T>): T => (reading.ok ? reading.value : expect.unreachable(reading.what));
const target = (typed: string): BakeoffTarget => read(parseTarget(typed));

describe('a target', () => {
  it('is a provider and a model, whose name may hold colons and slashes', () => {
    expect(target('openai:ft:gpt-4o-mini:acme::x')).toEqual(plainTarget('openai', 'ft:gpt-4o-mini:acme::x'));
    expect(target(' together : Qwen/Qwen3-8B ')).toEqual(plainTarget('together', 'Qwen/Qwen3-8B'));
  });

  it('takes settings by their names, and says them', () => {
    const all = target(
      'there:m,epochs=3,batch_size=8,learning_rate=1e-5,lora-r=16,method=DPO,beta=0.2,seed=7,rows=25%,learning_rate_multiplier=auto',
    );
    expect(all).toEqual({
      providerId: 'there',
      model: 'm',
      method: 'dpo',
      beta: 0.2,
      seed: 7,
      share: 0.25,
      hyperparameters: { nEpochs: 3, batchSize: 8, learningRate: 1e-5, loraRank: 16, learningRateMultiplier: 'auto' },
    });
    expect(settingsText(all)).toBe('DPO, 3 epochs, batch 8, rate 1e-5, rank 16, beta 0.2, seed 7, 25% of the rows');
    expect(targetName(plainTarget('a', 'm'))).toBe('a:m');
  });

  it('goes by rank as the option of a single job, and by what providers call it', () => {
    expect(target('a:m,rank=8')).toEqual(target('a:m,lora_r=8'));
    expect(read(parseAxis('rank=8,16')).setting).toBe('rank');
    expect(read(parseAxis('lora-r=8,16'))).toEqual(read(parseAxis('rank=8,16')));
  });

  it('has what its provider leaves to be chosen, and without a choice is the target it was', () => {
    const chosen = target('azure:m,tier=developerTier,lora=false');
    expect(chosen.choices).toEqual({ weights: 'full', tier: 'developerTier' });
    expect(settingsText(chosen)).toBe('full, developerTier');
    expect(target('a:m,full')).toEqual(target('a:m,lora=false'));
    expect(target('a:m,lora')).toEqual(target('a:m,full=false'));
    expect(targetId(target('a:m,full,lora=auto,tier=x,tier=auto'))).toBe(targetId(plainTarget('a', 'm')));
    const both = read(expandGrid([plainTarget('a', 'm')], [read(parseAxis('lora=true,false'))]));
    expect(both.map(settingsText)).toEqual(['LoRA', 'full']);
  });

  it('takes what real weights are set by, in the words of a single job, several layers with + between', () => {
    const set = target(
      'embedded:Qwen/Qwen3-0.6B,rank=8,lora-alpha=16,lora_dropout=0.05,target_modules=q_proj+v_proj,max_length=512,gradient_checkpointing,precision=bf16,warmup-ratio=0.1',
    );
    expect(set.hyperparameters.loraRank).toBe(8);
    expect(set.choices?.settings).toEqual({
      loraAlpha: 16,
      loraDropout: 0.05,
      targetModules: 'q_proj, v_proj',
      maxLength: 512,
      gradientCheckpointing: true,
      precision: 'bf16',
      warmupRatio: 0.1,
    });
    expect(settingsText(set)).toBe(
      'rank 8, LoRA alpha 16, LoRA dropout 0.05, LoRA layers q_proj+v_proj, Longest row 512, Checkpointing yes, Precision bf16, Warm-up 0.1',
    );
    expect(targetId(target('a:m,lora_alpha=16,lora_alpha=auto'))).toBe(targetId(plainTarget('a', 'm')));
    const layers = read(
      expandGrid([plainTarget('a', 'm')], [read(parseAxis('target_modules=all-linear,q_proj+v_proj'))]),
    );
    expect(layers.map(({ choices }) => choices?.settings?.targetModules)).toEqual(['all-linear', 'q_proj, v_proj']);
    expect(read(parseGrid('lora_alpha=16,32 lora_dropout=0,0.1')).map(({ setting }) => setting)).toEqual([
      'lora_alpha',
      'lora_dropout',
    ]);
  });

  it('is made of the settings of a single job, with what was chosen there', () => {
    const wanted = target('a:m,epochs=2,rank=8,seed=7,lora');
    const { hyperparameters, method, beta } = wanted;
    const plan = { model: 'm', seed: 7, hyperparameters, method, beta };
    expect(plannedTarget('a', { ...plan, choices: { weights: 'lora' } })).toEqual(wanted);
    expect(targetId(plannedTarget('a', { ...plan, choices: {} }))).toBe(targetId(target('a:m,epochs=2,rank=8,seed=7')));
  });

  it.each([
    ['practice-small', 'names no target', 'provider:model'],
    [':m', 'names no target', 'provider:model'],
    ['a:m,epochs', 'has no value', 'name=value'],
    ['a:m,epoch=3', 'epoch is no setting', 'Did you mean epochs?'],
    ['a:m,epochs=many', 'epochs is a number, or auto; “many” is not', 'Write it as in'],
    ['a:m,rows=0', 'rows is a share above 0', 'Write it as in'],
    ['a:m,rows=120%', 'rows is a share above 0', 'Write it as in'],
    ['a:m,method=ppo', 'method is supervised or dpo', 'Write it as in'],
    ['a:m,lora=maybe', 'lora is true, false or auto', 'Write it as in'],
    ['a:m,tier', 'has no value', 'name=value'],
    ['a:m,seed=1.5', 'seed is a whole number', 'Write it as in'],
    ['a:m,lora_alpha=much', 'lora_alpha is a number, or auto; “much” is not', 'Write it as in'],
    ['a:m,precision=int8', 'precision is bf16, fp32, fp16 or auto; “int8” is not', 'Write it as in'],
    ['a:m,target_modules=', 'target_modules is names of layers with + between', 'Write it as in'],
    ['a:m,max_length', 'has no value', 'name=value'],
  ])('%s is refused with what to write', (typed, what, fix) => {
    expect(parseTarget(typed)).toEqual({
      ok: false,
      what: expect.stringContaining(what),
      fix: expect.stringContaining(fix),
    });
  });

  it('is known by its settings alone, and has a suffix that every provider takes', () => {
    expect(targetId(target('a:m,epochs=3'))).toBe(targetId(target('a:m, epochs = 3')));
    const names = fc.string({ minLength: 0, maxLength: 80 });
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 50 }), (name, epochs) => {
        const suffix = targetSuffix(name, target(`a:m,epochs=${epochs}`));
        expect(suffix).toMatch(/^[a-z0-9][a-z0-9-]{0,39}$/);
        for (const kind of ['openai', 'azure', 'together', 'fireworks'] as const) {
          const hyperparameters = { nEpochs: 'auto', batchSize: 'auto', learningRateMultiplier: 'auto' } as const;
          expect(findBoundsProblems({ suffix, seed: null, hyperparameters }, { kind, jobDialect: 'method' })).toEqual(
            [],
          );
        }
        expect(suffix).not.toBe(targetSuffix(name, target(`a:m,epochs=${epochs + 1}`)));
      }),
    );
  });

  it('that is named twice is found', () => {
    expect(twice([target('a:m'), target('b:m'), target('a:m,epochs=auto')])).not.toBeNull();
    expect(twice([target('a:m'), target('a:m,epochs=1')])).toBeNull();
  });
});

describe('a grid', () => {
  it('is every combination of its values, the first setting changing slowest', () => {
    const axes = ['epochs=1,3', 'learning_rate=1e-4,2e-4'].map((typed) => read(parseAxis(typed)));
    const all = read(expandGrid([target('a:m')], axes));
    expect(all.map(settingsText)).toEqual([
      '1 epoch, rate 1e-4',
      '1 epoch, rate 2e-4',
      '3 epochs, rate 1e-4',
      '3 epochs, rate 2e-4',
    ]);
  });

  it('has as many targets as values times values, each of its own', () => {
    const values = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(values, values, (epochs, ranks) => {
        const axes = [
          { setting: 'epochs', values: epochs.map(String) },
          { setting: 'lora_r', values: ranks.map(String) },
        ];
        const all = read(expandGrid([target('a:m'), target('b:m')], axes));
        expect(all).toHaveLength(2 * epochs.length * ranks.length);
        expect(twice(all)).toBeNull();
      }),
    );
  });

  it.each([
    ['epoch=1,3', 'names no setting'],
    ['epochs=', 'has no values'],
  ])('%s is refused', (typed, what) => {
    expect(parseAxis(typed)).toMatchObject({ ok: false, what: expect.stringContaining(what) });
  });

  it('is typed as one line, and said as it is typed', () => {
    const axes = read(parseGrid(' epochs=1, 3  rank=8,16; learning-rate=1e-5 '));
    expect(gridText(axes)).toBe('epochs=1,3 rank=8,16 learning_rate=1e-5');
    expect(read(parseGrid(gridText(axes)))).toEqual(axes);
    expect(read(parseGrid('  '))).toEqual([]);
    expect(parseGrid('epochs=1 epoch=3')).toEqual({
      ok: false,
      what: expect.stringContaining('epoch=3'),
      fix: expect.any(String),
    });
  });

  it('with shares makes every target of a sweep, each of its own', () => {
    const sweep = { grid: read(parseGrid('epochs=1,3')), shares: [0.5, 1] };
    expect(read(sweptTargets([plainTarget('a', 'm')], sweep)).map(settingsText)).toEqual([
      '1 epoch, 50% of the rows',
      '1 epoch',
      '3 epochs, 50% of the rows',
      '3 epochs',
    ]);
    const listed = [target('a:m,rows=25%'), target('a:n')];
    expect(read(sweptTargets(listed, { grid: [], shares: [] }))).toEqual(listed);
    expect(sweptTargets([target('a:m,epochs=2'), target('a:m')], sweep)).toMatchObject({
      ok: false,
      what: 'a:m, 1 epoch, 50% of the rows is named twice.',
    });
  });

  it('says which value makes no sense', () => {
    expect(expandGrid([target('a:m')], [read(parseAxis('epochs=1,x'))])).toMatchObject({
      ok: false,
      what: expect.stringContaining('“x” is not'),
    });
  });
});

describe('shares of the rows', () => {
  it('are read as shares or per cent, smallest first, each once', () => {
    expect(read(parseShares('100%, 25%,0.5,50%'))).toEqual([0.25, 0.5, 1]);
    expect(parseShares('25%,half')).toMatchObject({ ok: false, what: expect.stringContaining('“half”') });
    expect(onShares([target('a:m')], [0.25, 1]).map(({ share }) => share)).toEqual([0.25, 1]);
  });

  it('nest: a smaller one is part of every larger one of the same seed, in the rows’ own order', () => {
    const share = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), share, share, fc.integer(), (total, one, other, seed) => {
        const rows = Array.from({ length: total }, (_, place) => place);
        const [small, large] = [Math.min(one, other), Math.max(one, other)];
        const [few, many] = [subsetOf(rows, small, seed), subsetOf(rows, large, seed)];
        expect(few).toHaveLength(rowsOfShare(small, total));
        expect(new Set(few).size).toBe(few.length);
        const there = new Set(many);
        expect(few.every((row) => there.has(row))).toBe(true);
        expect(few).toEqual(few.toSorted((a, b) => a - b));
        expect(subsetOf(rows, 1, seed)).toEqual(rows);
      }),
    );
  });

  it('differ by seed', () => {
    const rows = Array.from({ length: 100 }, (_, place) => place);
    expect(subsetOf(rows, 0.3, 1)).not.toEqual(subsetOf(rows, 0.3, 2));
  });
});

describe('a file of targets', () => {
  it('says data, targets in both forms, grid, rows and the rest', () => {
    const text = `data: rows.jsonl
validation: held-out.jsonl
cap: 20
margin: 2%
seed: 7
stop_behind: true
targets:
  - embedded:practice-small
  - provider: together
    model: Qwen/Qwen3-8B
    learning_rate: 1e-5
grid:
  epochs: [1, 3]
rows: [50%, 100%]
`;
    const parsed = parseTargetsFile(text);
    if (!parsed.ok) expect.unreachable(JSON.stringify(parsed.faults));
    expect(parsed.ok && { ...parsed.file, targets: parsed.file.targets.map(targetName) }).toEqual({
      data: 'rows.jsonl',
      validation: 'held-out.jsonl',
      capUsd: 20,
      margin: 0.02,
      seed: 7,
      stopBehind: true,
      targets: [
        'embedded:practice-small, 1 epoch, 50% of the rows',
        'embedded:practice-small, 1 epoch',
        'embedded:practice-small, 3 epochs, 50% of the rows',
        'embedded:practice-small, 3 epochs',
        'together:Qwen/Qwen3-8B, 1 epoch, rate 1e-5, 50% of the rows',
        'together:Qwen/Qwen3-8B, 1 epoch, rate 1e-5',
        'together:Qwen/Qwen3-8B, 3 epochs, rate 1e-5, 50% of the rows',
        'together:Qwen/Qwen3-8B, 3 epochs, rate 1e-5',
      ],
    });
  });

  it('lists layers as YAML does', () => {
    const parsed = parseTargetsFile(
      'targets:\n  - provider: embedded\n    model: m\n    lora_alpha: 16\n    target_modules: [q_proj, v_proj]\n',
    );
    expect(parsed.ok && parsed.file.targets.map(({ choices }) => choices?.settings)).toEqual([
      { loraAlpha: 16, targetModules: 'q_proj, v_proj' },
    ]);
  });

  it.each([
    [
      'targets:\n  - provider: a\n    model: m\n    epochs: [1, 3]\n',
      2,
      'epochs must be a number or a word.',
      'provider:model',
    ],
    ['- a\n', 1, 'There is no bake-off here.', 'Write these keys'],
    ['data: x\n', 1, 'It names no targets.', 'Add targets:'],
    ['targets:\n  - a:m\ncapp: 3\n', 3, 'The key capp is not known.', 'Did you mean cap?'],
    ['targets:\n  - a:m\n  - nobody\n', 3, '“nobody” names no target.', 'provider:model'],
    ['targets:\n  - provider: a\n    epochs: 3\n', 2, 'A target needs a provider and a model.', 'provider and model'],
    ['targets:\n  - a:m\ngrid:\n  epoch: [1]\n', 4, 'names no setting', 'epochs=1,3'],
    ['targets:\n  - a:m\nmargin: none\n', 3, 'margin must be a share above 0', 'margin: 2%'],
    ['targets:\n  - a:m\ncap: -1\n', 3, 'cap must be US$, 0 or more', 'cap: 20'],
    ['targets:\n  - a:m\nstop_behind: perhaps\n', 3, 'stop_behind must be true or false', 'true'],
    ['targets: a:m\n', 1, 'targets must be a list.', 'a line of its own'],
    ['targets:\n  - "a\n', 3, 'This is not YAML', 'quotes'],
  ])('%j is refused at its line', (text, line, what, fix) => {
    expect(parseTargetsFile(text)).toMatchObject({
      ok: false,
      faults: [{ line, what: expect.stringContaining(what), fix: expect.stringContaining(fix) }],
    });
  });

  it('never throws, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(typeof parseTargetsFile(text).ok).toBe('boolean');
      }),
    );
  });
});
