import { verdictOf } from '../../../components/feedback/verdict.ts';
import { labelSet } from '../../../domain/evaluation/graders/labels.ts';
import { type Aside, setAside } from '../../../domain/evaluation/graders/set-aside.ts';
import type { EvaluatedItem } from '../../../domain/evaluation/types.ts';
import type { ModelRef } from '../../../domain/provider/models.ts';
import { count } from '../../../domain/text/format.ts';

/** Which items are shown. Models are named by their place in the plan. */
export type ItemFilter =
  | { readonly kind: 'all' }
  /** By this model, or by any when null. */
  | { readonly kind: 'wrong'; readonly model: number | null }
  /** Some model is right and some other wrong. */
  | { readonly kind: 'disagreements' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'text'; readonly text: string }
  /** One cell of the confusion matrix; `predicted` null is an answer outside the labels. */
  | {
      readonly kind: 'confused';
      readonly model: number;
      readonly target: string;
      readonly predicted: string | null;
      readonly labels: readonly string[];
      /** What the grader left out of the answers before it compared them. */
      readonly aside?: readonly Aside[] | undefined;
    }
  | { readonly kind: 'label'; readonly label: string; readonly labels: readonly string[] }
  | { readonly kind: 'slice'; readonly name: string; readonly value: string };

export const ALL_ITEMS: ItemFilter = { kind: 'all' };

type ItemTest = (item: EvaluatedItem) => boolean;

const isWrong =
  (model: number | null): ItemTest =>
  ({ predictions }) =>
    model === null ? predictions.some((one) => verdictOf(one) === 'wrong') : verdictOf(predictions[model]) === 'wrong';

const hasDisagreement: ItemTest = ({ predictions }) => {
  const verdicts = new Set(predictions.map(verdictOf));
  return verdicts.has('right') && verdicts.has('wrong');
};

function containsText(text: string): ItemTest {
  const wanted = text.toLowerCase();
  const has = (candidate: string): boolean => candidate.toLowerCase().includes(wanted);
  return ({ item, predictions }) =>
    has(item.target) ||
    item.prompt.some(({ content }) => has(content)) ||
    predictions.some((one) => one !== null && has(one.text));
}

function isConfused({
  model,
  target,
  predicted,
  labels,
  aside = [],
}: Extract<ItemFilter, { readonly kind: 'confused' }>): ItemTest {
  const labelOf = labelSet(labels);
  return ({ item, predictions }) => {
    const verdict = verdictOf(predictions[model]);
    if ((verdict !== 'right' && verdict !== 'wrong') || labelOf(item.target) !== target) return false;
    const said = verdict === 'right' ? target : labelOf(setAside(predictions[model]?.text ?? '', aside).text);
    return said === predicted;
  };
}

function itemTest(filter: ItemFilter): ItemTest {
  switch (filter.kind) {
    case 'all':
      return () => true;
    case 'wrong':
      return isWrong(filter.model);
    case 'disagreements':
      return hasDisagreement;
    case 'failed':
      return ({ predictions }) => predictions.some((one) => one?.status === 'failed');
    case 'text':
      return containsText(filter.text);
    case 'confused':
      return isConfused(filter);
    case 'label': {
      const labelOf = labelSet(filter.labels);
      return ({ item }) => labelOf(item.target) === filter.label;
    }
    case 'slice':
      return ({ item }) => item.slices[filter.name] === filter.value;
  }
}

/** The items of the filter, in their order. */
export const filterItems = (items: readonly EvaluatedItem[], filter: ItemFilter): readonly EvaluatedItem[] =>
  filter.kind === 'all' ? items : items.filter(itemTest(filter));

/** The filter in a few words; empty for all. */
export function filterText(filter: ItemFilter, names: readonly string[]): string {
  switch (filter.kind) {
    case 'all':
      return '';
    case 'wrong':
      return filter.model === null ? 'any model wrong' : `${names[filter.model] ?? ''} wrong`;
    case 'disagreements':
      return 'disagreements';
    case 'failed':
      return 'failed';
    case 'text':
      return `"${filter.text}"`;
    case 'confused': {
      const said = filter.predicted ?? 'no label';
      return said === filter.target ? `${filter.target} right` : `${filter.target} taken for ${said}`;
    }
    case 'label':
      return `label ${filter.label}`;
    case 'slice':
      return `${filter.name} ${filter.value}`;
  }
}

export interface FilterChoice {
  readonly value: string;
  readonly label: string;
  readonly note: string;
  readonly filter: ItemFilter;
}

/** What can be chosen, each with how many items it holds. */
export function filterChoices(
  items: readonly EvaluatedItem[],
  models: readonly ModelRef[],
  names: readonly string[],
): readonly FilterChoice[] {
  const several = models.length > 1;
  const filters: readonly ItemFilter[] = [
    ALL_ITEMS,
    ...(several ? [] : [{ kind: 'wrong', model: 0 } as const]),
    ...(several ? [{ kind: 'wrong', model: null } as const, { kind: 'disagreements' } as const] : []),
    ...(several ? models.map((_, model) => ({ kind: 'wrong', model }) as const) : []),
    { kind: 'failed' },
  ];
  return filters.map((filter, index) => ({
    value: String(index),
    label: filterText(filter, names) || 'all',
    note: count(filterItems(items, filter).length),
    filter,
  }));
}
