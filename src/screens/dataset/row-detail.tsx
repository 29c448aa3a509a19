import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { useRead, useWorkbench } from '../../app/react.tsx';
import type { Span } from '../../components/editing/text-layout.ts';
import { ratingStatus, rowStatus, STATUS_STYLES } from '../../components/feedback/status.tsx';
import { StatusLine } from '../../components/feedback/status-line.tsx';
import { DROP_QUESTION, useDropGuard } from '../../components/hooks/use-drop-guard.ts';
import { TextArea } from '../../components/inputs/text-area.tsx';
import type { PaneSize } from '../../components/layout/panes.tsx';
import { Line } from '../../components/text/line.tsx';
import { ScrollText } from '../../components/text/scroll-text.tsx';
import { type TextPart, type TitledText, thoughtParts, titledText } from '../../components/text/titled-text.ts';
import { wrapped } from '../../components/text/wrapped.ts';
import type { ChatMessage } from '../../domain/chat/types.ts';
import { flagsOf, missingValues } from '../../domain/dataset/row.ts';
import { contentFlags, FLAG_RULES } from '../../domain/dataset/rubbish/flags.ts';
import type { Row } from '../../domain/dataset/types.ts';
import { besideText } from '../../domain/dataset/whole-lines.ts';
import { modelLabel } from '../../domain/provider/models.ts';
import { formatUsd } from '../../domain/text/format.ts';
import { sanitizeLine, sanitizeText } from '../../domain/text/sanitize.ts';
import { useTheme } from '../../theme/theme.tsx';
import { splitLabel } from './browse/row-filter.ts';
import { combinationText, statusText } from './browse/row-table.tsx';

/** Values are looked for in answers up to this length: what is longer is nobody's answer to a template. */
const MAX_HIGHLIGHTED_LENGTH = 20_000;

/** Where the cell's values are named in the answer, so that the eye finds them. */
function valueSpans(text: string, values: readonly string[]): readonly Span[] {
  const lower = text.toLowerCase();
  if (text.length > MAX_HIGHLIGHTED_LENGTH || lower.length !== text.length) return [];
  const found: Span[] = [];
  for (const value of values) {
    const wanted = sanitizeLine(value).trim().toLowerCase();
    if (wanted === '') continue;
    for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + wanted.length)) {
      found.push({ start: at, end: at + wanted.length, tone: 'slot' });
    }
  }
  let end = 0;
  return found
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
    .filter((span) => {
      const apart = span.start >= end;
      if (apart) end = span.end;
      return apart;
    });
}

function titleOf(row: Row, message: ChatMessage): string {
  switch (message.role) {
    case 'system':
      return 'System';
    case 'user':
      return row.prompt === null ? 'Student prompt' : 'User';
    case 'assistant':
      return 'Assistant, before';
    case 'tool':
      return 'Tool';
  }
}

function answerPart(row: Row): TextPart {
  const body = sanitizeText(row.completion);
  if (body === '')
    return { title: 'Answer', body: row.error === null ? 'The answer is empty.' : 'There is no answer.', tone: 'warn' };
  return { title: 'Answer', body, spans: valueSpans(body, Object.values(row.cell)) };
}

