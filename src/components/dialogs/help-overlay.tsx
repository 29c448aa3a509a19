import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { displayWidth, padToWidth } from '../../domain/text/graphemes.ts';
import { keyLabel, type LiveBinding } from '../../keys/binding.ts';
import { helpBindings } from '../../keys/bindings/components.ts';
import { BINDING_GROUPS, type BindingGroup, groupOf } from '../../keys/groups.ts';
import { Modal, useBindings, useScreenBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { TextField } from '../inputs/text-field.tsx';
import { Overlay } from '../layout/overlay.tsx';
import { type ListMove, moveIn } from '../lists/list-window.ts';
import { fuzzyFind } from '../text/fuzzy.ts';
import { Line, safeLine } from '../text/line.tsx';
import { wrapped } from '../text/wrapped.ts';

interface HelpEntry {
  readonly group: BindingGroup;
  readonly keys: string;
  /** What it does, and why it cannot now. */
  readonly text: string;
  readonly off: boolean;
}

function helpEntries(bindings: readonly LiveBinding[]): readonly HelpEntry[] {
  return bindings.map((binding) => {
    const said = binding.help ?? binding.label;
    const off = binding.disabledReason !== null;
    return {
      group: groupOf(binding),
      keys: binding.keys.map(keyLabel).join(' '),
      text: off ? `${said} (not now: ${binding.disabledReason})` : said,
      off,
    };
  });
}

/** A row of the list: a heading, or a row of an entry, whose keys stand in its first. */
interface HelpRow {
  readonly heading?: string;
  readonly keys: string;
  readonly text: string;
  readonly off: boolean;
}

/** The entries by group, each group under its heading, texts wrapped. */
function rowsOf(entries: readonly HelpEntry[], textWidth: number): readonly HelpRow[] {
  return (Object.keys(BINDING_GROUPS) as readonly BindingGroup[]).flatMap((group) => {
    const own = entries.filter((entry) => entry.group === group);
    if (own.length === 0) return [];
    const rows = own.flatMap(({ keys, text, off }) =>
      wrapped(text, textWidth).map((line, index) => ({ keys: index === 0 ? keys : '', text: line, off })),
    );
    return [{ heading: BINDING_GROUPS[group], keys: '', text: '', off: false }, ...rows];
  });
}

/** Columns for the keys: as wide as the widest, within a third of the room. */
function keysWidth(entries: readonly HelpEntry[], columns: number): number {
  const widest = entries.reduce((most, entry) => Math.max(most, displayWidth(entry.keys)), 0);
  return Math.min(widest, Math.max(8, Math.floor(columns / 3)));
}

export interface HelpOverlayProps {
  /** The screen's name. */
  readonly title: string;
  readonly onClose: () => void;
}

/** Every key of the screen under it by group, narrowed by what is typed, and why one cannot be used now. Mount it while help is open. */
export function HelpOverlay({ title, onClose }: HelpOverlayProps): ReactNode {
  return (
    <Modal>
      <Overlay title={`Keys: ${title}`} width={90} height={44}>
        {(size) => <Help {...size} onClose={onClose} />}
      </Overlay>
    </Modal>
  );
}

interface HelpProps {
  readonly columns: number;
  readonly rows: number;
  readonly onClose: () => void;
}

function Help({ columns, rows, onClose }: HelpProps): ReactNode {
  const [query, setQuery] = useState('');
  const [start, setStart] = useState(0);
  const all = helpEntries(useScreenBindings());
  const width = keysWidth(all, columns);
  const found = fuzzyFind(all, query, ({ keys, text }) => [text, keys]);
  const lines = rowsOf(found, Math.max(8, columns - width - 2));
  const height = Math.max(1, rows - 2);
  const last = Math.max(0, lines.length - height);
  const top = Math.min(start, last);
  const scroll = (move: ListMove) => () => setStart(Math.min(last, moveIn(top, move, last + 1, height)));
  useBindings('dialog', helpBindings, {
    'help.up': scroll('up'),
    'help.down': scroll('down'),
    'help.page-up': scroll('page-up'),
    'help.page-down': scroll('page-down'),
    'help.close': onClose,
  });
  return (
    <Box flexDirection="column" height={rows}>
      <TextField
        value={query}
        onChange={(text) => {
          setQuery(text);
          setStart(0);
        }}
        width={columns}
        focus
        leaves={['?']}
        passes={['ctrl-z']}
        placeholder="type to find a key"
      />
      {lines.length === 0 && <Line text="No key of that name here." width={columns} tone="muted" />}
      {lines.slice(top, top + height).map((row, index) => (
        <HelpLine key={top + index} row={row} keys={width} columns={columns} />
      ))}
      <Box flexGrow={1} />
      <ScrollMark above={top} below={Math.max(0, lines.length - top - height)} width={columns} />
    </Box>
  );
}

interface HelpLineProps {
  readonly row: HelpRow;
  readonly keys: number;
  readonly columns: number;
}

function HelpLine({ row, keys, columns }: HelpLineProps): ReactNode {
  const theme = useTheme();
  if (row.heading !== undefined) return <Line text={row.heading} width={columns} tone="strong" />;
  return (
    <Box height={1} flexShrink={0}>
      <Text {...theme.tone(row.off ? 'muted' : 'key')}>
        {padToWidth(safeLine(row.keys, keys, theme.symbols.ellipsis), keys)}
        {'  '}
      </Text>
      <Line text={row.text} width={Math.max(0, columns - keys - 2)} tone={row.off ? 'muted' : 'plain'} />
    </Box>
  );
}

interface ScrollMarkProps {
  /** Rows out of sight. */
  readonly above: number;
  readonly below: number;
  readonly width: number;
}

/** `↑ 3 more  ↓ 12 more`; an empty row where all is in sight. */
function ScrollMark({ above, below, width }: ScrollMarkProps): ReactNode {
  const { symbols } = useTheme();
  const parts = [above > 0 ? `${symbols.up} ${above} more` : '', below > 0 ? `${symbols.down} ${below} more` : ''];
  const text = parts.filter((part) => part !== '').join('   ');
  return <Line text={text === '' ? ' ' : text} width={width} tone="muted" />;
}
