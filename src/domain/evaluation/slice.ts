import type { EvaluatedItem, EvaluationItem } from './types.ts';

/**
 * The value of an item under one key of its slices; null where it has none. Keys are columns of other people's files:
 * one called `constructor` must not find what every object has.
 */
export function sliceOf({ slices }: EvaluationItem, name: string): string | null {
  return Object.hasOwn(slices, name) ? (slices[name] ?? null) : null;
}

/** Every key the items have among their slices, in the order they come. */
export const sliceNames = (items: readonly EvaluatedItem[]): readonly string[] => [
  ...new Set(items.flatMap(({ item }) => Object.keys(item.slices))),
];
