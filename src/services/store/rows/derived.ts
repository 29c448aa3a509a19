import type { Cell } from '../../../domain/template/types.ts';

/** Classes that lengths are in until they are twice as long: each holds some hundredths of a dataset. */
const CLASSES_OF_AN_OCTAVE = 16;

/** The class of a length; a longer text is in the same class or a later one. */
export const lengthClass = (length: number): number => Math.floor(CLASSES_OF_AN_OCTAVE * Math.log2(length + 1));

/** What rows are found by that are of one combination. */
export const cellKeyOf = (cell: Cell): string => Object.values(cell).join(SEPARATOR);

interface SearchedRow {
  readonly cell: Readonly<Record<string, unknown>>;
  readonly prompt: readonly { readonly content: string }[] | null;
  readonly completion: string;
}

/** What a search looks at of a row: the values of its cell, its own prompt and its completion, in lower case. */
export const searchTextOf = ({ cell, prompt, completion }: SearchedRow): string =>
  [...Object.values(cell), ...(prompt ?? []).map(({ content }) => content), completion].join(SEPARATOR).toLowerCase();

/** Between values that are searched together; nobody types it, so no hit straddles two of them. */
const SEPARATOR = '\u001f';
