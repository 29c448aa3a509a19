import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { padToWidth } from '../../domain/text/graphemes.ts';
import { keyLabel, type LiveBinding } from '../../keys/binding.ts';
import { paletteBindings } from '../../keys/bindings/components.ts';
import { Modal, useBindings, useScreenBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import { TextField } from '../inputs/text-field.tsx';
import { Overlay } from '../layout/overlay.tsx';
import { List } from '../lists/list.tsx';
import { moveIn } from '../lists/list-window.ts';
import { Line } from '../text/line.tsx';

const normalised = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/**
 * How well `text` fits `query`, higher is better; null when the query's characters do not all occur in order. A run
 * of neighbours and the start of a word count more than scattered letters, an early find more than a late one.
 */
export function fuzzyScore(query: string, text: string): number | null {
  const wanted = Array.from(normalised(query).replaceAll(/\s+/g, ''));
  const given = Array.from(normalised(text));
  let at = 0;
  let score = 0;
  let run = 0;
  for (const character of wanted) {
    const found = given.indexOf(character, at);
    if (found < 0) return null;
    run = found === at && at > 0 ? run + 1 : 0;
    const startsWord = found === 0 || /[^\p{L}\p{N}]/u.test(given[found - 1] ?? ' ');
    score += 1 + run * 3 + (startsWord ? 5 : 0) - Math.min(3, (found - at) * 0.2);
    at = found + 1;
  }
  return score - given.length * 0.01;
}

/** The items that fit, best first, each scored by the best of its texts; all of them in their order for an empty query. */
export function rank<T>(items: readonly T[], query: string, textsOf: (item: T) => readonly string[]): readonly T[] {
  if (query.trim() === '') return items;
  return items
    .flatMap((item) => {
      const scores = textsOf(item).flatMap((text) => fuzzyScore(query, text) ?? []);
      return scores.length === 0 ? [] : [{ item, score: Math.max(...scores) }];
    })
    .toSorted((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

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

type CommandsProps = Required<CommandPaletteProps> & { readonly columns: number; readonly rows: number };

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
