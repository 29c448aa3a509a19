import type { FormField } from '../../../components/form/form-state.ts';
import type { TrainingPlan } from '../../../domain/project/types.ts';
import {
  readWeightSetting,
  WEIGHT_SETTING_NAMES,
  type WeightSetting,
  type WeightSettings,
  weightFacts,
  weightSettingTexts,
  withWeightSetting,
} from '../../../domain/training/weight-settings.ts';

/** Whether the settings that few need are shown, and what shows or hides them. */
export interface MoreFields {
  readonly open: boolean;
  readonly onOpen: () => void;
}

export interface WeightFieldFacts {
  readonly plan: Pick<TrainingPlan, 'choices'>;
  readonly change: (part: Pick<TrainingPlan, 'choices'>) => void;
  readonly wrong: (name: WeightSetting) => string | null;
  /** Null where the base takes none. */
  readonly more: MoreFields | null;
}

/** Settings of real weights under a line that opens them. Where the base takes none, those that stand in the plan all the same. */
export function weightSettingFields(facts: WeightFieldFacts): readonly FormField[] {
  const { plan, more, wrong } = facts;
  const settings = plan.choices?.settings ?? {};
  const given = WEIGHT_SETTING_NAMES.filter((name) => settings[name] !== undefined);
  if (more === null) return given.map((name) => settingField(facts, name));
  const open = more.open || given.some((name) => wrong(name) !== null);
  return [
    moreField(settings, open, more.onOpen),
    ...(open ? WEIGHT_SETTING_NAMES : []).map((name) => settingField(facts, name)),
  ];
}

function moreField(settings: WeightSettings, open: boolean, run: () => void): FormField {
  const set = weightSettingTexts(settings).map(([label, value]) => `${label} ${value}`);
  const value = open ? 'below' : set.length === 0 ? 'alpha, dropout, layers, longest row, precision …' : set.join(', ');
  return { id: 'more', label: 'More', kind: 'action', value, run };
}

const AUTO = 'auto';

function settingField({ plan, change, wrong }: WeightFieldFacts, name: WeightSetting): FormField {
  const settings = plan.choices?.settings ?? {};
  const facts = weightFacts(name);
  const value = settings[name];
  const set = (given: WeightSettings[WeightSetting]): void =>
    change({ choices: { ...plan.choices, settings: withWeightSetting(settings, name, given) } });
  const typed = (text: string): void => set(readWeightSetting(name, text) ?? undefined);
  const base = { id: name, label: facts.label, error: wrong(name) };
  switch (facts.kind) {
    case 'number':
      return {
        ...base,
        kind: 'number',
        value: typeof value === 'number' ? value : null,
        rules: { ...facts.rules, none: AUTO },
        onChange: (given) => set(given ?? undefined),
      };
    case 'text':
      return {
        ...base,
        kind: 'text',
        value: value === undefined ? '' : String(value),
        placeholder: facts.placeholder,
        onChange: typed,
      };
    case 'choice':
      return {
        ...base,
        kind: 'select',
        value: value === undefined ? AUTO : String(value),
        options: [
          { value: AUTO, label: AUTO, note: 'chosen by size' },
          ...facts.options.map((option) => ({ ...option, label: labelOf(option.value) })),
        ],
        onChange: typed,
      };
  }
}

const YES_NO: Readonly<Record<string, string>> = { true: 'yes', false: 'no' };
const labelOf = (value: string): string => YES_NO[value] ?? value;
