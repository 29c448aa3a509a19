import * as z from 'zod';
import type { Rating, RowSource, RowSplit, RowStatus } from '../../../domain/dataset/types.ts';

/**
 * Words as they lie in a row: each as its place here. They stand in the order of the alphabet, for rows are sorted by them. What
 * lies in a database means these numbers, so they never change; a word that comes later is sorted by its place.
 */
export const STATUSES = ['done', 'empty', 'failed', 'refused', 'truncated'] as const satisfies readonly RowStatus[];
export const RATINGS = ['accepted', 'rejected', 'unrated'] as const satisfies readonly Rating[];
export const SOURCES = ['chat', 'generated', 'imported'] as const satisfies readonly RowSource[];
export const SPLITS = ['train', 'validation'] as const satisfies readonly RowSplit[];

/** What most rows are: these have no place in the index of the others. */
export const DONE = STATUSES.indexOf('done');
export const UNRATED = RATINGS.indexOf('unrated');

/** The number of a word. */
export const codeOf = <T extends string>(words: readonly T[], word: T): number => words.indexOf(word);

/** The word of a number. */
export const wordSchema = <T extends string>(words: readonly T[]) =>
  z.number().transform((code, context): T => {
    const word = words[code];
    if (word !== undefined) return word;
    context.addIssue({ code: 'custom', message: 'is the number of no word' });
    return z.NEVER;
  });
