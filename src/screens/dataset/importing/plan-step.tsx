import { Box } from 'ink';
import { type Dispatch, type ReactNode, useMemo, useState } from 'react';
import { useWorkbench } from '../../../app/react.tsx';
import { Form } from '../../../components/form/form.tsx';
import { TextArea } from '../../../components/inputs/text-area.tsx';
import { PaneBox, type PaneSize } from '../../../components/layout/panes.tsx';
import { Line } from '../../../components/text/line.tsx';
import { ScrollText } from '../../../components/text/scroll-text.tsx';
import { count } from '../../../domain/text/format.ts';
import { datasetImportPlanBindings } from '../../../keys/bindings/dataset.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import { ColumnTable, columnSpans } from './columns.tsx';
import { type Examples, exampleText, useExamples } from './example-preview.ts';
import { mappingProblem, planFields } from './mapping-fields.ts';
import type { MessagePart, PlanStep, WizardAction } from './wizard.ts';

export interface PlanViewProps {
  readonly step: PlanStep;
  readonly dispatch: Dispatch<WizardAction>;
  readonly onStart: () => void;
  readonly width: number;
  readonly height: number;
}

/** From here on mapping and columns stand beside the example. */
const WIDE_COLUMNS = 110;
/** Rows of the mapping besides its fields: the row for what is wrong, and the border. */
const ROWS_AROUND = 3;
/** Rows to write a message in. */
const EDIT_ROWS = 8;

/** Columns to messages, with what the first records become. */
export function PlanView({ step, dispatch, onStart, width, height }: PlanViewProps): ReactNode {
  const { inspection, mapping, pane, editing } = step;
  const [column, setColumn] = useState(0);
  const examples = useExamples(inspection, mapping);
  const walk = (by: 1 | -1) => ({
    run: () => dispatch({ type: 'walk', by, examples: examples.list.length }),
    disabledReason: examples.list.length > 1 ? null : 'there is no other example',
  });
  useBindings(
    'screen',
    datasetImportPlanBindings,
    {
      'dataset.import.start': {
        run: onStart,
        disabledReason: mappingProblem(mapping) ?? examples.problem?.what ?? null,
      },
      'dataset.import.next': walk(1),
      'dataset.import.previous': walk(-1),
      'dataset.import.view': () => dispatch({ type: 'next-pane' }),
      'dataset.import.source': () => dispatch({ type: 'back' }),
    },
    { active: editing === null },
  );
  const wide = width >= WIDE_COLUMNS;
  const left = wide ? Math.floor(width / 2) : width;
  const fields = planFields({
    step,
    onMap: (next) => dispatch({ type: 'map', mapping: next }),
    onEdit: (part) => dispatch({ type: 'edit', part }),
  });
  const wanted = editing === null ? fields.length + ROWS_AROUND : Math.max(EDIT_ROWS, fields.length + ROWS_AROUND);
  const upper = Math.min(wanted, Math.floor(height / 2) + 1);
  const at = Math.min(step.at, Math.max(0, examples.list.length - 1));

  const mappingPane = (rows: number): ReactNode => (
    <PaneBox
      title={editing === null ? `Mapping, ${totalText(step)}` : EDIT_TITLES[editing]}
      focused={pane === 'mapping'}
      width={left}
      height={rows}
    >
      {(size) =>
        editing === null ? (
          <Form fields={fields} width={size.columns} height={size.rows} focus={pane === 'mapping'} />
        ) : (
          <PartEditor step={step} part={editing} size={size} dispatch={dispatch} />
        )
      }
    </PaneBox>
  );
  const columnsPane = (rows: number): ReactNode => (
    <PaneBox
      title={`${count(inspection.columns.length)} columns of ${count(inspection.looked)} records looked at`}
      focused={pane === 'columns'}
      width={left}
      height={rows}
    >
      {(size) => (
        <ColumnTable
          columns={inspection.columns}
          sample={inspection.sample}
          size={size}
          selected={column}
          onSelect={setColumn}
          focus={pane === 'columns'}
        />
      )}
    </PaneBox>
  );
  const examplePane = (columns: number, rows: number): ReactNode => (
    <PaneBox title={exampleTitle(examples, at)} focused={pane === 'example'} width={columns} height={rows}>
      {(size) => <Example examples={examples} at={at} size={size} focus={pane === 'example'} />}
    </PaneBox>
  );
  if (wide) {
    return (
      <Box width={width} height={height} flexShrink={0}>
        <Box flexDirection="column" width={left} height={height} flexShrink={0}>
          {mappingPane(upper)}
          {columnsPane(height - upper)}
        </Box>
        {examplePane(width - left, height)}
      </Box>
    );
  }
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      {pane === 'columns' ? columnsPane(height) : null}
      {pane === 'example' ? examplePane(width, height) : null}
      {pane === 'mapping' ? mappingPane(upper) : null}
      {pane === 'mapping' ? examplePane(width, height - upper) : null}
    </Box>
  );
}

