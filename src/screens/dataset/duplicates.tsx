import { Box } from 'ink';
import { type ReactNode, useEffect, useState } from 'react';
import { readOnce } from '../../app/core/reads.ts';
import { useRead, useWorkbench } from '../../app/react.tsx';
import { Spinner } from '../../components/feedback/spinner.tsx';
import { PaneBox, type PaneSize } from '../../components/layout/panes.tsx';
import { List } from '../../components/lists/list.tsx';
import { Line } from '../../components/text/line.tsx';
import { wrappedWithin } from '../../components/text/wrapped-text.tsx';
import { ALIKE, type Compared, DuplicateFinder, type DuplicateGroup } from '../../domain/dataset/duplicates.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { count, percent, plural } from '../../domain/text/format.ts';
import { datasetDuplicatesBindings } from '../../keys/bindings/dataset.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';

const PAGE = 100;

interface DuplicateSearch {
  /** The round this belongs to. */
  readonly round: number;
  /** Null until every row has been looked at. */
  readonly groups: readonly DuplicateGroup[] | null;
  /** 0 to 1. */
  readonly fraction: number;
}

const notSearched = (round: number): DuplicateSearch => ({ round, groups: null, fraction: 0 });

/** The next so many; fewer at the end. */
function nextOf<T>(iterator: Iterator<T>, most: number): readonly T[] {
  const found: T[] = [];
  while (found.length < most) {
    const step = iterator.next();
    if (step.done === true) break;
    found.push(step.value);
  }
  return found;
}

/**
 * Looks at every row but the rejected, a page at a time, with room for keys in between. Rows are compared by their user
 * messages and answers; the system message, which most share, is left out. Another `round` looks again.
 */
function useDuplicates(round: number): DuplicateSearch {
  const { rows, dataset } = useWorkbench();
  const [looking, setLooking] = useState(() => notSearched(round));
  useEffect(() => {
    const total = rows.count({});
    let next: NodeJS.Immediate | null = null;
    setLooking(notSearched(round));
    const textOf = (row: Row): string =>
      dataset
        .messages(row)
        .flatMap(({ role, content }) => (role === 'system' ? [] : [content]))
        .join('\n');
    const compared = (row: Row): Compared => ({ id: row.id, text: textOf(row) });
    const rowAt = (place: number): Compared | null => {
      const row = rows.at(place);
      return row === null ? null : compared(row);
    };
    const finder = new DuplicateFinder({ expected: total, rowAt });
    const iterator = rows.placed()[Symbol.iterator]();
    let looked = 0;
    const read = (): void => {
      const page = nextOf(iterator, PAGE);
      for (const { place, row } of page) if (row.rating !== 'rejected') finder.add(place, compared(row));
      looked += page.length;
      const end = page.length < PAGE;
      const fraction = total === 0 ? 1 : Math.min(1, looked / total);
      setLooking({ round, groups: end ? finder.groups() : null, fraction });
      next = end ? null : setImmediate(read);
    };
    next = setImmediate(read);
    return () => {
      if (next !== null) clearImmediate(next);
    };
  }, [rows, dataset, round]);
  return looking.round === round ? looking : notSearched(round);
}

export interface DuplicatesPanelProps {
  readonly width: number;
  readonly height: number;
  readonly onShow: (row: Row) => void;
  readonly onClose: () => void;
}

