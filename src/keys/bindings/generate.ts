import type { BindingTable } from '../binding.ts';

export const generatePlanBindings = [
  { id: 'generate.start', keys: ['s'], label: 'start', help: 'Show the quote and start the run (asks)', hint: 1 },
  { id: 'generate.refresh-quote', keys: ['Q'], label: 'quote again', help: 'Work out the quote again' },
] as const satisfies BindingTable;

export const generateRunBindings = [
  { id: 'generate.pause', keys: ['p'], label: 'pause / resume', help: 'Pause the run, or go on with it', hint: 1 },
  {
    id: 'generate.cancel',
    keys: ['c', 'ctrl-c'],
    label: 'cancel',
    help: 'Cancel the run; what is done is kept',
    hint: 2,
  },
  { id: 'generate.raise-cap', keys: ['+'], label: 'raise cap', help: 'Raise the spending cap' },
  { id: 'generate.lower-cap', keys: ['-'], label: 'lower cap', help: 'Lower the spending cap' },
  { id: 'generate.set-cap', keys: ['m'], label: 'set cap', help: 'Type the spending cap in US$', hint: 5 },
  {
    id: 'generate.retry',
    keys: ['r'],
    label: 'retry problems',
    help: 'Generate every failed, truncated, refused or empty row again',
    hint: 4,
  },
  {
    id: 'generate.problems',
    keys: ['v'],
    label: 'latest / problems',
    help: 'Switch between the latest rows, the problems, and the batches where there are some',
  },
  {
    id: 'generate.cancel-batch',
    keys: ['X'],
    label: 'cancel batch',
    help: 'Cancel the selected batch at its provider',
  },
  { id: 'generate.open', keys: ['enter'], label: 'open row', help: 'Show the selected row in Dataset', hint: 3 },
  { id: 'generate.plan', keys: ['n'], label: 'new run', help: 'Back to the plan for another run', hint: 6 },
  { id: 'generate.copy', keys: ['y'], label: 'copy', help: 'Copy the selected row or problem' },
] as const satisfies BindingTable;
