import { useEffect, useMemo, useRef, useState } from 'react';
import type { Outcome } from '../../../domain/text/problem.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import type { SplitPreview } from '../../../state/workbench/importTypes.ts';
import { useThrottled } from '../browse/lagging.ts';
import { requestOf, type SplitColumns, type SplitDraft } from './draft.ts';
import type { SideCounts } from './words.ts';

/** Rows are counted again at most this often while a run adds some. */
const COUNT_MS = 1_000;
/** Rest after the last change before the rows are divided again to be shown. */
const REST_MS = 60;

export interface SplitFacts {
  readonly columns: SplitColumns;
  readonly now: SideCounts;
  /** Of the draft as it was a moment ago; null before the first. */
  readonly preview: Outcome<SplitPreview> | null;
  /** Reads everything again at once: after something was assigned or cleared. */
  again(): void;
}

/** How the rows stand, and how they would with this draft. While `held` it tells of the rows as they were before. */
export function useSplit(draft: SplitDraft, held: boolean): SplitFacts {
  const { splits } = useWorkbench();
  const newest = useAppState((state) => state.rowsVersion);
  const before = useRef(newest);
  if (!held) before.current = newest;
  const version = useThrottled(before.current, COUNT_MS);
  const [round, setRound] = useState(0);
  const [preview, setPreview] = useState<Outcome<SplitPreview> | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version and round stand for the rows
  const columns = useMemo(() => splits.columns(), [splits, version, round]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version and round stand for the rows
  const now = useMemo(() => splits.counts(), [splits, version, round]);
  const total = now.train + now.validation + now.unassigned;
  const wanted = requestOf(draft, columns, total);
  const key = JSON.stringify([wanted, version, round]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for what is asked and for the rows
  useEffect(() => {
    const timer = setTimeout(() => setPreview(wanted.ok ? splits.preview(wanted.request) : null), REST_MS);
    return () => clearTimeout(timer);
  }, [splits, key]);
  return { columns, now, preview, again: () => setRound((count) => count + 1) };
}
