import { describe, expect, it } from 'vitest';
import type { FormField } from '../../../../src/components/form/form-state.ts';
import { dialectFacts, type JobDialect } from '../../../../src/domain/provider/job-dialects.ts';
import type { JobChoices } from '../../../../src/domain/training/types.ts';
import { tierFields, weightsFields } from '../../../../src/screens/train/new-job/choice-fields.ts';

function form(dialect: JobDialect, chosen: JobChoices = {}) {
  const made = { choices: chosen };
  const fields = (): readonly FormField[] => {
    const facts = {
      plan: made,
      choices: dialectFacts(dialect).choices,
      change: ({ choices }: { readonly choices?: JobChoices | undefined }) => {
        made.choices = choices ?? {};
      },
    };
    return [...weightsFields(facts, 'wrong'), ...tierFields(facts, null)];
  };
  const select = (id: string): FormField & { readonly kind: 'select' } => {
    const found = fields().find((one) => one.id === id);
    return found?.kind === 'select' ? found : expect.unreachable(`no choice ${id}`);
  };
  return { made, select, shown: () => fields().map(({ id }) => id) };
}

const optionsOf = ({ options }: FormField & { readonly kind: 'select' }) =>
  options.map(({ value, note }) => `${value}: ${note ?? ''}`);

describe('the fields of a new job ask for what a provider leaves to choose', () => {
  it.each<[JobDialect, readonly string[]]>([
    ['method', []],
    ['hyperparameters', []],
    ['azure', ['tier']],
    ['together', ['weights']],
    ['fireworks', []],
    ['nebius', ['weights']],
  ])('of %s: %j', (dialect, expected) => {
    expect(form(dialect).shown()).toEqual(expected);
  });

  it('with what is trained where nothing is chosen', () => {
    const { made, select } = form('nebius');
    expect(optionsOf(select('weights'))).toEqual([
      'auto: full there',
      'lora: an adapter beside the model',
      'full: the whole model',
    ]);
    expect(select('weights').error).toBe('wrong');
    select('weights').onChange('lora');
    expect([made.choices, select('weights').value]).toEqual([{ weights: 'lora' }, 'lora']);
    select('weights').onChange('auto');
    expect(made.choices.weights).toBeUndefined();
  });

  it('with the provider’s own words for where it trains', () => {
    const { made, select } = form('azure');
    select('tier').onChange('developerTier');
    expect([made.choices, select('tier').value]).toEqual([{ tier: 'developerTier' }, 'developerTier']);
    select('tier').onChange('auto');
    expect(made.choices.tier).toBeUndefined();
  });

  it('and show what stands there from another provider, until it is auto', () => {
    const { shown, select } = form('method', { weights: 'full', tier: 'standard' });
    expect(shown()).toEqual(['weights', 'tier']);
    expect(optionsOf(select('weights'))).toEqual(['auto: the provider’s choice', 'full: the whole model']);
    expect(optionsOf(select('tier'))).toEqual(['auto: the provider’s choice', 'standard: ']);
    select('weights').onChange('auto');
    select('tier').onChange('auto');
    expect(shown()).toEqual([]);
  });
});
