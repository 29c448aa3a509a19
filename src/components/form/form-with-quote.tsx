import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { Tone } from '../../theme/themes.ts';
import { PaneBox, type PaneSize } from '../layout/panes.tsx';
import { Line } from '../text/line.tsx';
import { ScrollRows } from '../text/scroll-rows.tsx';
import { wrapped } from '../text/wrapped.ts';

/** What is said of a plan: its price, a warning. */
export interface QuoteLine {
  readonly text: string;
  readonly tone: Tone;
  /** Before the text, where there is one. */
  readonly label?: string;
}

interface QuoteRow {
  /** Empty below the first row of a labelled line. */
  readonly label: string | null;
  readonly text: string;
  readonly tone: Tone;
}

const LABEL_WIDTH = 8;

/** Each line wrapped, further rows of a labelled one below one another. */
function quoteRows(lines: readonly QuoteLine[], columns: number): readonly QuoteRow[] {
  return lines.flatMap(({ text, tone, label }) =>
    wrapped(text, Math.max(1, label === undefined ? columns : columns - LABEL_WIDTH)).map((row, index) => ({
      label: label === undefined ? null : index === 0 ? label : '',
      text: row,
      tone,
    })),
  );
}

/** From here on a form and its quote stand side by side. */
const WIDE = 110;
/** Share of the columns that the quote has there. */
const QUOTE_SHARE = 0.42;
/** Columns and rows of a border. */
const SIDES = 4;
const BORDER = 2;
/** Rows of a form below which it gives none to the quote: four settings and what is said of one. */
const LEAST_FORM = 8;
/** Rows that a quote has even while it says little, so that nothing jumps when it is counted. */
const USUAL_QUOTE = 9;
const LEAST_QUOTE = 5;

/** Rows of the quote under a form: as many as it needs, as long as the form keeps some; no fewer than usual where the form leaves them. */
export function rowsOfQuote(wanted: number, rows: number, fields: number): number {
  const left = rows - fields - BORDER - 1;
  const usual = Math.max(LEAST_QUOTE, Math.min(USUAL_QUOTE, left));
  return Math.max(usual, Math.min(wanted + BORDER, rows - LEAST_FORM));
}

export interface FormWithQuoteProps {
  readonly columns: number;
  readonly rows: number;
  readonly formTitle: string;
  readonly quoteTitle: string;
  /** Settings of the form. */
  readonly fields: number;
  readonly quote: readonly QuoteLine[];
  /** False while something over both has the keys. */
  readonly active: boolean;
  readonly form: (size: PaneSize) => ReactNode;
}

/**
 * A form and what is said of it, side by side or one over the other. What is said can always be read to its end: it has the
 * rows that it needs while the form keeps some, and scrolls where that is not enough.
 */
export function FormWithQuote(props: FormWithQuoteProps): ReactNode {
  const { columns, rows, formTitle, quoteTitle, fields, quote, active, form } = props;
  const wide = columns >= WIDE;
  const quoteColumns = wide ? Math.floor(columns * QUOTE_SHARE) : columns;
  const lines = quoteRows(quote, Math.max(1, quoteColumns - SIDES));
  const height = wide ? rows : rowsOfQuote(lines.length, rows, fields);
  return (
    <Box flexDirection={wide ? 'row' : 'column'} width={columns} height={rows} flexShrink={0}>
      <PaneBox
        title={formTitle}
        focused
        width={wide ? columns - quoteColumns : columns}
        height={wide ? rows : rows - height}
      >
        {form}
      </PaneBox>
      <PaneBox title={quoteTitle} focused={false} width={quoteColumns} height={height}>
        {(size) => (
          <ScrollRows
            count={lines.length}
            width={size.columns}
            height={size.rows}
            active={active}
            row={(index) => <QuoteRowLine row={lines[index]} width={size.columns} />}
          />
        )}
      </PaneBox>
    </Box>
  );
}

function QuoteRowLine({ row, width }: { readonly row: QuoteRow | undefined; readonly width: number }): ReactNode {
  if (row === undefined) return null;
  const before = row.label === null ? 0 : LABEL_WIDTH;
  return (
    <>
      {before > 0 && <Line text={row.label ?? ''} width={before} tone="muted" fill />}
      <Line text={row.text === '' ? ' ' : row.text} width={width - before} tone={row.tone} />
    </>
  );
}
