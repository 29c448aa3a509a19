import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { displayWidth, padToWidth } from '../../domain/text/graphemes.ts';
import { keyLabel, type LiveBinding } from '../../keys/binding.ts';
import { paletteBindings } from '../../keys/bindings/components.ts';
import { SCREEN_ORDER } from '../../keys/bindings/global.ts';
import { groupOf } from '../../keys/groups.ts';
import { Modal, useBindings, useScreenBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { TextField } from '../inputs/text-field.tsx';
import { Overlay } from '../layout/overlay.tsx';
import { List } from '../lists/list.tsx';
import { moveIn } from '../lists/list-window.ts';
import { fuzzyFind } from '../text/fuzzy.ts';
import { Line } from '../text/line.tsx';

export interface CommandPaletteProps {
  /** Called before the chosen action runs, and on Esc. */
  readonly onClose: () => void;
  /** Actions of other screens, found once something is typed: choosing one only leads there. */
  readonly elsewhere?: readonly LiveBinding[];
}

const NOTHING: readonly LiveBinding[] = [];

/** Every action of the screen under it by name, with its key and why it cannot run. Mount it while it is open. */
export function CommandPalette({ onClose, elsewhere = NOTHING }: CommandPaletteProps): ReactNode {
  return (
    <Modal>
      <Overlay title="Commands" width={84} height={24}>
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

/** What stands in its row. */
function nameOf(binding: LiveBinding | undefined): string {
  if (binding === undefined) return '';
  const name = binding.help ?? binding.label;
  return binding.disabledReason === null ? name : `${name} (not now: ${binding.disabledReason})`;
}

const SCREENS: ReadonlySet<string> = new Set(SCREEN_ORDER.map((screen) => `global.${screen}`));
const GROUP_ORDER = { here: 1, everywhere: 2, moving: 3 } as const;

/** The screens first, then what this one can do, then what works everywhere, then what moves. */
const palettePlace = (binding: LiveBinding): number => (SCREENS.has(binding.id) ? 0 : GROUP_ORDER[groupOf(binding)]);

type CommandsProps = Required<CommandPaletteProps> & { readonly columns: number; readonly rows: number };

function Commands({ columns, rows, onClose, elsewhere }: CommandsProps): ReactNode {
  const theme = useTheme();
  const here = useScreenBindings()
    .filter((binding) => binding.id !== 'global.palette')
    .toSorted((a, b) => palettePlace(a) - palettePlace(b));
  const [query, setQuery] = useState('');
  const [selected, setSelected] = useState(0);
  const found = fuzzyFind(query.trim() === '' ? here : [...here, ...elsewhere], query, textsOf);
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
        pointed
        empty="No action of that name here."
        whole={(index, width) => {
          const name = nameOf(found[index]);
          return displayWidth(name) > width - keyWidth ? name : null;
        }}
        item={(index, state) => {
          const binding = found[index];
          if (binding === undefined) return '';
          const off = binding.disabledReason !== null;
          return (
            <Box>
              <Line
                text={nameOf(binding)}
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
