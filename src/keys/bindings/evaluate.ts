import type { BindingTable } from '../binding.ts';

export const evaluateListBindings = [
  { id: 'evaluate.open', keys: ['enter'], label: 'open', help: 'Show the answers of the selected evaluation', hint: 1 },
  { id: 'evaluate.new', keys: ['n'], label: 'new', help: 'Plan an evaluation', hint: 2 },
  { id: 'evaluate.again', keys: ['a'], label: 'plan alike', help: 'Plan another like the selected one', hint: 3 },
  { id: 'evaluate.remove', keys: ['D'], label: 'remove', help: 'Remove the selected evaluation (asks)', hint: 4 },
  {
    id: 'evaluate.list.sync',
    keys: ['w'],
    label: 'sync to tracker',
    help: 'Send the selected evaluation to the tracker (asks before it writes over)',
    hint: 5,
  },
  {
    id: 'evaluate.list.link',
    keys: ['Y'],
    label: 'copy link',
    help: 'Copy the link to the evaluation at the tracker',
  },
] as const satisfies BindingTable;

export const evaluatePlanBindings = [
  { id: 'evaluate.plan.start', keys: ['s'], label: 'start', help: 'Show the quote and start (asks)', hint: 1 },
  { id: 'evaluate.plan.models', keys: ['m'], label: 'models', help: 'Choose the models, the baseline first', hint: 2 },
  { id: 'evaluate.plan.grader', keys: ['a'], label: 'add a grader', hint: 3 },
  { id: 'evaluate.plan.quote', keys: ['Q'], label: 'quote again', help: 'Work out the quote again' },
  { id: 'evaluate.plan.back', keys: ['escape'], label: 'back', hint: 6 },
] as const satisfies BindingTable;

export const evaluateModelBindings = [
  { id: 'evaluate.models.take', keys: ['enter'], label: 'take', help: 'Take the marked models', hint: 1 },
  { id: 'evaluate.models.mark', keys: ['space'], label: 'mark', help: 'Mark it; the first is the baseline', hint: 2 },
  {
    id: 'evaluate.models.checkpoints',
    keys: ['ctrl-t'],
    label: 'all checkpoints',
    help: 'Mark the tuned model of the newest job and all its checkpoints',
    hint: 3,
  },
  {
    id: 'evaluate.models.search',
    keys: ['/'],
    label: 'type spaces',
    help: 'Typing narrows the list, or names a model it lacks; after this, Space is typed too',
    hint: 4,
  },
  { id: 'evaluate.models.close', keys: ['escape'], label: 'cancel', hint: 5 },
] as const satisfies BindingTable;

/** The answers: while they come in, and after. */
export const evaluateResultsBindings = [
  {
    id: 'evaluate.whole',
    keys: ['enter'],
    label: 'whole row',
    help: 'Show the prompt and every answer whole',
    hint: 1,
  },
  { id: 'evaluate.summary', keys: ['s'], label: 'summary', help: 'Accuracy, intervals and comparisons', hint: 2 },
  { id: 'evaluate.filter', keys: ['f'], label: 'filter', help: 'Wrong, disagreements, failed or all', hint: 3 },
  { id: 'evaluate.search', keys: ['/'], label: 'search', help: 'Search prompts, targets and answers' },
  { id: 'evaluate.confusion', keys: ['c'], label: 'confusion', help: 'Which answers are taken for which', hint: 4 },
  { id: 'evaluate.classes', keys: ['C'], label: 'classes', help: 'Precision, recall and F1 of every class' },
  { id: 'evaluate.slices', keys: ['S'], label: 'slices', help: 'Accuracy by slot value, label or length' },
  { id: 'evaluate.blind', keys: ['b'], label: 'blind A/B', help: 'Judge two models without knowing which is which' },
  { id: 'evaluate.edit', keys: ['e'], label: 'edit row', help: 'Open its row in Dataset to edit it', hint: 5 },
  { id: 'evaluate.add', keys: ['+'], label: 'train on it', help: 'Put it among the rows that are trained on' },
  {
    id: 'evaluate.regenerate',
    keys: ['R'],
    label: 'regenerate',
    help: 'Generate the target answer of its row again (asks)',
  },
  { id: 'evaluate.retry', keys: ['r'], label: 'retry failed', help: 'Send the request of every failed answer again' },
  { id: 'evaluate.export', keys: ['E'], label: 'export', help: 'Write predictions or a report', hint: 6 },
  {
    id: 'evaluate.sync',
    keys: ['w'],
    label: 'sync to tracker',
    help: 'Send the evaluation to the tracker (asks before it writes over)',
  },
  { id: 'evaluate.link', keys: ['Y'], label: 'copy link', help: 'Copy the link to it at the tracker' },
  { id: 'evaluate.more', keys: [']'], label: 'models to the right' },
  { id: 'evaluate.less', keys: ['['], label: 'models to the left' },
  {
    id: 'evaluate.next-row',
    keys: ['right', 'l'],
    label: 'next row',
    help: 'Go to the next row, from the whole row too',
  },
  { id: 'evaluate.previous-row', keys: ['left', 'h'], label: 'row before' },
  { id: 'evaluate.pause', keys: ['p'], label: 'pause / resume', help: 'Pause the run, or go on with it' },
  { id: 'evaluate.cancel', keys: ['x', 'ctrl-c'], label: 'cancel', help: 'Cancel the run; what is answered is kept' },
  { id: 'evaluate.cap', keys: ['m'], label: 'set cap', help: 'Type the spending cap in US$' },
  { id: 'evaluate.copy', keys: ['y'], label: 'copy', help: 'Copy the selected row' },
  { id: 'evaluate.train', keys: ['t'], label: 'train', help: 'Go on to Train' },
  {
    id: 'evaluate.back',
    keys: ['escape'],
    label: 'back',
    help: 'From the whole row to the table; then clear the filter; then to the list',
  },
] as const satisfies BindingTable;

