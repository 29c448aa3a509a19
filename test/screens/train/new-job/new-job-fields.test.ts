import { describe, expect, it } from 'vitest';
import type { SplitQuote } from '../../../../src/app/training/quote.ts';
import { enterField } from '../../../../src/components/form/field-kinds.tsx';
import type { FormField } from '../../../../src/components/form/form-state.ts';
import { trainingQuote } from '../../../../src/domain/pricing/cost.ts';
import { SHIPPED_PRICES } from '../../../../src/domain/pricing/prices.ts';
import { TRAINING_DEFAULTS } from '../../../../src/domain/project/project.ts';
import type { TrainingPlan } from '../../../../src/domain/project/types.ts';
import { dialectFacts } from '../../../../src/domain/provider/job-dialects.ts';
import type { ModelInfo } from '../../../../src/domain/provider/provider.ts';
import { boundsOf, findBoundsProblems, type RateField } from '../../../../src/domain/training/job-settings.ts';
import { type ModelFacts, modelNote, modelOptions } from '../../../../src/screens/train/new-job/base-models.ts';
import { newJobFields, type StoredSplit } from '../../../../src/screens/train/new-job/fields.ts';
import { startLines } from '../../../../src/screens/train/new-job/new-job-view.tsx';
import { adviceFor, quoteLines, tooFewRows } from '../../../../src/screens/train/new-job/quote.tsx';

const model = (id: string, change: Partial<ModelInfo> = {}): ModelInfo => ({
  id,
  ownedBy: 'x',
  shutdownDate: null,
  tuned: false,
  ...change,
});

const facts = (change: Partial<ModelFacts>): ModelFacts => ({
  models: [],
  current: 'practice-small',
  prices: SHIPPED_PRICES,
  kind: 'embedded',
  jobs: [],
  today: '2026-11-20',
  ...change,
});

const openai = facts({
  kind: 'openai',
  current: 'gpt-4o-mini-2024-07-18',
  models: [
    ...['whisper-1', 'text-embedding-3-small', 'gpt-9', 'gpt-4o-mini-2024-07-18', 'gpt-4.1-nano'].map((id) =>
      model(id),
    ),
    model('ft:gpt-4o-mini-2024-07-18:me::1', { tuned: true }),
    model('gpt-4.1', { shutdownDate: '2027-02-01' }),
  ],
});

const quoteOf = (name: string, epochs: number | 'auto' = 4): SplitQuote => ({
  ...trainingQuote({
    model: name,
    trainExamples: 13,
    validationExamples: 3,
    epochs,
    tokensPerEpoch: 1000,
    prices: SHIPPED_PRICES,
  }),
  refusal: null,
  flagged: 0,
  leaks: null,
  heldOut: null,
});

/** Types into a field and takes it over; gives back why not. */
function commitDraft(field: FormField, draft: string): string | null {
  const entered = enterField(field);
  return typeof entered !== 'function' && entered.editing === 'text' ? entered.commit(draft) : null;
}

describe('base models', () => {
  it('are those that can be tuned, priced ones first, tuned ones last', () => {
    expect(modelOptions(openai).map(({ value }) => value)).toEqual([
      'gpt-4.1',
      'gpt-4.1-nano',
      'gpt-4o-mini-2024-07-18',
      'gpt-9',
      'ft:gpt-4o-mini-2024-07-18:me::1',
    ]);
    const practice = ['practice-writer', 'practice-small'].map((id) => model(id));
    expect(modelOptions(facts({ models: practice })).map(({ value }) => value)).toEqual(['practice-small']);
  });

  it('keep the one that is chosen, though nobody lists it', () => {
    expect(modelOptions(facts({ current: 'mine', kind: 'compatible' })).map(({ value }) => value)).toEqual(['mine']);
  });

  it('say price and closing date, unknown where it is, and name the practice engine', () => {
    expect(modelNote('gpt-4.1', openai)).toBe('$25.00 per 1M tokens, shuts down 2027-02-01');
    expect(modelNote('gpt-4.1-nano', openai)).toBe('$1.50 per 1M tokens, shut down 2026-10-23');
    expect(modelNote('gpt-9', openai)).toBe('price unknown');
    expect(modelNote('ft:gpt-4.1:me::2', openai)).toMatch(/, dies with its base on 2027-02-01$/);
    expect(modelNote('practice-small', facts({}))).toBe('practice engine, on this machine, free');
  });
});

