import type { BindingTable } from '../binding.ts';

/** Live in every view of the screen. */
export const templateBindings = [
  {
    id: 'template.test',
    keys: ['t'],
    label: 'test call',
    help: 'Send one call with the previewed combination and show the answer as it comes',
    hint: 3,
  },
  { id: 'template.stop', keys: ['ctrl-c'], label: 'stop', help: 'Stop the test call', hint: 0 },
  { id: 'template.previous-combination', keys: ['['], label: 'previous', help: 'Preview the previous combination' },
  { id: 'template.next-combination', keys: [']'], label: 'next', help: 'Preview the next combination', hint: 4 },
  {
    id: 'template.random-combination',
    keys: ['r'],
    label: 'random',
    help: 'Preview a combination drawn at random',
    hint: 5,
  },
  {
    id: 'template.view',
    keys: ['v'],
    label: 'prompts / answer',
    help: 'Switch the preview between prompts and answer',
  },
  {
    id: 'template.problems',
    keys: ['p'],
    label: 'problems',
    help: 'List every problem; Enter goes to its place',
    hint: 7,
  },
  { id: 'template.load', keys: ['o'], label: 'load', help: 'Load a template from YAML or JSON' },
  { id: 'template.save', keys: ['w'], label: 'save as', help: 'Write the template to YAML or JSON' },
  { id: 'template.copy', keys: ['y'], label: 'copy', help: 'Copy the rendered preview' },
] as const satisfies BindingTable;

export const templatePromptBindings = [
  { id: 'template.edit', keys: ['enter', 'i'], label: 'edit', help: 'Write in the selected prompt', hint: 1 },
  {
    id: 'template.edit-externally',
    keys: ['ctrl-e'],
    label: '$EDITOR',
    help: 'Open the selected prompt in $EDITOR',
    hint: 2,
  },
] as const satisfies BindingTable;

export const templateSlotBindings = [
  {
    id: 'template.slot.edit',
    keys: ['enter', 'e'],
    label: 'edit',
    help: 'Rename the selected slot or change the selected value',
    hint: 1,
  },
  {
    id: 'template.slot.add-value',
    keys: ['a'],
    label: 'add value',
    help: 'Add values to this slot; a pasted list adds one value a line',
    hint: 2,
  },
  { id: 'template.slot.add', keys: ['n'], label: 'new slot', help: 'Add a slot', hint: 6 },
  { id: 'template.slot.remove', keys: ['x', 'delete'], label: 'remove', help: 'Remove the selected slot or value' },
  { id: 'template.slot.names', keys: ['left', 'h'], label: 'slots', help: 'From the values to the slots' },
  { id: 'template.slot.values', keys: ['right', 'l'], label: 'values', help: 'From the slots to the values' },
  { id: 'template.slot.move-up', keys: ['K'], label: 'move up', help: 'Move the selected slot or value up' },
  { id: 'template.slot.move-down', keys: ['J'], label: 'move down', help: 'Move the selected slot or value down' },
  { id: 'template.slot.undo', keys: ['u'], label: 'undo', help: 'Take back the last change of the slots' },
] as const satisfies BindingTable;
