import { useEffect, useState } from 'react';
import type { ImportInspection } from '../../../app/dataset/import-actions.ts';
import { useWorkbench } from '../../../app/react.tsx';
import { type TextPart, type TitledText, titledText } from '../../../components/text/titled-text.ts';
import type { Problem } from '../../../domain/common/outcome.ts';
import type { ExamplePreview, ImportMapping } from '../../../domain/importing/records.ts';
import { sanitizeLine, sanitizeText } from '../../../domain/text/sanitize.ts';

/** Examples one can walk through before importing. */
const MAX_EXAMPLES = 50;

export interface Examples {
  readonly list: readonly ExamplePreview[];
  readonly problem: Problem | null;
}

/** What the first records would become; those of before stand until the new ones are there. */
export function useExamples(inspection: ImportInspection, mapping: ImportMapping): Examples {
  const { imports } = useWorkbench();
  const [examples, setExamples] = useState<Examples>({ list: [], problem: null });
  useEffect(() => {
    let stale = false;
    void imports.preview(inspection.source, mapping, MAX_EXAMPLES).then((outcome) => {
      if (stale) return;
      setExamples(outcome.ok ? { list: outcome.value, problem: null } : { list: [], problem: outcome.problem });
    });
    return () => {
      stale = true;
    };
  }, [imports, inspection, mapping]);
  return examples;
}

const TITLES = { system: 'System', user: 'User', assistant: 'Assistant', tool: 'Tool' } as const;
/** Characters of one message that are shown: a preview is to be judged, not read to its end. */
const MAX_CHARACTERS = 20_000;

/** What is wrong with the record, then the messages it becomes, then its label and group. */
function partsOf({ messages, rejected, label, group, empty, findings }: ExamplePreview): readonly TextPart[] {
  const parts: TextPart[] = findings.map(({ severity, message, fix }) => ({
    title: severity === 'error' ? 'This record cannot become a row' : 'Warning',
    body: `${message}\nDo: ${fix}`,
    tone: severity === 'error' ? 'error' : 'warn',
  }));
  if (empty.length > 0) {
    parts.push({ title: 'Warning', body: `Empty here: ${empty.map(sanitizeLine).join(', ')}.`, tone: 'warn' });
  }
  for (const { role, content } of messages ?? []) {
    const nothing = content.trim() === '';
    parts.push({
      title: TITLES[role],
      body: nothing ? 'empty' : content.slice(0, MAX_CHARACTERS),
      ...(nothing ? { tone: 'warn' as const } : {}),
    });
  }
  if (rejected !== null) parts.push({ title: 'Rejected', body: rejected.slice(0, MAX_CHARACTERS), tone: 'muted' });
  const names = [label === null ? '' : `label ${label}`, group === null ? '' : `group ${group}`];
  const kept = names.filter((name) => name !== '').join('\n');
  if (kept !== '') parts.push({ title: 'Kept beside it', body: kept, tone: 'muted' });
  return parts;
}

/** The example as one text that is safe to draw, with the look of its parts. */
export function exampleText(preview: ExamplePreview): TitledText {
  return titledText(partsOf(preview).map((part) => ({ ...part, body: sanitizeText(part.body) })));
}
