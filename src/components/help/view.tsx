import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { padToWidth } from '../../domain/text/graphemes.ts';
import { Modal, overlayBindings, useBindings, useScreenBindings } from '../../keys/index.ts';
import { useTheme } from '../../theme/index.ts';
import { Line, safeLine } from '../line/index.ts';
import { List } from '../list/index.ts';
import { Overlay } from '../overlay/index.ts';
import { helpRows, keysWidth } from './rows.ts';

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
