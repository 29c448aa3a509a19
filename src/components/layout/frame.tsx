import { Box, Text, useIsScreenReaderEnabled, useWindowSize } from 'ink';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { Notice } from '../../app/core/state.ts';
import { PRACTICE_LABEL } from '../../domain/provider/models.ts';
import { formatUsd } from '../../domain/text/format.ts';
import { displayWidth } from '../../domain/text/graphemes.ts';
import { Modal } from '../../keys/hooks.tsx';
import type { Symbols } from '../../theme/symbols.ts';
import { useTheme } from '../../theme/theme.tsx';
import {
  MAX_PROBLEM_ROWS,
  MIN_PROBLEM_ROWS,
  NoteView,
  noteRows,
  ProblemView,
  problemRows,
} from '../feedback/notice.tsx';
import { fitSegments, type Segment } from '../feedback/status-line.tsx';
import { KeyHints } from '../text/key-hints.tsx';
import { Line, safeLine, safeMiddle } from '../text/line.tsx';
import { ScreenBar, type ScreenTab } from './screen-bar.tsx';

export interface BodySize {
  readonly columns: number;
  readonly rows: number;
}

/** Below this nothing useful can be laid out. */
const MIN_TERMINAL: BodySize = { columns: 60, rows: 16 };
/** For a screen reader: too narrow for two panes side by side, which would be read one after the other. */
const LINEAR_COLUMNS = 80;
const HEADER_ROWS = 1;
const FOOTER_ROWS = 1;
/** From this size on there is a row for the screen bar. */
const BAR_TERMINAL: BodySize = { columns: 80, rows: 20 };
/** What a problem leaves to the screen, however much there is to say. */
const MIN_BODY_ROWS = 10;

const BodySizeContext = createContext<BodySize>({ columns: 80, rows: 22 });

/** The exact columns and rows a screen may fill; it changes with the terminal and with a problem notice. */
export function useBodySize(): BodySize {
  return useContext(BodySizeContext);
}

export interface HeaderFacts {
  readonly project: string;
  /** Where one is, from the screen inwards: `['Train', 'ftjob-8Kq']`. */
  readonly breadcrumb: readonly string[];
  readonly provider: string;
  /** True for the embedded engine: says "practice engine" beside the provider. */
  readonly practice: boolean;
  /** Operations that run or are paused. */
  readonly running: number;
  /** Whom calls wait for and how long, where something keeps them waiting. Stands in the place of what runs. */
  readonly waiting?: string;
  /** Said where another window or command has the same data open. */
  readonly elsewhere?: boolean;
  /** US$ spent in this project; null when a price is unknown. */
  readonly spentUsd: number | null;
}

const money = (usd: number | null): string => (usd === null ? 'cost unknown' : formatUsd(usd));

/** Shortest project name worth its place. */
const MIN_PROJECT_COLUMNS = 4;

/** Project and place. Where there is no room for both whole, the name gives way: where one is, one must see. */
function trail({ project, breadcrumb }: HeaderFacts, room: number, { crumb, ellipsis }: Symbols): string {
  const place = breadcrumb.map((name) => ` ${crumb} ${name}`).join('');
  const nameRoom = room - displayWidth(place);
  if (nameRoom >= MIN_PROJECT_COLUMNS) return `${safeLine(project, nameRoom, ellipsis)}${place}`;
  return safeMiddle(breadcrumb.join(` ${crumb} `), room, ellipsis);
}

function Header({ facts, width }: { readonly facts: HeaderFacts; readonly width: number }): ReactNode {
  const theme = useTheme();
  const { symbols } = theme;
  const provider = safeMiddle(facts.provider, 24, symbols.ellipsis);
  const named = facts.practice && !/practice/i.test(provider) ? `${provider} (${PRACTICE_LABEL})` : provider;
  const running = facts.running === 0 ? '' : `${symbols.running} ${facts.running} running`;
  const right: readonly Segment[] = [
    { text: named, tone: facts.practice ? 'warn' : 'accent', keep: 1 },
    facts.waiting === undefined
      ? { text: running, tone: 'accent', keep: 3 }
      : { text: safeMiddle(facts.waiting, 48, symbols.ellipsis), tone: 'warn', keep: 1 },
    { text: facts.elsewhere === true ? 'also open elsewhere' : '', tone: 'warn', keep: 4 },
    { text: money(facts.spentUsd), keep: 2 },
  ];
  const gap = ` ${symbols.separator} `;
  const fitting = fitSegments(right, Math.max(0, width - 28), 3);
  const rightWidth = fitting.reduce((sum, segment) => sum + displayWidth(segment.text), 0) + 3 * (fitting.length - 1);
  const left = trail(facts, Math.max(0, width - rightWidth - 11), symbols);
  return (
    <Box width={width} height={1} flexShrink={0} justifyContent="space-between">
      <Text wrap="truncate-end">
        <Text {...theme.tone('key')}> luthier </Text>
        <Text {...theme.tone('strong')}>{left}</Text>
      </Text>
      <Text wrap="truncate-end">
        {fitting.map((segment, index) => (
          <Text key={index}>
            {index > 0 ? <Text {...theme.tone('muted')}>{gap}</Text> : ''}
            <Text {...theme.tone(segment.tone ?? 'plain')}>{segment.text}</Text>
          </Text>
        ))}
      </Text>
    </Box>
  );
}

