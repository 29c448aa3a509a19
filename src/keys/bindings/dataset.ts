import type { BindingTable } from '../binding.ts';

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
    help: 'Generate the selected or marked answers again; undo brings the old ones back',
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
  {
    id: 'dataset.coverage',
    keys: ['v'],
    label: 'coverage',
    help: 'Show how many rows each pair of values of two slots has',
  },
  {
    id: 'dataset.duplicates',
    keys: ['d'],
    label: 'near-duplicates',
    help: 'Find rows that are nearly the same as another',
  },
  { id: 'dataset.export', keys: ['E'], label: 'export', help: 'Write chat or prompt/completion JSONL' },
  {
    id: 'dataset.track',
    keys: ['w'],
    label: 'sync to tracker',
    help: 'Log this version of the dataset to the tracker',
  },
  { id: 'dataset.link', keys: ['Y'], label: 'copy link', help: 'Copy the link to this version at the tracker' },
  {
    id: 'dataset.import',
    keys: ['o'],
    label: 'import',
    help: 'Add rows from a file, the Hugging Face Hub or Weights & Biases',
  },
  {
    id: 'dataset.split',
    keys: ['p'],
    label: 'split',
    help: 'Put rows on the train or the validation side, and look for leaks between them',
  },
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

/** While rows that are nearly the same are shown. */
export const datasetDuplicatesBindings = [
  {
    id: 'dataset.duplicates.open',
    keys: ['enter'],
    label: 'show row',
    help: 'Show the first row that is nearly the same as the one it follows',
    hint: 1,
  },
  {
    id: 'dataset.duplicates.reject',
    keys: ['x'],
    label: 'reject all but the first',
    help: 'Reject the rows of the group but the first; undo takes it back',
    hint: 2,
  },
  { id: 'dataset.duplicates.again', keys: ['d'], label: 'look again', help: 'Look at every row again', hint: 3 },
  { id: 'dataset.duplicates.close', keys: ['escape'], label: 'back to the rows', hint: 4 },
] as const satisfies BindingTable;

/** While the source of an import is typed or read, while rows come in, and when they have. */
export const datasetImportBindings = [
  { id: 'dataset.import.rows', keys: ['enter'], label: 'rows', help: 'Go to the rows', hint: 1 },
  {
    id: 'dataset.import.stop',
    keys: ['x', 'ctrl-c'],
    label: 'stop',
    help: 'Stop the import; the rows that are in stay in',
    hint: 2,
  },
  { id: 'dataset.import.split', keys: ['p'], label: 'split', help: 'Go on to the split', hint: 3 },
  { id: 'dataset.import.copy', keys: ['y'], label: 'copy', help: 'Copy the findings' },
  {
    id: 'dataset.import.back',
    keys: ['escape'],
    label: 'back',
    help: 'One step back; an import that runs goes on',
    hint: 4,
  },
] as const satisfies BindingTable;

/** While columns are put to messages. */
export const datasetImportPlanBindings = [
  {
    id: 'dataset.import.start',
    keys: ['s'],
    label: 'import',
    help: 'Import every record as the example shows',
    hint: 1,
  },
  { id: 'dataset.import.next', keys: [']'], label: 'next example', hint: 2 },
  { id: 'dataset.import.previous', keys: ['['], label: 'example before', hint: 3 },
  {
    id: 'dataset.import.view',
    keys: ['v'],
    label: 'columns / example',
    help: 'Go from the mapping to the columns, to the whole example, and back',
    hint: 4,
  },
  {
    id: 'dataset.import.source',
    keys: ['escape'],
    label: 'back',
    help: 'Back to the mapping, then to the source',
    hint: 70,
  },
] as const satisfies BindingTable;

/** While a split is planned. */
export const datasetSplitPlanBindings = [
  {
    id: 'dataset.split.assign',
    keys: ['s'],
    label: 'assign',
    help: 'Put every row that is on no side on one (asks)',
    hint: 1,
  },
  {
    id: 'dataset.split.leaks',
    keys: ['c'],
    label: 'check for leaks',
    help: 'Look for rows of the validation side that training gives away',
    hint: 2,
  },
  { id: 'dataset.split.clear', keys: ['x'], label: 'clear', help: 'Take every row off its side (asks)', hint: 3 },
  {
    id: 'dataset.split.view',
    keys: ['v'],
    label: 'labels',
    help: 'Go from the plan to how each label or group falls, and back',
    hint: 4,
  },
  { id: 'dataset.split.close', keys: ['escape'], label: 'back to the rows', hint: 70 },
] as const satisfies BindingTable;

/** While the leaks of a split are shown. */
export const datasetLeaksBindings = [
  {
    id: 'dataset.leaks.open',
    keys: ['enter'],
    label: 'show row',
    help: 'Show the validation row of the leak',
    hint: 1,
  },
  { id: 'dataset.leaks.train', keys: ['t'], label: 'show train row', help: 'Show the train row of the leak', hint: 2 },
  { id: 'dataset.leaks.copy', keys: ['y'], label: 'copy', help: 'Copy the leaks' },
  { id: 'dataset.leaks.close', keys: ['escape'], label: 'back to the split', hint: 3 },
] as const satisfies BindingTable;
