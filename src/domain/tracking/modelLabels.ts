import type { ModelRef } from '../evaluation/types.ts';
import { keyPart } from './names.ts';

/**
 * What each model of a plan is called in keys and columns, in their order: its name; `provider/name` where two
 * providers have one of that name; a number after it where they would still be one as a part of a key, as `gpt-4.1` and
 * `gpt-4_1` are. No two have the same key part.
 */
export function modelLabels(models: readonly ModelRef[]): readonly string[] {
  const plain = models.map(({ providerId, model }) =>
    models.filter((other) => other.model === model).length > 1 ? `${providerId}/${model}` : model,
  );
  // A model's own name is not given to another with a number.
  const own = new Set(plain.map(keyPart));
  const taken = new Set<string>();
  return plain.map((label) => {
    let [unique, part] = [label, keyPart(label)];
    for (let number = 2; taken.has(part) || (unique !== label && own.has(part)); number += 1) {
      unique = `${label} ${number}`;
      part = keyPart(unique);
    }
    taken.add(part);
    return unique;
  });
}