function teacherPart(row: Row): TextPart {
  const { usage } = row;
  const model = row.model === '' ? 'unknown' : modelLabel(row.model);
  const facts = [
    `model ${model}`,
    `finish reason ${row.finishReason ?? 'unknown'}`,
    usage === null
      ? 'tokens unknown'
      : `tokens ${usage.promptTokens} in (${usage.cachedTokens} cached), ${usage.completionTokens} out`,
    `cost ${formatUsd(row.costUsd)}`,
    `${row.source} ${new Date(row.createdAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
  ];
  return {
    title: row.source === 'generated' ? 'Teacher' : 'Origin',
    body: sanitizeText(facts.join('\n')),
    tone: 'muted',
  };
}

function noticeParts(row: Row): readonly TextPart[] {
  const missing = missingValues(row);
  const flags = contentFlags(flagsOf(row)).filter((flag) => flag !== row.status);
  const said = FLAG_RULES.filter(({ flag }) => flag !== 'missing-slot-value' && flags.includes(flag));
  return [
    ...(row.error === null ? [] : [{ title: 'Problem', body: sanitizeText(row.error), tone: 'error' as const }]),
    ...(missing.length === 0
      ? []
      : [
          {
            title: 'Flag',
            body: sanitizeText(`The answer does not name ${missing.join(', ')}.`),
            tone: 'warn' as const,
          },
        ]),
    ...said.map(({ one, fix }) => ({ title: 'Flag', body: `This ${one}. ${fix}`, tone: 'warn' as const })),
  ];
}

/** What its line has beside the texts that are shown. */
function wholeParts({ whole }: Row): readonly TextPart[] {
  if (whole === undefined) return [];
  const beside = besideText(whole).join('\n');
  return beside === '' ? [] : [{ title: 'Kept as in its file', body: sanitizeText(beside), tone: 'muted' }];
}

/**
 * The whole example as one text: what is wrong, its messages, what the teacher said of it. `answerFirst` is for a pane
 * of few rows, where the answer is what one judges; `isLong` for a combination that does not stand above the text.
 */
export function detailText(
  row: Row,
  messages: readonly ChatMessage[],
  answerFirst: boolean,
  isLong = false,
): TitledText {
  const prompts = messages
    .slice(0, -1)
    .filter((message) => message.content !== '')
    .map((message): TextPart => ({ title: titleOf(row, message), body: sanitizeText(message.content) }));
  const answer = [answerPart(row), ...thoughtParts(row.thoughts)];
  const parts = [
    ...(isLong ? [{ title: 'Combination', body: sanitizeText(combinationText(row)) }] : []),
    ...noticeParts(row),
    ...wholeParts(row),
    ...(answerFirst ? [...answer, ...prompts] : [...prompts, ...answer]),
    teacherPart(row),
  ];
  return titledText(parts);
}

export interface AnswerEditorProps {
  readonly row: Row;
  readonly size: PaneSize;
  /** After the answer was saved, or left as it was. */
  readonly onDone: () => void;
}

/** The answer in a field: Ctrl-S keeps what was written, Esc leaves the row as it was and asks first where something was written. */
export function AnswerEditor({ row, size, onDone }: AnswerEditorProps): ReactNode {
  const { rows, navigation } = useWorkbench();
  const [draft, setDraft] = useState(row.completion);
  const save = (text: string): void => {
    if (text !== row.completion) {
      rows.edit(row.id, { completion: text });
      navigation.note('Saved. u takes the edit back.');
    }
    onDone();
  };
  const guard = useDropGuard(draft, row.completion, onDone);
  const openEditor = async (text: string): Promise<void> => {
    const edited = await navigation.editExternally(text, '.md');
    if (edited !== null) setDraft(edited);
  };
  return (
    <Box flexDirection="column">
      {guard.asking ? (
        <Line text={`${DROP_QUESTION} Ctrl-S keeps it.`} width={size.columns} tone="warn" />
      ) : (
        <Line text={combinationText(row)} width={size.columns} cut="middle" bold />
      )}
      <TextArea
        value={draft}
        onChange={setDraft}
        width={size.columns}
        height={Math.max(1, size.rows - 1)}
        focus
        onSubmit={save}
        onLeave={guard.leave}
        onEditor={(text) => {
          void openEditor(text);
        }}
        placeholder="An empty answer is never trained on."
      />
    </Box>
  );
}

export interface RowDetailProps {
  readonly row: Row | null;
  readonly size: PaneSize;
  readonly focus: boolean;
}

/** With fewer rows than this the answer comes before the prompts. */
const SMALL_ROWS = 14;
/** Rows of a combination above the text; a longer one is the first part of the text, and does not push the answer out. */
const MOST_HEAD_ROWS = 3;

/** The whole example: cell and state in the head, everything else in a text that scrolls. */
export function RowDetail({ row, size, focus }: RowDetailProps): ReactNode {
  if (row === null) return <Line text="No row is selected." width={size.columns} tone="muted" />;
  return <RowDetailBody row={row} size={size} focus={focus} />;
}

function RowDetailBody({ row, size, focus }: RowDetailProps & { readonly row: Row }): ReactNode {
  const { symbols } = useTheme();
  const { dataset } = useWorkbench();
  const small = size.rows < SMALL_ROWS;
  const combination = wrapped(combinationText(row), size.columns);
  const isLong = combination.length > MOST_HEAD_ROWS;
  const { text, spans } = useRead(['template'], () => detailText(row, dataset.messages(row), small, isLong), [
    row,
    dataset,
    small,
    isLong,
  ]);
  const status = rowStatus(row.status);
  const rating = ratingStatus(row.rating);
  return (
    <Box flexDirection="column">
      {(isLong ? [combinationText(row)] : combination).map((line, index) => (
        <Line key={index} text={line} width={size.columns} cut="middle" bold />
      ))}
      <StatusLine
        width={size.columns}
        segments={[
          { text: statusText(status, symbols), tone: STATUS_STYLES[status.kind].tone, keep: 1 },
          { text: statusText(rating, symbols), tone: STATUS_STYLES[rating.kind].tone, keep: 2 },
          { text: row.edited ? 'edited' : '', tone: 'warn', keep: 3 },
          { text: row.split === null ? '' : `split ${splitLabel(row.split)}`, keep: 4 },
        ]}
      />
      <ScrollText
        key={row.id}
        text={text}
        spans={spans}
        width={size.columns}
        height={Math.max(1, size.rows - 1 - (isLong ? 1 : combination.length))}
        focus={focus}
      />
    </Box>
  );
}
