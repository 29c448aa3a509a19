import type { FormField } from './form-state.ts';

export interface SendingFieldsInput {
  readonly inBatches: boolean;
  /** Whether the provider has batches. */
  readonly hasBatches: boolean;
  readonly change: (part: { readonly inBatches: boolean }) => void;
}

/** How requests go, where there is a choice; a plan in batches shows it wherever it is. */
export const sendingFields = ({ inBatches, hasBatches, change }: SendingFieldsInput): readonly FormField[] =>
  hasBatches || inBatches
    ? [
        {
          id: 'sending',
          kind: 'toggle',
          label: 'Requests',
          note: inBatches ? 'half the price; may be left and taken up again' : 'or in batches, at half the price',
          value: inBatches,
          words: ['in batches, within a day', 'one by one, now'],
          onChange: (chosen) => change({ inBatches: chosen }),
        },
      ]
    : [];