describe('the quote in words', () => {
  it('is unknown where the price is, and free only on this machine', () => {
    const text = (name: string, kind: ModelFacts['kind']) =>
      quoteLines({ quote: quoteOf(name), kind, pricesOf: '2026-11' }).map((line) => line.join(': '));
    expect(text('mine', 'compatible')).toEqual([
      'Rows: 13 to train on, 3 held out',
      'Tokens: 4,000 = 1,000 × 4 epochs',
      'Cost: unknown: no price for this model',
    ]);
    expect(text('practice-small', 'embedded')[2]).toBe('Cost: $0.00, on this machine (practice engine)');
    expect(text('gpt-4o-mini', 'openai')[2]).toBe('Cost: about $0.012 (prices of 2026-11)');
  });

  it('says why a job cannot start', () => {
    expect(tooFewRows(null, 0)).toContain('3 generates');
    expect(tooFewRows({ ...quoteOf('x'), trainExamples: 9 }, 12)).toContain('these settings leave 9');
    expect(tooFewRows(quoteOf('x'), 16)).toBeNull();
  });

  it('speaks of pairs under DPO', () => {
    const few = { ...quoteOf('x'), trainExamples: 9 };
    expect(tooFewRows(few, 12, 'dpo')).toContain('DPO needs 10 pairs');
    expect(tooFewRows(quoteOf('x'), 12, 'dpo')).toBeNull();
    const words = quoteLines({ quote: few, kind: 'openai', method: 'dpo', pricesOf: '2026-11' });
    expect(words[0]).toEqual(['Pairs', '9 to train on, 3 held out']);
    const lines = startLines({
      mayExist: null,
      plan: { ...TRAINING_DEFAULTS, method: 'dpo' },
      provider: { id: 'o', name: 'OpenAI', kind: 'openai', practice: false, jobDialect: 'method' },
      quote: { status: 'ready', quote: few, problem: null },
      pricesOf: '2026-11',
    });
    expect(lines.slice(0, 2)).toEqual(['Train practice-small at OpenAI by DPO.', 'Pairs: 9 to train on, 3 held out.']);
    expect(lines.join(' ')).toContain('The pairs are uploaded');
  });

  it('warns of a closed model and of training that is closing', () => {
    const advice = adviceFor({ ...openai, current: 'gpt-4.1-nano' }, quoteOf('gpt-4.1-nano'), TRAINING_DEFAULTS);
    expect(advice[0]).toMatchObject({ tone: 'warn', text: expect.stringContaining('shut down 2026-10-23') });
    expect(advice.map(({ text }) => text).join()).toContain('training_not_available');
  });

  it('says what is on both sides, and how many rows are flagged, beside the form and before the start', () => {
    const leaks = { training: 13, validation: 3, lines: 1, prompts: 2, near: 0 };
    const quote = { ...quoteOf('practice-small'), leaks, flagged: 4 };
    const said = [
      'Of 3 validation lines 1 stand on the training side too, 2 have a prompt of the training side: the validation losses, batch and full, will look better than they are.',
      '4 examples flagged: look at them before they are learned.',
      '13 rows: they will be learned by heart. 50 or more help.',
    ];
    const advice = adviceFor({ ...openai, current: 'practice-small' }, quote, TRAINING_DEFAULTS);
    expect(advice.filter(({ tone }) => tone === 'warn').map(({ text }) => text)).toEqual(said);
    const provider = { id: 'o', name: 'OpenAI', kind: 'openai', practice: false, jobDialect: 'method' } as const;
    const ready = { status: 'ready', quote, problem: null } as const;
    expect(
      startLines({ mayExist: null, plan: TRAINING_DEFAULTS, provider, quote: ready, pricesOf: '2026-11' }),
    ).toEqual(expect.arrayContaining(said));
  });

  it('asks about a job that may exist before another is started', () => {
    const provider = { id: 'o', name: 'OpenAI', kind: 'openai', practice: false, jobDialect: 'method' } as const;
    const quote = { status: 'ready', quote: null, problem: null } as const;
    const mayExist = 'A job was asked for and may exist.';
    const lines = startLines({ mayExist, plan: TRAINING_DEFAULTS, provider, quote, pricesOf: '2026-11' });
    expect(lines).toContain(`${mayExist} If it is not found, another is created.`);
  });

  it('says what OpenAI sends to W&B itself, where it is to and can', () => {
    const told = (kind: ModelFacts['kind'], wandb: boolean): string =>
      adviceFor({ ...openai, kind }, null, { ...TRAINING_DEFAULTS, wandb })
        .map(({ text }) => text)
        .join(' ');
    expect(told('openai', true)).toContain('by the key stored in your account there');
    expect(told('openai', true)).toContain('own sync (w) adds the data and the evaluations');
    expect(told('openai', false)).not.toContain('W&B');
    expect(told('compatible', true)).not.toContain('W&B');
  });

  it('is not in the question as long as the settings are counted again: the sum of others is no price', () => {
    const lines = startLines({
      mayExist: null,
      plan: { ...TRAINING_DEFAULTS },
      provider: { id: 'o', name: 'OpenAI', kind: 'openai', practice: false, jobDialect: 'method' },
      quote: { status: 'counting', quote: quoteOf('gpt-4o-mini'), problem: null },
      pricesOf: '2026-11',
    });
    expect(lines.join(' ')).toContain('Rows, tokens and cost: not counted yet.');
    expect(lines.join(' ')).not.toContain('$');
  });

  it('stands in the question before the start, within the width of the question', () => {
    const lines = startLines({
      mayExist: null,
      plan: { ...TRAINING_DEFAULTS },
      provider: { id: 'embedded', name: 'Embedded engine', kind: 'embedded', practice: true, jobDialect: 'method' },
      quote: { status: 'ready', quote: quoteOf('practice-small'), problem: null },
      pricesOf: '2026-11',
    });
    expect(lines[0]).toBe('Train practice-small on the practice engine.');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(56);
  });
});

