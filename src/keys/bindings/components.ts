import type { BindingTable } from '../binding.ts';

/** A list, table or scrolled text that has the focus. */
export const listBindings = [
  { id: 'list.up', keys: ['up', 'k'], label: 'up' },
  { id: 'list.down', keys: ['down', 'j'], label: 'down' },
  { id: 'list.page-up', keys: ['pageup'], label: 'page up' },
  { id: 'list.page-down', keys: ['pagedown'], label: 'page down' },
  { id: 'list.first', keys: ['g', 'home'], label: 'first' },
  { id: 'list.last', keys: ['G', 'end'], label: 'last' },
  {
    id: 'list.choose',
    keys: ['enter'],
    label: 'choose',
    help: 'Open or choose what is selected, where the screen does not say otherwise',
  },
  { id: 'list.mark', keys: ['space'], label: 'mark', help: 'Mark or unmark, in lists where several can be chosen' },
] as const satisfies BindingTable;

export const paneBindings = [
  { id: 'panes.next', keys: ['tab'], label: 'next pane', hint: 80 },
  { id: 'panes.previous', keys: ['shift-tab'], label: 'previous pane' },
] as const satisfies BindingTable;

export const formBindings = [
  { id: 'form.up', keys: ['up', 'k', 'shift-tab'], label: 'field above' },
  { id: 'form.down', keys: ['down', 'j', 'tab'], label: 'field below', hint: 21 },
  { id: 'form.edit', keys: ['enter'], label: 'change', help: 'Change the selected field, or leave it', hint: 20 },
  { id: 'form.left', keys: ['left', 'h'], label: 'less', help: 'Lower the number, or take the choice before' },
  { id: 'form.right', keys: ['right', 'l'], label: 'more', help: 'Raise the number, or take the next choice' },
  { id: 'form.toggle', keys: ['space'], label: 'on or off' },
] as const satisfies BindingTable;

/** What is said beside a form, where it is longer than its place: the form has all other keys that move. */
export const quoteBindings = [
  { id: 'quote.down', keys: ['pagedown'], label: 'more of the quote', help: 'Read on in a long quote', hint: 3 },
  { id: 'quote.up', keys: ['pageup'], label: 'quote above', help: 'Go back in a long quote' },
] as const satisfies BindingTable;

export const confirmBindings = [
  { id: 'dialog.yes', keys: ['y', 'enter'], label: 'yes', hint: 1 },
  { id: 'dialog.no', keys: ['n', 'escape'], label: 'no', hint: 2 },
] as const satisfies BindingTable;

export const promptBindings = [
  { id: 'dialog.submit', keys: ['enter'], label: 'ok', hint: 1 },
  { id: 'dialog.cancel', keys: ['escape'], label: 'cancel', hint: 2 },
] as const satisfies BindingTable;

export const choiceBindings = [
  { id: 'choice.choose', keys: ['enter'], label: 'choose', hint: 1 },
  { id: 'choice.cancel', keys: ['escape'], label: 'cancel', hint: 2 },
] as const satisfies BindingTable;

export const overlayBindings = [
  { id: 'overlay.close', keys: ['escape', 'q', '?'], label: 'close', hint: 1 },
] as const satisfies BindingTable;

/** Typing narrows the list, so its own keys are none that type; `?` closes what it opened. */
export const helpBindings = [
  { id: 'help.up', keys: ['up'], label: 'up' },
  { id: 'help.down', keys: ['down'], label: 'down', hint: 2 },
  { id: 'help.page-up', keys: ['pageup'], label: 'page up' },
  { id: 'help.page-down', keys: ['pagedown'], label: 'page down', hint: 3 },
  { id: 'help.close', keys: ['escape', '?'], label: 'close', hint: 1 },
] as const satisfies BindingTable;

export const drawerBindings = [
  { id: 'drawer.cancel', keys: ['x'], label: 'cancel it', help: 'Cancel the selected operation', hint: 1 },
  { id: 'drawer.close', keys: ['escape', 'ctrl-o', 'q'], label: 'close', hint: 2 },
] as const satisfies BindingTable;

export const paletteBindings = [
  { id: 'palette.run', keys: ['enter'], label: 'run', hint: 1 },
  { id: 'palette.up', keys: ['up', 'ctrl-p'], label: 'up' },
  { id: 'palette.down', keys: ['down', 'ctrl-n'], label: 'down' },
  { id: 'palette.close', keys: ['escape'], label: 'close', hint: 2 },
] as const satisfies BindingTable;