/** Groups of rows that are nearly the same, the largest first. */
export function DuplicatesPanel({ width, height, onShow, onClose }: DuplicatesPanelProps): ReactNode {
  const { rows, navigation } = useWorkbench();
  const [round, setRound] = useState(0);
  const [wanted, setSelected] = useState(0);
  const [settled, setSettled] = useState<ReadonlySet<string>>(new Set());
  const { groups, fraction } = useDuplicates(round);
  const open = groups?.filter(({ first }) => !settled.has(first)) ?? [];
  const selected = Math.min(wanted, Math.max(0, open.length - 1));
  const group = open[selected];
  const none = group === undefined ? 'there is no group' : null;
  const show = (): void => {
    const row = group?.others[0] === undefined ? null : rows.get(group.others[0].id);
    if (row === null) navigation.note('That row is gone. d looks again.');
    else onShow(row);
  };
  const reject = (): void => {
    if (group === undefined) return;
    const ids = group.others.map(({ id }) => id);
    rows.rate(ids, 'rejected');
    setSettled(new Set([...settled, group.first]));
    navigation.note(`${plural(ids.length, 'row')} rejected; u takes it back among the rows.`);
  };
  useBindings('screen', datasetDuplicatesBindings, {
    'dataset.duplicates.open': { run: show, disabledReason: none },
    'dataset.duplicates.reject': { run: reject, disabledReason: none },
    'dataset.duplicates.again': () => {
      setSettled(new Set());
      setRound(round + 1);
    },
    'dataset.duplicates.close': onClose,
  });
  const more = open.reduce((sum, { others }) => sum + others.length, 0);
  const title = `Near-duplicates: ${plural(more, 'row')} at least ${percent(ALIKE)} like another`;
  return (
    <PaneBox title={groups === null ? 'Near-duplicates' : title} focused width={width} height={height}>
      {(size) =>
        groups === null ? (
          <Spinner label={`Looking at every row, ${percent(fraction)}`} width={size.columns} />
        ) : (
          <Groups groups={open} selected={selected} onSelect={setSelected} size={size} />
        )
      }
    </PaneBox>
  );
}

interface GroupsProps {
  readonly groups: readonly DuplicateGroup[];
  readonly selected: number;
  readonly onSelect: (index: number) => void;
  readonly size: PaneSize;
}

/** Rows of the list that the two texts below it leave. */
const LEAST_LIST = 5;
/** Characters of a row that a line may need. */
const MAX_CHARACTERS = 1_000;

function Groups({ groups, selected, onSelect, size }: GroupsProps): ReactNode {
  const { rows, dataset } = useWorkbench();
  const { symbols } = useTheme();
  const { columns } = size;
  const textOf = useRead(['rows', 'template'], () => {
    const read = (id: string): string => {
      const row = rows.get(id);
      if (row === null) return 'This row is gone.';
      const said = dataset.messages(row).flatMap(({ role, content }) => (role === 'system' ? [] : [content]));
      return said.map((content) => content.slice(0, MAX_CHARACTERS)).join(` ${symbols.separator} `);
    };
    return readOnce(read, (id) => id);
  }, [rows, dataset, symbols]);
  const group = groups[selected];
  const farthest = group?.others.reduce((least, one) => (one.share < least.share ? one : least));
  // Rows that are nearly the same differ somewhere in their middle: both are read whole where there are rows for them.
  const most = Math.max(1, Math.floor((size.rows - LEAST_LIST - 1) / 2));
  const both =
    group === undefined || farthest === undefined
      ? []
      : [`First: ${textOf(group.first)}`, `${percent(farthest.share)} like it: ${textOf(farthest.id)}`].flatMap(
          (text) => wrappedWithin(text, columns, most),
        );
  return (
    <Box flexDirection="column">
      <List
        count={groups.length}
        height={Math.max(1, size.rows - both.length - 1)}
        width={columns}
        selected={selected}
        onSelect={onSelect}
        focus
        empty="No two rows are nearly the same."
        item={(index, state) => {
          const one = groups[index];
          const text = one === undefined ? '' : `${count(one.others.length + 1)} rows  ${textOf(one.first)}`;
          return <Line text={text} width={state.width} cut="middle" tone={state.selected ? 'strong' : 'plain'} />;
        }}
      />
      {group === undefined || farthest === undefined ? null : (
        <>
          <Box height={1} flexShrink={0} />
          {both.map((line, index) => (
            <Line key={index} text={line} width={columns} tone="muted" cut="middle" />
          ))}
        </>
      )}
    </Box>
  );
}
