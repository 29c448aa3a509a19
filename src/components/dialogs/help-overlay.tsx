import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { displayWidth, padToWidth } from '../../domain/text/graphemes.ts';
import { keyLabel, type LiveBinding } from '../../keys/binding.ts';
import { overlayBindings } from '../../keys/bindings/components.ts';
import { Modal, useBindings, useScreenBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { Overlay } from '../layout/overlay.tsx';
import { List } from '../lists/list.tsx';
import { Line, safeLine } from '../text/line.tsx';

export interface HelpRow {
  readonly keys: string;
  readonly text: string;
  /** Why it cannot run now; null when it can. */
  readonly disabledReason: string | null;
}

/** What help says of each binding, screen first, everything else after it, as the router would ask them. */
function helpRows(bindings: readonly LiveBinding[]): readonly HelpRow[] {
  return bindings.map((binding) => ({
    keys: binding.keys.map(keyLabel).join(' '),
    text: binding.help ?? binding.label,
    disabledReason: binding.disabledReason,
  }));
}

/** Columns for the keys: as wide as the widest, within a third of the room. */
function keysWidth(rows: readonly HelpRow[], columns: number): number {
  const widest = rows.reduce((most, row) => Math.max(most, displayWidth(row.keys)), 0);
  return Math.min(widest, Math.max(8, Math.floor(columns / 3)));
}

export interface HelpOverlayProps {
  /** The screen's name. */
  readonly title: string;
  readonly onClose: () => void;
}

/** Every key of the screen under it, and why one cannot be used now. Mount it while help is open. */
export function HelpOverlay({ title, onClose }: HelpOverlayProps): ReactNode {
  return (
    <Modal>
      <Overlay title={`Keys: ${title}`} width={78} height={40}>
        {(size) => <HelpRows {...size} onClose={onClose} />}
      </Overlay>
    </Modal>
  );
}

interface HelpRowsProps {
  readonly columns: number;
  readonly rows: number;
  readonly onClose: () => void;
}

function HelpRows({ columns, rows, onClose }: HelpRowsProps): ReactNode {
  const theme = useTheme();
  const entries = helpRows(useScreenBindings());
  const [selected, setSelected] = useState(0);
  useBindings('dialog', overlayBindings, { 'overlay.close': onClose });
  const width = keysWidth(entries, columns);
  const { ellipsis } = theme.symbols;
  return (
    <List
      count={entries.length}
      height={rows}
      width={columns}
      selected={selected}
      onSelect={setSelected}
      focus
      item={(index, state) => {
        const entry = entries[index];
        if (entry === undefined) return '';
        const off = entry.disabledReason !== null;
        const text = off ? `${entry.text} (not now: ${entry.disabledReason})` : entry.text;
        return (
          <Box>
            <Text {...theme.tone(off ? 'muted' : 'key')}>
              {padToWidth(safeLine(entry.keys, width, ellipsis), width)}
              {'  '}
            </Text>
            <Line text={text} width={Math.max(0, state.width - width - 2)} tone={off ? 'muted' : 'plain'} />
          </Box>
        );
      }}
    />
  );
}
