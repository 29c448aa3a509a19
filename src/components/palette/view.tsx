import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { padToWidth } from '../../domain/text/graphemes.ts';
import {
  keyLabel,
  type LiveBinding,
  Modal,
  paletteBindings,
  useBindings,
  useScreenBindings,
} from '../../keys/index.ts';
import { useTheme } from '../../theme/index.ts';
import { Line } from '../line/index.ts';
import { List, moveIn } from '../list/index.ts';
import { Overlay } from '../overlay/index.ts';
import { TextField } from '../textfield/index.ts';
import { rank } from './score.ts';

export interface PaletteProps {
  /** Called before the chosen action runs, and on Esc. */
  readonly onClose: () => void;
  /** Actions of other screens, found once something is typed: choosing one only leads there. */
  readonly elsewhere?: readonly LiveBinding[];
}

const NOTHING: readonly LiveBinding[] = [];

/** Every action of the screen under it by name, with its key and why it cannot run. Mount it while it is open. */
export function Palette({ onClose, elsewhere = NOTHING }: PaletteProps): ReactNode {
  return (
    <Modal>
      <Overlay title="Commands" width={74} height={18}>
        {(size) => <Commands {...size} onClose={onClose} elsewhere={elsewhere} />}
      </Overlay>
    </Modal>
  );
}

const textsOf = (binding: LiveBinding): readonly string[] => [
  binding.help ?? binding.label,
  binding.label,
  binding.id.replaceAll(/[.-]/g, ' '),
];

type CommandsProps = Required<PaletteProps> & { readonly columns: number; readonly rows: number };

function Commands({ columns, rows, onClose, elsewhere }: CommandsProps): ReactNode {
  const theme = useTheme();
  const here = useScreenBindings().filter((binding) => binding.id !== 'global.palette');
  const [query, setQuery] = useState('');
  const [selected, setSelected] = useState(0);
  const found = rank(query.trim() === '' ? here : [...here, ...elsewhere], query, textsOf);
  const chosen = found[selected];
  const height = Math.max(1, rows - 1);
  useBindings('dialog', paletteBindings, {
    'palette.close': onClose,
    'palette.up': () => setSelected(moveIn(selected, 'up', found.length, height)),
    'palette.down': () => setSelected(moveIn(selected, 'down', found.length, height)),
    'palette.run': {
      run: () => {
        onClose();
        chosen?.run();
      },
      disabledReason: chosen === undefined ? 'nothing fits' : chosen.disabledReason,
    },
  });
  const keyWidth = 10;
  return (
    <Box flexDirection="column">
      <Box height={1} flexShrink={0}>
        <Text {...theme.tone('key')}>: </Text>
        <TextField
          value={query}
          onChange={(text) => {
            setQuery(text);
            setSelected(0);
          }}
          width={columns - 2}
          focus
          placeholder="type what you want to do"
        />
      </Box>
      <List
        count={found.length}
        height={height}
        width={columns}
        selected={selected}
        onSelect={setSelected}
        focus={false}
        empty="No action of that name here."
        item={(index, state) => {
          const binding = found[index];
          if (binding === undefined) return '';
          const off = binding.disabledReason !== null;
          const name = binding.help ?? binding.label;
          return (
            <Box>
              <Line
                text={off ? `${name} (not now: ${binding.disabledReason})` : name}
                width={Math.max(1, state.width - keyWidth)}
                fill
                bold={state.selected}
                tone={off ? 'muted' : 'plain'}
              />
              <Text {...theme.tone('key')}>{padToWidth(keyLabel(binding.keys[0] ?? ''), keyWidth, 'right')}</Text>
            </Box>
          );
        }}
      />
    </Box>
  );
}