describe('the form', () => {
  function form(
    change: Partial<TrainingPlan> = {},
    stored: StoredSplit | null = null,
    kind: ModelFacts['kind'] = 'embedded',
    rate: RateField = 'learningRateMultiplier',
    choosesRank = false,
  ) {
    const made: { plan: TrainingPlan; readonly opened: string[] } = {
      plan: { ...TRAINING_DEFAULTS, ...change },
      opened: [],
    };
    const fields = (): readonly FormField[] =>
      newJobFields({
        plan: made.plan,
        counts: {
          total: 16,
          costUsd: 0,
          unpriced: 0,
          byStatus: { done: 16, truncated: 0, refused: 0, empty: 0, failed: 0 },
          byRating: { accepted: 12, rejected: 1, unrated: 3 },
        },
        model: facts({ models: [model('practice-small')], kind }),
        problems: findBoundsProblems(made.plan, { kind: 'embedded', jobDialect: 'method' }),
        dpoRefusal: null,
        rate,
        choosesRank,
        choices: dialectFacts('method').choices,
        weights: null,
        bounds: boundsOf({ jobDialect: 'method' }),
        stored,
        onDataset: () => made.opened.push('dataset'),
        change: (part) => {
          made.plan = { ...made.plan, ...part };
        },
      });
    const field = (id: string): FormField => {
      const found = fields().find((one) => one.id === id);
      if (found === undefined) throw new Error(`no field ${id}`);
      return found;
    };
    return { made, field };
  }

  it('asks for beta instead of rows under DPO, within its bounds', () => {
    const { made, field } = form();
    expect(() => field('beta')).toThrow('no field beta');
    commitDraft(field('method'), 'dpo');
    made.plan = { ...made.plan, method: 'dpo' };
    expect(() => field('rows')).toThrow('no field rows');
    expect(commitDraft(field('beta'), '0.5')).toBeNull();
    expect(made.plan.beta).toBe(0.5);
    expect(commitDraft(field('beta'), '3')).toBe('at most 2');
    made.plan = { ...made.plan, beta: 3 };
    expect(field('beta')).toMatchObject({ error: expect.stringContaining('at most 2') });
  });

  it('asks for the rate where the provider takes one, and shows a multiplier that stands in its way', () => {
    const { made, field } = form({}, null, 'embedded', 'learningRate');
    expect(commitDraft(field('learningRate'), '1e-5')).toBeNull();
    expect(made.plan.hyperparameters.learningRate).toBe(1e-5);
    expect(commitDraft(field('learningRate'), '2')).toBe('at most 1');
    expect(() => field('learningRateMultiplier')).toThrow('no field');
    made.plan = { ...made.plan, hyperparameters: { ...made.plan.hyperparameters, learningRateMultiplier: 2 } };
    expect(commitDraft(field('learningRateMultiplier'), 'auto')).toBeNull();
    expect(() => field('learningRateMultiplier')).toThrow('no field');
    expect(() => form().field('learningRate')).toThrow('no field');
  });

  it('asks for the rank of the adapter where it can be chosen, and shows one that stands in the way', () => {
    const { made, field } = form({}, null, 'embedded', 'learningRate', true);
    expect(commitDraft(field('loraRank'), '16')).toBeNull();
    expect(made.plan.hyperparameters.loraRank).toBe(16);
    expect(() => form().field('loraRank')).toThrow('no field');
    const other = form({ hyperparameters: made.plan.hyperparameters });
    expect(other.field('loraRank')).toMatchObject({ error: expect.stringContaining('no LoRA rank') });
  });

  it('takes numbers and auto, and refuses what the provider would', () => {
    const { made, field } = form();
    expect(commitDraft(field('nEpochs'), '8')).toBeNull();
    expect(made.plan.hyperparameters.nEpochs).toBe(8);
    expect(commitDraft(field('nEpochs'), '51')).toBe('at most 50');
    expect(commitDraft(field('nEpochs'), 'auto')).toBeNull();
    expect(made.plan.hyperparameters.nEpochs).toBe('auto');
    expect(commitDraft(field('learningRateMultiplier'), '0')).not.toBeNull();
    expect(commitDraft(field('batchSize'), '2.5')).not.toBeNull();
    expect(commitDraft(field('seed'), 'any')).toBeNull();
    expect(made.plan.seed).toBeNull();
  });

  it('keeps shares as shares and shows them in per cent', () => {
    const { made, field } = form({ validationShare: 0.15 });
    expect(field('share')).toMatchObject({ value: 15 });
    commitDraft(field('share'), '30');
    expect(made.plan.validationShare).toBe(0.3);
  });

  it('shows what is wrong with a setting beside it, with its fix', () => {
    const { field } = form({ suffix: 'two words' });
    expect(field('suffix').error).toMatch(/letters, digits.*Try two-words/);
    expect(field('nEpochs').error).toBeNull();
  });

  it('counts the rows of both choices', () => {
    expect(form().field('rows')).toMatchObject({
      options: [{ note: '15, whole answers' }, { note: '12 of 16' }],
    });
  });

  it('offers a report to W&B by OpenAI alone', () => {
    expect(() => form().field('wandb')).toThrow('no field wandb');
    expect(() => form({ wandb: true }, null, 'azure').field('wandb')).toThrow('no field wandb');
    const { made, field } = form({}, null, 'openai');
    const report = (): FormField & { readonly kind: 'select' } => {
      const found = field('wandb');
      return found.kind === 'select' ? found : expect.unreachable('it is a choice');
    };
    expect(report().value).toBe('no');
    report().onChange('yes');
    expect(made.plan.wandb).toBe(true);
    expect(report().value).toBe('yes');
    report().onChange('no');
    expect(made.plan.wandb).toBe(false);
  });

  it('says when the rows carry a split of their own, and leads to it', () => {
    const { made, field } = form({}, { train: 84, validation: 28, unassigned: 5 });
    const split = field('split');
    expect(split).toMatchObject({
      value: 'of the dataset: 84 train, 28 held out; 5 on no side are trained on',
    });
    expect(() => field('share')).toThrow('no field');
    if (split.kind === 'action') split.run();
    expect(made.opened).toEqual(['dataset']);
  });
});
