import type { BindingTable } from '../define.ts';

export const chatBindings = [
  { id: 'chat.write', keys: ['enter', 'i'], label: 'write', help: 'Write a message', hint: 1 },
  {
    id: 'chat.models',
    keys: ['m'],
    label: 'models',
    help: 'Choose one to three models that answer side by side',
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
  { id: 'chat.regenerate', keys: ['r'], label: 'regenerate', help: 'Ask the last message again', hint: 5 },
  { id: 'chat.resend', keys: ['e'], label: 'edit and resend', help: 'Take the last message back, edit it and send it' },
  { id: 'chat.keep', keys: ['+'], label: 'keep as row', help: 'Make this exchange a dataset row', hint: 6 },
  { id: 'chat.save', keys: ['w'], label: 'save transcript', help: 'Save the transcript as Markdown' },
  { id: 'chat.copy', keys: ['y'], label: 'copy', help: 'Copy the last answer' },
  { id: 'chat.clear', keys: ['n'], label: 'new conversation', help: 'Start over (asks)' },
  { id: 'chat.reply-left', keys: ['left', 'h'], label: 'reply left', help: 'Choose the reply to the left' },
  { id: 'chat.reply-right', keys: ['right', 'l'], label: 'reply right', help: 'Choose the reply to the right' },
] as const satisfies BindingTable;
