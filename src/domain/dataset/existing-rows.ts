import type { ExistingRows } from '../project/types.ts';

/** What is done where a combination has an answer of another model, in the words of the form and of the command. */
export const EXISTING_ROWS = {
  keep: { label: 'keep', note: 'those combinations are not asked again' },
  add: { label: 'add', note: 'a second row each, beside the first' },
  replace: { label: 'replace', note: 'put aside as the new answers come' },
} as const satisfies Record<ExistingRows, { readonly label: string; readonly note: string }>;

export const EXISTING_CHOICES = ['keep', 'add', 'replace'] as const satisfies readonly ExistingRows[];

/** What a plan that says nothing does. */
export const USUAL_EXISTING: ExistingRows = 'keep';

/** Where the rows of a project are that others took the place of: kept whole, and no part of its dataset. */
export const asideProjectId = (projectId: string): string => `aside:${projectId}`;
