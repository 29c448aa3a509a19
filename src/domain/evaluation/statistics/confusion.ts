/** What was wanted and what was said, both as labels; null for what is no label of the set. */
export interface Labelled {
  readonly target: string;
  readonly predicted: string | null;
}

export interface ConfusionMatrix {
  readonly labels: readonly string[];
  /** Row: target. Column: predicted, in the order of the labels, and last what is none of them. */
  readonly counts: readonly (readonly number[])[];
}

export interface ClassMetrics {
  readonly label: string;
  /** Items with this target. */
  readonly support: number;
  readonly predicted: number;
  /** Null where nothing was said to be of this class. */
  readonly precision: number | null;
  /** Null where no item is of this class. */
  readonly recall: number | null;
  readonly f1: number | null;
}

export interface MacroMetrics {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Items whose target is none of the labels are left out. */
export function confusionMatrix(items: readonly Labelled[], labels: readonly string[]): ConfusionMatrix {
  const places = new Map(labels.map((label, place) => [label, place]));
  const counts = labels.map(() => Array.from({ length: labels.length + 1 }, () => 0));
  for (const { target, predicted } of items) {
    const row = counts[places.get(target) ?? -1];
    const column = (predicted === null ? undefined : places.get(predicted)) ?? labels.length;
    if (row !== undefined) row[column] = (row[column] ?? 0) + 1;
  }
  return { labels, counts };
}

/** Precision TP / (TP + FP), recall TP / (TP + FN), F1 2TP / (2TP + FP + FN) of each class (van Rijsbergen 1979). */
export function classMetrics({ labels, counts }: ConfusionMatrix): readonly ClassMetrics[] {
  return labels.map((label, place) => {
    const right = counts[place]?.[place] ?? 0;
    const support = (counts[place] ?? []).reduce((sum, count) => sum + count, 0);
    const predicted = counts.reduce((sum, row) => sum + (row[place] ?? 0), 0);
    return {
      label,
      support,
      predicted,
      precision: predicted === 0 ? null : right / predicted,
      recall: support === 0 ? null : right / support,
      f1: support + predicted === 0 ? null : (2 * right) / (support + predicted),
    };
  });
}

/**
 * The plain mean over the classes that occur, as target or as answer; an undefined precision or recall counts 0, as
 * in scikit-learn's `classification_report` (zero_division=0). Null when no class occurs.
 */
export function macroMetrics(classes: readonly ClassMetrics[]): MacroMetrics | null {
  const seen = classes.filter(({ support, predicted }) => support + predicted > 0);
  if (seen.length === 0) return null;
  const over = (key: 'precision' | 'recall' | 'f1') =>
    seen.reduce((sum, one) => sum + (one[key] ?? 0), 0) / seen.length;
  return { precision: over('precision'), recall: over('recall'), f1: over('f1') };
}

/** The mistakes made most often, the most frequent first; `predicted` null is an answer outside the set. */
export function topConfusions(
  { labels, counts }: ConfusionMatrix,
  most: number,
): readonly { readonly target: string; readonly predicted: string | null; readonly count: number }[] {
  const found = labels.flatMap((target, row) =>
    (counts[row] ?? []).flatMap((count, column) =>
      count === 0 || column === row ? [] : [{ target, predicted: labels[column] ?? null, count }],
    ),
  );
  return found.toSorted((a, b) => b.count - a.count).slice(0, most);
}
