import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Problem } from '../../domain/common/outcome.ts';
import { sanitizeLine } from '../../domain/text/sanitize.ts';
import { useTheme } from '../../theme/theme.tsx';
import type { Tone } from '../../theme/themes.ts';
import { layoutText } from '../editing/text-layout.ts';
import { Line } from '../text/line.tsx';

/** Rows a problem takes at least: what happened, what was saved, what to press next. */
export const MIN_PROBLEM_ROWS = 3;
/** Rows it takes at most, however long its sentences are. */
export const MAX_PROBLEM_ROWS = 12;
/** Columns before each row: the sign, and a space. */
const INDENT = 2;
/** Characters of a part that are looked at: servers send pages. */
const MAX_CHARACTERS = 4_000;

type ProblemPart = 'what' | 'saved' | 'next';

export interface ProblemRow {
  readonly part: ProblemPart;
  readonly first: boolean;
  readonly text: string;
}

const ORDER: readonly ProblemPart[] = ['what', 'saved', 'next'];
/** Who gets the spare rows: without the next step the rest is of no help. */
const PRIORITY: readonly ProblemPart[] = ['next', 'what', 'saved'];

/** The problem in at most `rows` rows of `width` columns, each part on one at least; a part's last row may be too long. */
export function problemRows(problem: Problem, width: number, rows: number = MAX_PROBLEM_ROWS): readonly ProblemRow[] {
  const wrapped = {
    what: wrap(problem.what, width),
    saved: wrap(`Saved: ${problem.saved}`, width),
    next: wrap(`Next: ${problem.next}`, width),
  };
  const given = { what: 1, saved: 1, next: 1 };
  let spare = Math.max(0, rows - MIN_PROBLEM_ROWS);
  for (const part of PRIORITY) {
    const more = Math.min(spare, wrapped[part].starts.length - 1);
    given[part] += more;
    spare -= more;
  }
  return ORDER.flatMap((part) => {
    const { text, starts } = wrapped[part];
    return starts.slice(0, given[part]).map((start, index) => ({
      part,
      first: index === 0,
      text: text.slice(start, index + 1 < given[part] ? starts[index + 1] : undefined).trimEnd(),
    }));
  });
}

function wrap(raw: string, width: number): { readonly text: string; readonly starts: readonly number[] } {
  const text = sanitizeLine(raw.slice(0, MAX_CHARACTERS));
  return { text, starts: layoutText(text, Math.max(1, width - INDENT)).map(({ start }) => start) };
}

export interface ProblemViewProps {
  readonly problem: Problem;
  /** Columns at most. */
  readonly width: number;
  /** Rows at most, three or more; seven when it is left out. */
  readonly rows?: number;
}

const TONES: Readonly<Record<ProblemPart, Tone>> = { what: 'error', saved: 'muted', next: 'strong' };

/** A problem: what happened, what was saved, what to press next, each wrapped as far as the rows go. */
export function ProblemView({ problem, width, rows }: ProblemViewProps): ReactNode {
  const { symbols } = useTheme();
  const shown = problemRows(problem, width, rows);
  return (
    <Box flexDirection="column" width={width} height={shown.length} flexShrink={0}>
      {shown.map(({ part, first, text }, index) => (
        <Line
          key={index}
          text={`${part === 'what' && first ? symbols.error : ' '} ${text}`}
          width={width}
          tone={TONES[part]}
        />
      ))}
    </Box>
  );
}

/** Rows a note takes at most. */
const MAX_NOTE_ROWS = 3;

/** The note wrapped to `width` columns, in at most three rows; the last one may be too long. */
export function noteRows(note: string, width: number, rows: number): readonly string[] {
  const text = sanitizeLine(note.slice(0, MAX_CHARACTERS));
  const starts = layoutText(text, Math.max(1, width)).map(({ start }) => start);
  const shown = starts.slice(0, Math.max(1, Math.min(rows, MAX_NOTE_ROWS)));
  return shown.map((start, index) =>
    text.slice(start, index + 1 < shown.length ? shown[index + 1] : undefined).trimEnd(),
  );
}

export interface NoteViewProps {
  readonly text: string;
  readonly width: number;
  readonly rows: number;
}

/** A note, wrapped. */
export function NoteView({ text, width, rows }: NoteViewProps): ReactNode {
  return (
    <Box flexDirection="column" width={width} flexShrink={0}>
      {noteRows(text, width, rows).map((row, index) => (
        <Line key={index} text={row} width={width} tone="accent" />
      ))}
    </Box>
  );
}