export interface FrameProps {
  readonly facts: HeaderFacts;
  /** The screens of the bar under the header; there is no bar without. */
  readonly screens?: readonly ScreenTab[];
  /** Stands above the footer, which it never hides: a note in one to three rows, a problem in three to twelve. */
  readonly notice: Notice | null;
  /**
   * The screen, and after it whatever lies over it (help, palette, drawer, dialogs). A screen's outermost box takes
   * width and height from `useBodySize()` and `flexShrink={0}`: then what is too long is clipped, not squeezed.
   */
  readonly children: ReactNode;
}

/**
 * Header, body, footer in exactly the terminal's rows and columns. The one owner of the height budget: what is inside
 * asks `useBodySize()`. Below 60x16 it says so instead, and the screen stays mounted out of sight.
 */
export function Frame({ facts, screens = [], notice, children }: FrameProps): ReactNode {
  const { columns, rows } = useWindowSize();
  const linear = useIsScreenReaderEnabled();
  const inner = Math.max(0, columns - 2);
  const barRows = screens.length > 0 && columns >= BAR_TERMINAL.columns && rows >= BAR_TERMINAL.rows ? 1 : 0;
  const room = rows - HEADER_ROWS - barRows - FOOTER_ROWS;
  const noticeHeight = noticeRows(notice, inner, Math.max(MIN_PROBLEM_ROWS, room - MIN_BODY_ROWS));
  const bodyRows = Math.max(1, room - noticeHeight);
  const bodyColumns = linear ? Math.min(columns, LINEAR_COLUMNS) : columns;
  const size = useMemo(() => ({ columns: bodyColumns, rows: bodyRows }), [bodyColumns, bodyRows]);
  const tooSmall = columns < MIN_TERMINAL.columns || rows < MIN_TERMINAL.rows;
  const content = (
    <BodySizeContext value={size}>
      <Box
        flexDirection="column"
        width={columns}
        flexShrink={0}
        {...(linear ? {} : { height: bodyRows, overflow: 'hidden' as const })}
      >
        {children}
      </Box>
    </BodySizeContext>
  );
  // As wide as the terminal is, not as React last knew it: Ink draws once before React knows, and a line that is too long then
  // is broken by the terminal and stays.
  return (
    <Box flexDirection="column" width="100%" {...(linear ? {} : { height: rows, overflow: 'hidden' as const })}>
      {tooSmall ? <TooSmall columns={columns} rows={rows} /> : <Header facts={facts} width={columns} />}
      {barRows === 0 || tooSmall ? null : (
        <Box height={1} flexShrink={0} width={columns}>
          <ScreenBar tabs={screens} width={columns} />
        </Box>
      )}
      <Box display={tooSmall ? 'none' : 'flex'} flexDirection="column" flexShrink={0}>
        {content}
      </Box>
      {notice === null || tooSmall ? null : (
        <Box paddingLeft={1} flexShrink={0} height={noticeHeight}>
          {notice.kind === 'note' ? (
            <NoteView text={notice.text} width={inner} rows={noticeHeight} />
          ) : (
            <ProblemView problem={notice.problem} width={inner} rows={noticeHeight} />
          )}
        </Box>
      )}
      {tooSmall ? null : (
        <Box paddingLeft={1} height={FOOTER_ROWS} flexShrink={0} width={columns}>
          <KeyHints width={inner} />
        </Box>
      )}
    </Box>
  );
}

/** Rows above the footer that the notice takes, of `room` at most. */
function noticeRows(notice: Notice | null, width: number, room: number): number {
  if (notice === null) return 0;
  if (notice.kind === 'note') return noteRows(notice.text, width, room).length;
  return problemRows(notice.problem, width, Math.min(room, MAX_PROBLEM_ROWS)).length;
}

function TooSmall({ columns, rows }: { readonly columns: number; readonly rows: number }): ReactNode {
  const size = `This terminal is ${columns}x${rows}.`;
  const wish = `Luthier needs ${MIN_TERMINAL.columns}x${MIN_TERMINAL.rows}: make it larger.`;
  return (
    <Modal>
      <Box flexDirection="column" width={columns} height={rows} overflow="hidden" flexShrink={0}>
        <Line text={size} width={columns} tone="strong" />
        {rows > 1 ? <Line text={wish} width={columns} /> : <Text />}
      </Box>
    </Modal>
  );
}
