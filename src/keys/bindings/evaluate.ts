import type { BindingTable } from '../define.ts';

/** Graders are not here yet; side by side in Chat is what there is. */
export const evaluateBindings = [
  {
    id: 'evaluate.compare',
    keys: ['enter'],
    label: 'compare in Chat',
    help: 'Ask base and tuned model the same, side by side, in Chat',
    hint: 1,
  },
] as const satisfies BindingTable;
