import { bindingSets } from './bindings/index.ts';
import type { BindingSet } from './define.ts';
import { keyLabel } from './names.ts';
import type { Binding } from './types.ts';

const code = (key: string): string => `\`${keyLabel(key)}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|');

function row(binding: Binding): string {
  const keys = binding.keys.map(code).join(' ');
  return `| ${cell(keys)} | ${cell(binding.help ?? binding.label)} | \`${binding.id}\` |`;
}

function section(set: BindingSet): string {
  const title = set.view === null ? set.place : `${set.place}: ${set.view}`;
  return [`## ${title}`, '', '| Key | What it does | Id |', '| --- | --- | --- |', ...set.bindings.map(row), ''].join(
    '\n',
  );
}

/** docs/keybindings.md as it must be on disk, from the tables that the app itself dispatches by. */
export function renderKeybindings(): string {
  const head = [
    '# Keys',
    '',
    'Made from the binding tables in `src/keys/bindings` by `npx vitest run test/keys -u`; do not edit by hand.',
    '',
    'A key is heard by an open dialog first, then by the field that has the focus, then by the screen, then by everything.',
    'In a text field every printable key is text; `Esc` leaves the field. `Alt-X` is `Esc` followed by `X` on most terminals.',
    '',
  ].join('\n');
  return `${head}\n${bindingSets.map(section).join('\n')}`;
}
