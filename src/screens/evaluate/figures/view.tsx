import { Box } from 'ink';
import { type Dispatch, type ReactNode, useMemo, useState } from 'react';
import { useBodySize } from '../../../components/frame/index.ts';
import { Line } from '../../../components/line/index.ts';
import { PaneBox } from '../../../components/panes/index.ts';
import { Spinner } from '../../../components/spinner/index.ts';
import { useSyncKeys } from '../../../components/tracking/index.ts';
import type { EvaluationSummary } from '../../../domain/evaluation/summary/types.ts';
import type { Evaluation } from '../../../domain/evaluation/types.ts';
import { evaluateFiguresBindings } from '../../../keys/bindings/evaluate.ts';
import { useBindings } from '../../../keys/index.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import { useTheme } from '../../../theme/index.ts';
import { useBack } from '../../train/use-back.ts';
import { ExportQuestions } from '../ask/export.tsx';
import { refName, shortNames } from '../models/refs.ts';
import type { EvaluateAction, EvaluateState, FigureView } from '../reducer.ts';
import type { ItemFilter } from '../results/filter.ts';
import { useItems, useRun } from '../results/use-items.ts';
import { bestWords } from './best.ts';
import { CLASS_ORDERS, ClassesPanel, type ClassOrder, orderedClasses } from './classes.tsx';
import { type Confused, ConfusionPanel } from './confusion.tsx';
import { type SliceLine, SlicesPanel, sliceLines } from './slices.tsx';
import { SummaryPanel } from './summary.tsx';
import { useSummary } from './use-summary.ts';

export interface FiguresViewProps {
  readonly evaluation: Evaluation;
  readonly figure: FigureView;
  readonly state: EvaluateState;
  readonly dispatch: Dispatch<EvaluateAction>;
}

const NO_CLASSES =
  'There are no classes: the targets are open-ended, or too many for their number. A grader of labels names them.';

function sliceFilter({ table, row }: SliceLine, labels: readonly string[]): ItemFilter | null {
  switch (table.kind) {
    case 'slot':
      return { kind: 'slice', name: table.name, value: row.value };
    case 'label':
      return { kind: 'label', label: row.value, labels };
    case 'length':
      return null;
  }
}

interface Place {
  readonly figure: FigureView;
  readonly summary: EvaluationSummary | null;
  readonly model: number;
  readonly order: ClassOrder;
  readonly selected: number;
  readonly cell: Confused | null;
}

/** The rows behind what is selected; null where there are none to show. */
function rowsBehind({ figure, summary, model, order, selected, cell }: Place): ItemFilter | null {
  const report = summary?.models[model]?.classes ?? null;
  const labels = report?.matrix.labels ?? [];
  switch (figure) {
    case 'summary':
      return { kind: 'wrong', model };
    case 'confusion': {
      const [first] = labels;
      if (report === null || first === undefined || cell === null) return null;
      return { kind: 'confused', model, ...cell, labels };
    }
    case 'classes': {
      const one = report === null ? undefined : orderedClasses(report.classes, order)[selected];
      return one === undefined ? null : { kind: 'label', label: one.label, labels };
    }
    case 'slices': {
      const line = summary === null ? undefined : sliceLines(summary)[selected];
      return line === undefined ? null : sliceFilter(line, labels);
    }
  }
}

