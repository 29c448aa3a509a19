import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelLabels } from '../../../src/domain/tracking/evaluation-tables.ts';
import { keyPart } from '../../../src/domain/wandb/names.ts';

const ref = (providerId: string, model: string) => ({ providerId, model });

describe('what the models of a plan are called', () => {
  it('is their name, with the provider where two have one, and a number where keys would be one', () => {
    expect(modelLabels([ref('a', 'x'), ref('b', 'y')])).toEqual(['x', 'y']);
    expect(modelLabels([ref('a', 'x'), ref('b', 'x')])).toEqual(['a/x', 'b/x']);
    expect(modelLabels([ref('a', 'gpt-4.1'), ref('a', 'gpt-4_1')])).toEqual(['gpt-4.1', 'gpt-4_1 2']);
    // The number must not make it another model's name.
    expect(modelLabels([ref('a', 'x.'), ref('a', 'x_'), ref('a', 'x__2')])).toEqual(['x.', 'x_ 3', 'x__2']);
  });

  it('is different for each, whatever they are', () => {
    const name = fc.stringMatching(/^[ab./_ 2]{0,4}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ providerId: name, model: name }), {
          selector: ({ providerId, model }) => JSON.stringify([providerId, model]),
        }),
        (models) => {
          const labels = modelLabels(models);
          expect(labels).toHaveLength(models.length);
          expect(new Set(labels.map(keyPart)).size).toBe(models.length);
        },
      ),
    );
  });
});
