import { Box } from 'ink';
import type { ReactNode } from 'react';
import { Line } from '../../../components/line/index.ts';
import type { PaneSize } from '../../../components/panes/index.ts';
import { ScrollText } from '../../../components/scroll/index.ts';
import { Spinner } from '../../../components/spinner/index.ts';
import { Status } from '../../../components/status/index.ts';
import { StatusLine } from '../../../components/statusline/index.ts';
import type { ChatAnswer } from '../../../domain/chat/types.ts';
import { formatUsd } from '../../../domain/pricing/format.ts';
import type { TestCall } from '../live/use-test-call.ts';
import { answerSegments } from '../text/figures.ts';

export interface AnswerViewProps {
  readonly call: TestCall | null;
  readonly model: string;
  readonly focused: boolean;
  readonly size: PaneSize;
}

/** The answer of a test call as it comes, and then its measures. */
export function AnswerView({ call, model, focused, size }: AnswerViewProps): ReactNode {
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
        <Measures call={call} width={columns} />
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
      const flaw = call.answer === null ? null : flawOf(call.answer);
      return flaw === null ? (
        <Status kind="ok" word={`${model} answered`} width={width} />
      ) : (
        <Status kind="warn" word={`${model} answered; ${flaw}`} width={width} />
      );
    }
  }
}

function flawOf(answer: ChatAnswer): string | null {
  if (answer.refusal !== null) return 'it declined';
  if (answer.finishReason === 'length') return "cut at the plan's most tokens";
  if (answer.finishReason === 'content_filter') return 'cut by the content filter';
  return answer.text.trim() === '' ? 'the answer is empty' : null;
}

function Measures({ call, width }: { readonly call: TestCall; readonly width: number }): ReactNode {
  if (call.answer !== null) return <StatusLine segments={answerSegments(call.answer, call.costUsd)} width={width} />;
  if (call.status === 'running') return <Line text="Ctrl-C stops it." width={width} tone="muted" />;
  const cost = call.costUsd === null ? ' ' : `cost ${formatUsd(call.costUsd)}`;
  return <Line text={call.status === 'done' ? cost : ' '} width={width} />;
}
