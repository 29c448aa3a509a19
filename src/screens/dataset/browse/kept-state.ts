import * as z from 'zod';
import { fieldReader, type ScreenStateKind } from '../../../app/core/screen-states.ts';
import type { RowFilter } from '../../../domain/dataset/types.ts';
import { type BrowseState, SORT_KEYS } from './reducer.ts';

const readFilter = fieldReader<RowFilter>(() => ({
  text: z.string(),
  status: z.enum(['done', 'truncated', 'refused', 'empty', 'failed']),
  rating: z.enum(['accepted', 'rejected', 'unrated']),
  edited: z.boolean(),
  flag: z.enum(['any', 'empty', 'refused', 'truncated', 'missing-slot-value']),
  split: z.enum(['train', 'validation']).nullable(),
  slot: z.object({ name: z.string(), value: z.string() }),
}));

type Kept = Pick<BrowseState, 'filter' | 'sort' | 'selected' | 'anchor'>;

const read = fieldReader<Kept>(() => ({
  filter: z.unknown().transform(readFilter),
  sort: z.object({ key: z.enum(SORT_KEYS), descending: z.boolean() }),
  selected: z.int().nonnegative(),
  anchor: z.string().nullable(),
}));

/** Filter, order and cursor. Marks and what was open over the rows are of one visit. */
export const BROWSE_STATE: ScreenStateKind<BrowseState> = {
  name: 'dataset',
  save: ({ filter, sort, selected, anchor }): Kept => ({ filter, sort, selected, anchor }),
  restore: (saved, fresh) => ({ ...fresh, ...read(saved) }),
};
