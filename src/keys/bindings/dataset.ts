import type { BindingTable } from '../define.ts';

export const datasetBindings = [
  { id: 'dataset.search', keys: ['/'], label: 'search', help: 'Search the text of rows', hint: 4 },
  {
    id: 'dataset.filter',
    keys: ['f'],
    label: 'filter',
    help: 'Filter by status, rating, slot value or edits',
    hint: 5,
  },
  { id: 'dataset.sort', keys: ['s'], label: 'sort', help: 'Sort by the next column' },
  { id: 'dataset.reverse', keys: ['S'], label: 'reverse', help: 'Turn the order of the sort around' },
  { id: 'dataset.accept', keys: ['a'], label: 'accept', help: 'Accept the selected or marked rows', hint: 1 },
  { id: 'dataset.reject', keys: ['x'], label: 'reject', help: 'Reject the selected or marked rows', hint: 2 },
  { id: 'dataset.unrate', keys: ['U'], label: 'unrate', help: 'Take the rating off the selected or marked rows' },
  { id: 'dataset.edit', keys: ['e'], label: 'edit', help: 'Edit the answer of the selected row', hint: 3 },
  {
    id: 'dataset.regenerate',
    keys: ['R'],
    label: 'regenerate',
    help: 'Buy the selected or marked answers again; undo brings the old ones back',
  },
  { id: 'dataset.mark', keys: ['space'], label: 'mark', help: 'Mark the row for the next action' },
  { id: 'dataset.mark-all', keys: ['*'], label: 'mark all', help: 'Mark every row of the filter, or none' },
  { id: 'dataset.undo', keys: ['u'], label: 'undo', help: 'Take back the last rating, edit, removal or regeneration' },
  { id: 'dataset.remove', keys: ['D'], label: 'remove', help: 'Remove the selected or marked rows (asks)' },
  { id: 'dataset.open', keys: ['enter'], label: 'whole row', help: 'Show the whole example' },
  {
    id: 'dataset.next-row',
    keys: ['right', 'l', ']'],
    label: 'next row',
    help: 'Go to the next row, from the whole row too',
  },
  {
    id: 'dataset.previous-row',
    keys: ['left', 'h', '['],
    label: 'previous row',
    help: 'Go to the row before, from the whole row too',
  },
  {
    id: 'dataset.back',
    keys: ['escape'],
    label: 'back',
    help: 'From the whole row to the table; then drop the marks; then clear the filter; then leave',
  },
  { id: 'dataset.check', keys: ['c'], label: 'check', help: 'Check every row as the provider would', hint: 6 },
  { id: 'dataset.balance', keys: ['b'], label: 'balance', help: 'Show the balance of slot values and the lengths' },
  { id: 'dataset.export', keys: ['w'], label: 'export', help: 'Write chat or prompt/completion JSONL' },
  { id: 'dataset.import', keys: ['o'], label: 'import', help: 'Add rows from JSONL' },
  { id: 'dataset.copy', keys: ['y'], label: 'copy', help: 'Copy the selected row' },
  { id: 'dataset.train', keys: ['t'], label: 'train', help: 'Go on to Train' },
] as const satisfies BindingTable;

/** While the findings of a check are shown. */
export const datasetCheckBindings = [
  {
    id: 'dataset.check.open',
    keys: ['enter'],
    label: 'show row',
    help: 'Show the row of the selected finding',
    hint: 1,
  },
  { id: 'dataset.check.again', keys: ['c'], label: 'check again', help: 'Check every row again', hint: 2 },
  { id: 'dataset.check.copy', keys: ['y'], label: 'copy', help: 'Copy the findings' },
  { id: 'dataset.check.train', keys: ['t'], label: 'train', help: 'Go on to Train', hint: 3 },
  { id: 'dataset.check.close', keys: ['escape'], label: 'back to the rows', hint: 4 },
] as const satisfies BindingTable;

/** While the balance of slot values is shown. */
export const datasetBalanceBindings = [
  {
    id: 'dataset.balance.again',
    keys: ['b'],
    label: 'count again',
    help: 'Count every row of the filter again',
    hint: 1,
  },
  { id: 'dataset.balance.close', keys: ['escape'], label: 'back to the rows', hint: 2 },
] as const satisfies BindingTable;
