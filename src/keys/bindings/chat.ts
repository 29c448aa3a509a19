import type { BindingTable } from '../binding.ts';

export const chatBindings = [
  { id: 'chat.write', keys: ['enter', 'i'], label: 'write', help: 'Write a message', hint: 1 },
  {
    id: 'chat.models',
    keys: ['m'],
    label: 'models',
    help: 'Choose one to four models that answer side by side',
    hint: 2,
  },
  { id: 'chat.form', keys: ['f'], label: 'slot form', help: "Fill the template's slots instead of writing", hint: 3 },
  {
    id: 'chat.settings',
    keys: ['p'],
    label: 'parameters',
    help: 'Temperature, top_p, max tokens, stop, seed',
    hint: 4,
  },
  { id: 'chat.system', keys: ['s'], label: 'system prompt', help: 'Edit the system prompt' },
  { id: 'chat.stop', keys: ['ctrl-c'], label: 'stop', help: 'Stop the answers that are coming', hint: 1 },
  { id: 'chat.regenerate', keys: ['r'], label: 'regenerate', help: 'Ask the chosen message again', hint: 5 },
  {
    id: 'chat.resend',
    keys: ['e'],
    label: 'edit and resend',
    help: 'Edit the chosen message and send it in place of the old one',
  },
  { id: 'chat.keep', keys: ['+'], label: 'keep as row', help: 'Make this exchange a dataset row', hint: 6 },
  { id: 'chat.save', keys: ['w'], label: 'save transcript', help: 'Save the transcript as Markdown' },
  { id: 'chat.copy', keys: ['y'], label: 'copy', help: 'Copy the chosen answer' },
  {
    id: 'chat.thoughts',
    keys: ['t'],
    label: 'thoughts',
    help: 'Show or fold what models thought before they answered',
  },
  { id: 'chat.clear', keys: ['n'], label: 'new conversation', help: 'Start over (asks)' },
  { id: 'chat.reply-left', keys: ['left', 'h'], label: 'reply left', help: 'Choose the reply to the left' },
  { id: 'chat.reply-right', keys: ['right', 'l'], label: 'reply right', help: 'Choose the reply to the right' },
  { id: 'chat.earlier', keys: ['['], label: 'earlier exchange', help: 'Choose the exchange before' },
  { id: 'chat.later', keys: [']'], label: 'later exchange', help: 'Choose the exchange after' },
] as const satisfies BindingTable;

/** The message field. */
export const chatMessageBindings = [
  { id: 'chat.send', keys: ['enter'], label: 'send', help: 'Send the message; Ctrl-J makes a new line', hint: 2 },
] as const satisfies BindingTable;

/** The form of the template's slots. */
export const chatSlotBindings = [
  {
    id: 'chat.slots.send',
    keys: ['enter'],
    label: 'send',
    help: 'Send the student prompt, or go to the first slot that has no value',
    hint: 2,
  },
  { id: 'chat.slots.next', keys: ['tab'], label: 'next slot', hint: 3 },
  { id: 'chat.slots.previous', keys: ['shift-tab'], label: 'previous slot' },
  { id: 'chat.slots.value-down', keys: ['down'], label: 'next value', help: 'Take the next value offered', hint: 4 },
  { id: 'chat.slots.value-up', keys: ['up'], label: 'previous value', help: 'Take the value offered before' },
] as const satisfies BindingTable;

/** The model picker. */
export const chatModelBindings = [
  { id: 'chat.models.take', keys: ['enter'], label: 'talk to these', hint: 1 },
  {
    id: 'chat.models.mark',
    keys: ['space'],
    label: 'add or remove',
    help: 'Add or remove a model, four at most',
    hint: 2,
  },
  {
    id: 'chat.models.search',
    keys: ['/'],
    label: 'type spaces',
    help: 'Typing narrows the list, or names a model it lacks; after this, Space is typed too',
    hint: 3,
  },
  { id: 'chat.models.close', keys: ['escape'], label: 'as it was', help: 'Leave the choice as it was', hint: 4 },
] as const satisfies BindingTable;
