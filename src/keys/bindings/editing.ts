import type { BindingTable } from '../binding.ts';

/** What a text field does with keys of its own. Everything printable is text. */
export const fieldBindings = [
  { id: 'field.left', keys: ['left', 'ctrl-b'], label: 'left' },
  { id: 'field.right', keys: ['right', 'ctrl-f'], label: 'right' },
  { id: 'field.word-left', keys: ['meta-b', 'ctrl-left', 'meta-left'], label: 'word left' },
  { id: 'field.word-right', keys: ['meta-f', 'ctrl-right', 'meta-right'], label: 'word right' },
  { id: 'field.line-start', keys: ['home', 'ctrl-a'], label: 'start of line' },
  { id: 'field.backspace', keys: ['backspace'], label: 'delete before' },
  { id: 'field.delete', keys: ['delete', 'ctrl-d'], label: 'delete after' },
  { id: 'field.delete-word', keys: ['ctrl-w', 'meta-backspace'], label: 'delete word before' },
  { id: 'field.delete-word-after', keys: ['meta-d'], label: 'delete word after' },
  { id: 'field.delete-to-start', keys: ['ctrl-u'], label: 'delete to start of line' },
  { id: 'field.delete-to-end', keys: ['ctrl-k'], label: 'delete to end of line' },
  { id: 'field.undo', keys: ['ctrl-z', 'ctrl-_'], label: 'undo' },
  { id: 'field.redo', keys: ['ctrl-y'], label: 'redo' },
  { id: 'field.leave', keys: ['escape'], label: 'leave the field', hint: 60 },
] as const satisfies BindingTable;

export const textFieldBindings = [
  { id: 'textfield.line-end', keys: ['end', 'ctrl-e'], label: 'end of line' },
  { id: 'textfield.submit', keys: ['enter'], label: 'done', hint: 50 },
] as const satisfies BindingTable;

export const textAreaBindings = [
  { id: 'textarea.up', keys: ['up'], label: 'line up' },
  { id: 'textarea.down', keys: ['down'], label: 'line down' },
  { id: 'textarea.page-up', keys: ['pageup'], label: 'page up' },
  { id: 'textarea.page-down', keys: ['pagedown'], label: 'page down' },
  { id: 'textarea.line-end', keys: ['end'], label: 'end of line' },
  { id: 'textarea.text-start', keys: ['ctrl-home', 'meta-<'], label: 'start of text' },
  { id: 'textarea.text-end', keys: ['ctrl-end', 'meta->'], label: 'end of text' },
  {
    id: 'textarea.newline',
    keys: ['enter', 'ctrl-j', 'meta-enter'],
    label: 'new line',
    help: 'New line; where Enter sends, Ctrl-J and Alt-Enter still make one',
  },
  {
    id: 'textarea.submit',
    keys: ['ctrl-s'],
    label: 'done',
    help: 'Send or finish; Enter too where the field says so',
    hint: 50,
  },
  { id: 'textarea.editor', keys: ['ctrl-e'], label: '$EDITOR', help: 'Open the text in $EDITOR', hint: 55 },
] as const satisfies BindingTable;
