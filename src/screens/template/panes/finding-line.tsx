import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Span } from '../../../components/editing/text-layout.ts';
import { Line } from '../../../components/text/line.tsx';
import { wrappedWithin } from '../../../components/text/wrapped-text.tsx';
import { parsePrompt } from '../../../domain/template/prompt.ts';
import type { TemplateField, TemplateFinding } from '../../../domain/template/types.ts';
import { useTheme } from '../../../theme/theme.tsx';

/** Marks slots in a prompt, and what looks like one and is none. */
export function slotSpans(prompt: string, names: readonly string[]): readonly Span[] {
  return parsePrompt(prompt).flatMap((part): Span[] => {
    if (part.kind === 'text') return [];
    const known = part.kind === 'slot' && names.includes(part.name);
    return [{ start: part.start, end: part.end, tone: known ? 'slot' : 'error' }];
  });
}

/** The finding to speak of in a prompt: the one at the cursor, else the first. Null when there is none. */
export function findingAt(
  findings: readonly TemplateFinding[],
  field: TemplateField,
  cursor: number | null,
): TemplateFinding | null {
  const own = findings.filter(({ place }) => place.kind === 'field' && place.field === field);
  const here = own.find(({ place }) => place.kind === 'field' && cursor !== null && containsCursor(place, cursor));
  return here ?? own[0] ?? null;
}

const containsCursor = (place: { readonly start: number; readonly end: number }, cursor: number): boolean =>
  cursor >= place.start && cursor <= place.end;

/** The finding to speak of in the slots: the one of this value, else of this slot and all in it. */
export function slotFinding(
  findings: readonly TemplateFinding[],
  slot: number,
  value: number | null,
): TemplateFinding | null {
  const own = findings.filter(({ place }) => place.kind === 'slot' && place.slotIndex === slot);
  const here = own.find(({ place }) => place.kind === 'slot' && place.valueIndex === value);
  return here ?? own[0] ?? null;
}

/** Rows that a finding takes at most. */
const MOST_ROWS = 4;

const findingLines = ({ message, fix }: TemplateFinding, width: number): readonly string[] =>
  wrappedWithin(`${message} ${fix}`, width - 2, MOST_ROWS);

/** Rows that what is said here takes: one is always kept free for it. */
export const findingRows = (finding: TemplateFinding | null, width: number): number =>
  finding === null ? 1 : findingLines(finding, width).length;

export interface FindingTextProps {
  readonly finding: TemplateFinding | null;
  readonly width: number;
  /** Said while there is no finding. */
  readonly otherwise?: string;
}

/** What is wrong here and how to mend it, in `findingRows` rows. */
export function FindingText({ finding, width, otherwise = ' ' }: FindingTextProps): ReactNode {
  const { symbols } = useTheme();
  if (finding === null) return <Line text={otherwise} width={width} tone="muted" />;
  const isError = finding.severity === 'error';
  const sign = isError ? symbols.error : symbols.warn;
  return (
    <Box flexDirection="column" flexShrink={0}>
      {findingLines(finding, width).map((line, index) => (
        <Line
          key={index}
          text={`${index === 0 ? sign : ' '} ${line}`}
          width={width}
          tone={isError ? 'error' : 'warn'}
        />
      ))}
    </Box>
  );
}
