import type { BindingTable } from '../binding.ts';

/** While the map of two slots' values is shown. */
export const datasetCoverageBindings = [
  { id: 'dataset.coverage.up', keys: ['up', 'k'], label: 'value above' },
  { id: 'dataset.coverage.down', keys: ['down', 'j'], label: 'value below' },
  { id: 'dataset.coverage.left', keys: ['left', 'h'], label: 'value to the left' },
  { id: 'dataset.coverage.right', keys: ['right', 'l'], label: 'value to the right' },
  { id: 'dataset.coverage.page-up', keys: ['pageup'], label: 'ten values up' },
  { id: 'dataset.coverage.page-down', keys: ['pagedown'], label: 'ten values down' },
  { id: 'dataset.coverage.page-left', keys: ['['], label: 'ten values to the left' },
  { id: 'dataset.coverage.page-right', keys: [']'], label: 'ten values to the right' },
  {
    id: 'dataset.coverage.rows',
    keys: ['r'],
    label: 'slot down',
    help: 'Take the next slot for the values down',
    hint: 1,
  },
  {
    id: 'dataset.coverage.columns',
    keys: ['c'],
    label: 'slot across',
    help: 'Take the next slot for the values across',
    hint: 2,
  },
  { id: 'dataset.coverage.swap', keys: ['x'], label: 'turn', help: 'Turn the map: what is down goes across', hint: 3 },
  { id: 'dataset.coverage.copy', keys: ['y'], label: 'copy', help: 'Copy the map as a table' },
  { id: 'dataset.coverage.close', keys: ['escape'], label: 'back to the rows', hint: 4 },
] as const satisfies BindingTable;
