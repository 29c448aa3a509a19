import { Box } from 'ink';
import { type ReactNode, useMemo } from 'react';
import { Spinner } from '../../../components/feedback/spinner.tsx';
import { Status } from '../../../components/feedback/status.tsx';
import { StatusLine } from '../../../components/feedback/status-line.tsx';
import type { PaneSize } from '../../../components/layout/panes.tsx';
import { Line } from '../../../components/text/line.tsx';
import { ScrollText } from '../../../components/text/scroll-text.tsx';
import { wrappedWithin } from '../../../components/text/wrapped-text.tsx';
import type { ChatAnswer } from '../../../domain/chat/types.ts';
import { cellLabel } from '../../../domain/lattice/lattice.ts';
import type { Cell, Template } from '../../../domain/template/types.ts';
import { count, formatUsd } from '../../../domain/text/format.ts';
import { answerSegments, combinationCount } from '../format.ts';
import { previewDocument } from '../preview-document.ts';
import type { TestCall } from '../use-test-call.ts';

export interface AnswerViewProps {
  readonly call: TestCall | null;
  readonly model: string;
  readonly focused: boolean;
  readonly size: PaneSize;
}

/** The answer of a test call as it comes, and then its measures. */
function AnswerView({ call, model, focused, size }: AnswerViewProps): ReactNode {
  const { columns } = size;
  if (call === null) return <Line text="No test call yet: t sends one." width={columns} tone="muted" />;
  const problem = call.problem === null ? '' : `${call.problem.what}\n${call.problem.next}`;
  const text = [call.text, problem].filter((part) => part !== '').join('\n\n');
  return (
    <>
      <Box height={1} flexShrink={0}>
        <CallStatus call={call} model={model} width={columns} />
      </Box>
      <Box height={1} flexShrink={0}>
        <AnswerFacts call={call} width={columns} />
      </Box>
      <ScrollText
        key={call.status === 'running' ? 'running' : 'ended'}
        text={text}
        width={columns}
        height={Math.max(1, size.rows - 2)}
        focus={focused}
        follow={call.status === 'running'}
      />
    </>
  );
}

function CallStatus({
  call,
  model,
  width,
}: {
  readonly call: TestCall;
  readonly model: string;
  readonly width: number;
}) {
  switch (call.status) {
    case 'running':
      return <Spinner label={`${model} answers`} width={width} />;
    case 'stopped':
      return <Status kind="cancelled" word="stopped; what had come is below" width={width} />;
    case 'failed':
      return <Status kind="error" word={`${model} did not answer`} width={width} />;
    case 'done': {
      const flaw = call.answer === null ? null : answerProblem(call.answer);
      return flaw === null ? (
        <Status kind="ok" word={`${model} answered`} width={width} />
      ) : (
        <Status kind="warn" word={`${model} answered; ${flaw}`} width={width} />
      );
    }
  }
}

function answerProblem(answer: ChatAnswer): string | null {
  if (answer.refusal !== null) return 'it declined';
  if (answer.finishReason === 'length') return "cut at the plan's most tokens";
  if (answer.finishReason === 'content_filter') return 'cut by the content filter';
  return answer.text.trim() === '' ? 'the answer is empty' : null;
}

function AnswerFacts({ call, width }: { readonly call: TestCall; readonly width: number }): ReactNode {
  if (call.answer !== null) return <StatusLine segments={answerSegments(call.answer, call.costUsd)} width={width} />;
  if (call.status === 'running') return <Line text="Ctrl-C stops it." width={width} tone="muted" />;
  const cost = call.costUsd === null ? ' ' : `cost ${formatUsd(call.costUsd)}`;
  return <Line text={call.status === 'done' ? cost : ' '} width={width} />;
}

export interface PreviewPaneProps {
  readonly template: Template;
  /** Null when the lattice is empty. */
  readonly cell: Cell | null;
  readonly index: bigint;
  readonly total: bigint;
  readonly showing: 'prompts' | 'answer';
  readonly call: TestCall | null;
  /** The model with its "practice engine". */
  readonly model: string;
  /** `teacher 187 + student 12 tokens`. */
  readonly tokens: string;
  readonly focused: boolean;
  readonly size: PaneSize;
}

/** Rows in which the values of a combination stand whole. */
const MOST_HEADING_ROWS = 3;

/** One cell of the lattice: what both models are given for it, or what the teacher answered. */
export function PreviewPane(props: PreviewPaneProps): ReactNode {
  const { cell, index, total, showing, call, model, focused, size } = props;
  const shown = showing === 'answer' ? (call?.cell ?? cell) : cell;
  const place =
    showing === 'answer'
      ? 'Test call'
      : `Combination ${count(index + 1n)} of ${combinationCount(total).replace(/ combinations?$/, '')}`;
  const label = shown === null || cellLabel(shown) === '' ? '' : `: ${cellLabel(shown)}`;
  const heading = wrappedWithin(`${place}${label}`, size.columns, MOST_HEADING_ROWS);
  const body = { columns: size.columns, rows: Math.max(1, size.rows - heading.length) };
  if (cell === null && showing === 'prompts') return <NoCombination template={props.template} width={size.columns} />;
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} flexShrink={0} overflow="hidden">
      {heading.map((line, row) => (
        <Line key={row} text={line} width={size.columns} tone="accent" />
      ))}
      {showing === 'answer' ? (
        <AnswerView call={call} model={model} focused={focused} size={body} />
      ) : (
        <PromptsView {...props} cell={cell ?? {}} size={body} />
      )}
    </Box>
  );
}

function PromptsView({
  template,
  cell,
  tokens,
  index,
  focused,
  size,
}: PreviewPaneProps & { readonly cell: Cell }): ReactNode {
  const document = useMemo(() => previewDocument(template, cell), [template, cell]);
  return (
    <>
      <Line text={tokens === '' ? ' ' : tokens} width={size.columns} tone="muted" />
      <ScrollText
        key={String(index)}
        text={document.text}
        spans={document.spans}
        width={size.columns}
        height={Math.max(1, size.rows - 1)}
        focus={focused}
      />
    </>
  );
}

function NoCombination({ template, width }: { readonly template: Template; readonly width: number }): ReactNode {
  const empty = template.slots.find((slot) => slot.values.length === 0);
  return (
    <>
      <Line text={`No combination to preview: the slot ${empty?.name ?? ''} has no values.`} width={width} />
      <Line text="Tab to the slots; there a adds values." width={width} tone="muted" />
    </>
  );
}