/** What the answers come to: one figure at a time, for one model where it is of one. */
export function FiguresView({ evaluation, figure, state, dispatch }: FiguresViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { navigation, projects, train } = useWorkbench();
  const jobs = useAppState((all) => all.jobs);
  const run = useRun(evaluation.id);
  const items = useItems(evaluation.id, run !== null && run.endedAt === null);
  const summary = useSummary(evaluation, items);
  const { models } = evaluation.plan;
  const { symbols } = useTheme();
  const names = useMemo(
    () =>
      shortNames(
        models.map((ref) => refName(ref, models)),
        symbols.ellipsis,
      ),
    [models, symbols],
  );
  const best = useMemo(() => {
    const checkpoints = jobs.flatMap(({ job }) => train.checkpoints(job.id).map((one) => one.model));
    return bestWords(items, models, names, new Set(checkpoints));
  }, [items, models, names, jobs, train]);
  const [exporting, setExporting] = useState(false);
  const wandb = useSyncKeys({ kind: 'evaluation', id: evaluation.id }, '');
  const [order, setOrder] = useState<ClassOrder>('f1');
  const [selected, setSelected] = useState(0);
  const [cell, setCell] = useState<Confused | null>(null);
  const last = Math.max(0, models.length - 1);
  const model = Math.min(state.model ?? last, last);
  const filter = rowsBehind({ figure, summary, model, order, selected, cell });
  const back = useBack(() => dispatch({ type: 'back' }));
  const show = (name: FigureView) => ({
    run: () => {
      setSelected(0);
      setCell(null);
      dispatch({ type: 'show', view: { kind: 'figures', id: evaluation.id, figure: name } });
    },
    disabledReason: name === figure ? 'it is shown already' : null,
  });
  const step = (by: number): void => {
    setCell(null);
    dispatch({ type: 'model', index: (model + by + models.length) % models.length });
  };
  const ofOne = figure === 'slices' ? 'slices show every model' : models.length < 2 ? 'there is one model' : null;
  // In the matrix the arrows are its own; brackets go on from model to model there.
  useBindings(
    'screen',
    evaluateFiguresBindings,
    {
      'evaluate.figures.rows': {
        run: () => {
          if (filter !== null) dispatch({ type: 'rows', id: evaluation.id, filter });
        },
        disabledReason: filter === null ? 'there are no rows to show behind this' : null,
      },
      'evaluate.figures.next': { run: () => step(1), disabledReason: ofOne },
      'evaluate.figures.previous': { run: () => step(-1), disabledReason: ofOne },
      'evaluate.figures.sort': {
        run: () => {
          setOrder(CLASS_ORDERS[(CLASS_ORDERS.indexOf(order) + 1) % CLASS_ORDERS.length] ?? 'f1');
          setSelected(0);
        },
        disabledReason: figure === 'classes' ? null : 'classes can be ordered: C',
      },
      'evaluate.figures.chat': {
        run: () => {
          const ref = models[model];
          if (ref === undefined) return;
          projects.update((project) => ({ ...project, chat: { ...project.chat, models: [ref.model] } }));
          navigation.go('chat');
        },
        disabledReason: null,
      },
      'evaluate.figures.summary': show('summary'),
      'evaluate.figures.confusion': show('confusion'),
      'evaluate.figures.classes': show('classes'),
      'evaluate.figures.slices': show('slices'),
      'evaluate.figures.export': () => setExporting(true),
      'evaluate.figures.sync': wandb.sync,
      'evaluate.figures.link': wandb.link,
      'evaluate.figures.back': back,
    },
    { active: !exporting },
  );
  const size = { width: columns, height: rows, focus: !exporting };
  const name = names[model] ?? '';
  const panel = (): ReactNode => {
    if (summary === null) return <Message title="Figures" {...size} text={null} />;
    const report = summary.models[model]?.classes ?? null;
    switch (figure) {
      case 'summary':
        return (
          <SummaryPanel
            summary={summary}
            names={names}
            best={best}
            model={model}
            {...size}
            onModel={(index) => dispatch({ type: 'model', index })}
          />
        );
      case 'confusion':
        if (report === null) return <Message title="Confusion" {...size} text={NO_CLASSES} />;
        return <ConfusionPanel key={model} report={report} name={name} {...size} onCell={setCell} />;
      case 'classes':
        if (report === null) return <Message title="Classes" {...size} text={NO_CLASSES} />;
        return (
          <ClassesPanel
            report={report}
            name={name}
            order={order}
            selected={selected}
            {...size}
            onSelect={setSelected}
          />
        );
      case 'slices':
        return (
          <SlicesPanel lines={sliceLines(summary)} names={names} selected={selected} {...size} onSelect={setSelected} />
        );
    }
  };
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      {panel()}
      {wandb.question}
      {exporting ? <ExportQuestions evaluationId={evaluation.id} onDone={() => setExporting(false)} /> : null}
    </Box>
  );
}

interface MessageProps {
  readonly title: string;
  /** Null while the figures are worked out. */
  readonly text: string | null;
  readonly width: number;
  readonly height: number;
}

function Message({ title, text, width, height }: MessageProps): ReactNode {
  return (
    <PaneBox title={title} focused width={width} height={height}>
      {(size) =>
        text === null ? (
          <Spinner label="Working out the figures." width={size.columns} />
        ) : (
          <Line text={text} width={size.columns} tone="muted" />
        )
      }
    </PaneBox>
  );
}
