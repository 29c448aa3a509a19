import type { Option } from '../../../components/inputs/select.tsx';
import { FLAG_RULES } from '../../../domain/dataset/rubbish/flags.ts';
import type { FilterFlag, Rating, RowCounts, RowFilter, RowSplit, RowStatus } from '../../../domain/dataset/types.ts';
import type { Slot } from '../../../domain/template/types.ts';
import { plural } from '../../../domain/text/format.ts';

type FilterPart =
  | { readonly kind: 'clear' }
  | { readonly kind: 'status'; readonly status: RowStatus }
  | { readonly kind: 'rating'; readonly rating: Rating }
  | { readonly kind: 'edited'; readonly edited: boolean }
  | { readonly kind: 'flag'; readonly flag: FilterFlag }
  | { readonly kind: 'split'; readonly split: RowSplit }
  | { readonly kind: 'slot'; readonly name: string; readonly value: string };

export interface FilterOption extends Option {
  readonly part: FilterPart;
}

const STATUSES: readonly RowStatus[] = ['done', 'truncated', 'refused', 'empty', 'failed'];
const RATINGS: readonly Rating[] = ['accepted', 'rejected', 'unrated'];

const SPLITS: readonly RowSplit[] = ['train', 'validation', null];
const SPLIT_NOTES = { train: 'trained on', validation: 'held out', none: 'on no side yet' } as const;

/** A side in a word; `none` for a row that is on no side. */
export const splitLabel = (split: RowSplit): 'train' | 'validation' | 'none' => split ?? 'none';

const includesPart = (filter: RowFilter, part: FilterPart): boolean => {
  switch (part.kind) {
    case 'clear':
      return false;
    case 'status':
      return filter.status === part.status;
    case 'rating':
      return filter.rating === part.rating;
    case 'edited':
      return filter.edited === part.edited;
    case 'flag':
      return filter.flag === part.flag;
    case 'split':
      return filter.split === part.split;
    case 'slot':
      return filter.slot?.name === part.name && filter.slot.value === part.value;
  }
};

/** Everything the rows can be filtered by, with how many rows each leaves where that is known, and what is on. */
export function filterChoices(filter: RowFilter, counts: RowCounts, slots: readonly Slot[]): readonly FilterOption[] {
  const made: readonly (readonly [string, FilterPart, string])[] = [
    ['all rows', { kind: 'clear' }, `${plural(counts.total, 'row')}; clears filter and search`],
    ...STATUSES.map(
      (status) => [`status: ${status}`, { kind: 'status', status }, plural(counts.byStatus[status], 'row')] as const,
    ),
    ...RATINGS.map(
      (rating) => [`rating: ${rating}`, { kind: 'rating', rating }, plural(counts.byRating[rating], 'row')] as const,
    ),
    ['flag: any', { kind: 'flag', flag: 'any' }, 'something is wrong with the answer'],
    ...FLAG_RULES.map(({ flag, many }) => [`flag: ${flag}`, { kind: 'flag', flag }, many] as const),
    ['flag: edited', { kind: 'edited', edited: true }, 'changed by hand'],
    ['flag: not edited', { kind: 'edited', edited: false }, 'as the model wrote it'],
    ...SPLITS.map(
      (split) => [`split: ${splitLabel(split)}`, { kind: 'split', split }, SPLIT_NOTES[splitLabel(split)]] as const,
    ),
    ...slots.flatMap(({ name, values }) =>
      values.map((value) => [`${name}: ${value}`, { kind: 'slot', name, value }, ''] as const),
    ),
  ];
  return made.map(([label, part, known], index) => ({
    value: String(index),
    label,
    part,
    note: includesPart(filter, part) ? 'on; choose it again to take it off' : known,
  }));
}

type AddedPart = Exclude<FilterPart, { readonly kind: 'clear' }>;

function filterForPart(part: AddedPart): RowFilter {
  switch (part.kind) {
    case 'status':
      return { status: part.status };
    case 'rating':
      return { rating: part.rating };
    case 'edited':
      return { edited: part.edited };
    case 'flag':
      return { flag: part.flag };
    case 'split':
      return { split: part.split };
    case 'slot':
      return { slot: { name: part.name, value: part.value } };
  }
}

/** The filter with this part added, or taken off when it was on. Parts of different kinds add up. */
export function withPart(filter: RowFilter, part: FilterPart): RowFilter {
  if (part.kind === 'clear') return {};
  const { [part.kind]: _before, ...rest } = filter;
  return includesPart(filter, part) ? rest : { ...rest, ...filterForPart(part) };
}

/** The filter with another search text; none when it is empty. */
export function withText(filter: RowFilter, text: string): RowFilter {
  const { text: _before, ...rest } = filter;
  return text === '' ? rest : { ...rest, text };
}

/** The filter in words, search included; empty when there is none. */
export function filterText(filter: RowFilter): string {
  const words = [
    filter.status,
    filter.rating,
    filter.edited === undefined ? undefined : filter.edited ? 'edited' : 'not edited',
    filter.flag === undefined ? undefined : `flag ${filter.flag}`,
    filter.split === undefined ? undefined : `split ${splitLabel(filter.split)}`,
    filter.slot === undefined ? undefined : `${filter.slot.name} ${filter.slot.value}`,
    filter.text === undefined ? undefined : `"${filter.text}"`,
  ];
  return words.filter((word) => word !== undefined).join(', ');
}

export const isFiltered = (filter: RowFilter): boolean => Object.keys(filter).length > 0;
