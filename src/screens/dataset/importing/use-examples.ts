import { useEffect, useState } from 'react';
import type { ColumnMapping, ExamplePreview } from '../../../domain/importing/types.ts';
import type { Problem } from '../../../domain/text/problem.ts';
import { useWorkbench } from '../../../state/context.tsx';
import type { ImportInspection } from '../../../state/workbench/importTypes.ts';

/** Examples one can walk through before importing. */
const WALKED = 50;

export interface Examples {
  readonly list: readonly ExamplePreview[];
  readonly problem: Problem | null;
}

/** What the first records would become; those of before stand until the new ones are there. */
export function useExamples(inspection: ImportInspection, mapping: ColumnMapping | null): Examples {
  const { imports } = useWorkbench();
  const [examples, setExamples] = useState<Examples>({ list: [], problem: null });
  useEffect(() => {
    let stale = false;
    void imports.preview(inspection.source, mapping, WALKED).then((outcome) => {
      if (stale) return;
      setExamples(outcome.ok ? { list: outcome.value, problem: null } : { list: [], problem: outcome.problem });
    });
    return () => {
      stale = true;
    };
  }, [imports, inspection, mapping]);
  return examples;
}