/** Summary, classes and slices. */
export const evaluateFiguresBindings = [
  { id: 'evaluate.figures.rows', keys: ['enter'], label: 'show rows', help: 'Show the rows behind it', hint: 1 },
  { id: 'evaluate.figures.next', keys: ['right', 'l', ']'], label: 'next model', hint: 2 },
  { id: 'evaluate.figures.previous', keys: ['left', 'h', '['], label: 'model before' },
  { id: 'evaluate.figures.sort', keys: ['o'], label: 'order', help: 'Order by the next column', hint: 3 },
  { id: 'evaluate.figures.chat', keys: ['a'], label: 'chat with it', help: 'Take the selected model to Chat', hint: 4 },
  { id: 'evaluate.figures.summary', keys: ['s'], label: 'summary' },
  { id: 'evaluate.figures.confusion', keys: ['c'], label: 'confusion' },
  { id: 'evaluate.figures.classes', keys: ['C'], label: 'classes' },
  { id: 'evaluate.figures.slices', keys: ['S'], label: 'slices' },
  { id: 'evaluate.figures.export', keys: ['E'], label: 'export', help: 'Write predictions or a report' },
  {
    id: 'evaluate.figures.sync',
    keys: ['w'],
    label: 'sync to tracker',
    help: 'Send the evaluation to the tracker (asks before it writes over)',
  },
  { id: 'evaluate.figures.link', keys: ['Y'], label: 'copy link', help: 'Copy the link to it at the tracker' },
  { id: 'evaluate.figures.back', keys: ['escape'], label: 'back to the rows', hint: 6 },
] as const satisfies BindingTable;

/** The cells of the confusion matrix. */
export const evaluateMatrixBindings = [
  { id: 'evaluate.matrix.up', keys: ['up', 'k'], label: 'up' },
  { id: 'evaluate.matrix.down', keys: ['down', 'j'], label: 'down' },
  { id: 'evaluate.matrix.left', keys: ['left', 'h'], label: 'left' },
  { id: 'evaluate.matrix.right', keys: ['right', 'l'], label: 'right' },
  { id: 'evaluate.matrix.page-up', keys: ['pageup'], label: 'page up' },
  { id: 'evaluate.matrix.page-down', keys: ['pagedown'], label: 'page down' },
  { id: 'evaluate.matrix.first', keys: ['g', 'home'], label: 'first class' },
  { id: 'evaluate.matrix.last', keys: ['G', 'end'], label: 'last class' },
] as const satisfies BindingTable;

export const evaluateBlindBindings = [
  { id: 'evaluate.blind.first', keys: ['left', 'h'], label: 'left is better', hint: 1 },
  { id: 'evaluate.blind.second', keys: ['right', 'l'], label: 'right is better', hint: 2 },
  { id: 'evaluate.blind.tie', keys: ['=', 't'], label: 'tie', hint: 3 },
  { id: 'evaluate.blind.skip', keys: ['s'], label: 'skip', help: 'Leave it for later', hint: 4 },
  { id: 'evaluate.blind.undo', keys: ['u'], label: 'undo', help: 'Take back the last verdict', hint: 5 },
  { id: 'evaluate.blind.result', keys: ['v'], label: 'result', help: 'Show or hide which model is ahead', hint: 6 },
  { id: 'evaluate.blind.pair', keys: ['p'], label: 'other models', help: 'Judge another pair of models' },
  { id: 'evaluate.blind.back', keys: ['escape'], label: 'back' },
] as const satisfies BindingTable;
