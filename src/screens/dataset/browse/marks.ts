/** What the next action is for: single rows, or a whole filter but for some of it. No list of 100,000 ids is kept. */
export type Marks =
  | { readonly kind: 'some'; readonly ids: ReadonlySet<string> }
  | { readonly kind: 'all'; readonly except: ReadonlySet<string> };

export const NO_MARKS: Marks = { kind: 'some', ids: new Set() };
export const ALL_MARKS: Marks = { kind: 'all', except: new Set() };

export const isMarked = (marks: Marks, id: string): boolean =>
  marks.kind === 'some' ? marks.ids.has(id) : !marks.except.has(id);

export function toggleMark(marks: Marks, id: string): Marks {
  const before = marks.kind === 'some' ? marks.ids : marks.except;
  const after = new Set(before);
  if (!after.delete(id)) after.add(id);
  return marks.kind === 'some' ? { kind: 'some', ids: after } : { kind: 'all', except: after };
}

/** How many are marked, of `shown` rows in the filter. */
export const markedCount = (marks: Marks, shown: number): number =>
  marks.kind === 'some' ? marks.ids.size : Math.max(0, shown - marks.except.size);

/** Ids of what is marked; `every` reads those of the filter, and is asked only when all are. */
export const markedIds = (marks: Marks, every: () => readonly string[]): readonly string[] =>
  marks.kind === 'some' ? [...marks.ids] : every().filter((id) => !marks.except.has(id));