const EDIT_TITLES: Readonly<Record<MessagePart, string>> = {
  system: 'System: {column} stands for its text; Esc or Ctrl-S is done',
  user: 'User: {column} stands for its text; Esc or Ctrl-S is done',
  assistant: 'Assistant: {column} stands for its text; Esc or Ctrl-S is done',
  rejected: 'Rejected: {column} stands for its text; Esc or Ctrl-S is done',
};

const totalText = ({ inspection: { rows, looked, way, reading } }: PlanStep): string =>
  `${rows === null ? `first ${count(looked)} records` : `${count(rows)} records`} (${[way, ...reading].join(', ')})`;

function exampleTitle({ list }: Examples, at: number): string {
  const shown = list[at];
  return shown === undefined ? 'Example' : `Example ${at + 1} of ${list.length}, line ${count(shown.line)}`;
}

interface ExampleProps {
  readonly examples: Examples;
  readonly at: number;
  readonly size: PaneSize;
  readonly focus: boolean;
}

function Example({ examples, at, size, focus }: ExampleProps): ReactNode {
  const shown = examples.list[at];
  const drawn = useMemo(() => (shown === undefined ? null : exampleText(shown)), [shown]);
  if (examples.problem !== null) {
    const { what, next } = examples.problem;
    return <ScrollText text={`${what}\n${next}`} width={size.columns} height={size.rows} focus={focus} tone="error" />;
  }
  if (drawn === null) return <Line text="The first examples are being made." width={size.columns} tone="muted" />;
  return <ScrollText key={at} {...drawn} width={size.columns} height={size.rows} focus={focus} />;
}

interface PartEditorProps {
  readonly step: PlanStep;
  readonly part: MessagePart;
  readonly size: PaneSize;
  readonly dispatch: Dispatch<WizardAction>;
}

/** The template of one message; the example beside it follows every key. */
function PartEditor({ step, part, size, dispatch }: PartEditorProps): ReactNode {
  const { navigation } = useWorkbench();
  const { mapping, put, inspection } = step;
  const highlight = useMemo(() => columnSpans(inspection.columns), [inspection.columns]);
  const change = (text: string): void => dispatch({ type: 'map', mapping: { ...mapping, [part]: text } });
  const done = (): void => dispatch({ type: 'edit', part: null });
  const openEditor = async (text: string): Promise<void> => {
    const edited = await navigation.editExternally(text, '.txt');
    if (edited !== null) change(edited);
  };
  return (
    <TextArea
      value={put[part] ?? ''}
      onChange={change}
      width={size.columns}
      height={size.rows}
      focus
      highlight={highlight}
      onSubmit={done}
      onLeave={done}
      onEditor={(text) => {
        void openEditor(text);
      }}
      placeholder={`for example {${inspection.columns[0]?.name ?? 'text'}}`}
    />
  );
}
