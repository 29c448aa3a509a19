import { Box } from 'ink';
import { type ReactNode, useMemo } from 'react';
import { Line } from '../../../components/line/index.ts';
import type { PaneSize } from '../../../components/panes/index.ts';
import { ScrollText } from '../../../components/scroll/index.ts';
import { cellLabel } from '../../../domain/lattice/lattice.ts';
import type { Cell, Template } from '../../../domain/template/types.ts';
import { count } from '../../../domain/text/figures.ts';
import type { TestCall } from '../live/use-test-call.ts';
import { previewDocument } from '../text/document.ts';
import { cellCount } from '../text/product.ts';
import { AnswerView } from './answer.tsx';

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

/** One cell of the lattice: what both models are given for it, or what the teacher answered. */
export function PreviewPane(props: PreviewPaneProps): ReactNode {
  const { cell, index, total, showing, call, model, focused, size } = props;
  const shown = showing === 'answer' ? (call?.cell ?? cell) : cell;
  const place =
    showing === 'answer' ? 'Test call' : `Cell ${count(index + 1n)} of ${cellCount(total).replace(/ cells?$/, '')}`;
  const label = shown === null || cellLabel(shown) === '' ? '' : `: ${cellLabel(shown)}`;
  const body = { columns: size.columns, rows: Math.max(1, size.rows - 1) };
  if (cell === null && showing === 'prompts') return <NoCell template={props.template} width={size.columns} />;
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} flexShrink={0} overflow="hidden">
      <Line text={`${place}${label}`} width={size.columns} tone="accent" />
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

function NoCell({ template, width }: { readonly template: Template; readonly width: number }): ReactNode {
  const empty = template.slots.find((slot) => slot.values.length === 0);
  return (
    <>
      <Line text={`No cell to preview: the slot ${empty?.name ?? ''} has no values.`} width={width} />
      <Line text="Tab to the slots; there a adds values." width={width} tone="muted" />
    </>
  );
}
