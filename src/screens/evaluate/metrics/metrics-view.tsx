import { Box } from 'ink';
import { type Dispatch, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useAppState, useSubjectFields, useWorkbench } from '../../../app/react.tsx';
import { Spinner } from '../../../components/feedback/spinner.tsx';
import { useBack } from '../../../components/hooks/use-back.ts';
import { useEvaluatedItems, useEvaluationRun } from '../../../components/hooks/use-evaluations.ts';
import { useBodySize } from '../../../components/layout/frame.tsx';
import { PaneBox } from '../../../components/layout/panes.tsx';
import { WrappedText } from '../../../components/text/wrapped-text.tsx';
import { useSyncKeys } from '../../../components/tracking/use-sync-keys.tsx';
import { asidesOf } from '../../../domain/evaluation/graders/graders.ts';
import type { EvaluationSummary } from '../../../domain/evaluation/metrics.ts';
import { summaryTask } from '../../../domain/evaluation/summary.ts';
import type { EvaluatedItem, Evaluation } from '../../../domain/evaluation/types.ts';
import { evaluateFiguresBindings } from '../../../keys/bindings/evaluate.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import { useTheme } from '../../../theme/theme.tsx';
import { ExportDialog } from '../export-dialog.tsx';
import { modelRefName, shortNames } from '../model-refs.ts';
import type { EvaluateAction, EvaluateState, MetricsTab } from '../reducer.ts';
import type { ItemFilter } from '../results/item-filter.ts';
import { CLASS_ORDERS, ClassesPanel, type ClassOrder, sortClasses } from './classes-panel.tsx';
import { type ConfusedPair, ConfusionPanel } from './confusion-panel.tsx';
import { bestModelText } from './format.ts';
import { FIGURES_STATE, NEW_FIGURES } from './kept-state.ts';
import { type SliceLine, SlicesPanel, sliceLines } from './slices-panel.tsx';
import { SummaryPanel } from './summary-panel.tsx';

/** Figures are worked out this long at a time; then keys are handled. */
const SYNC_BUDGET_MS = 8;

const cachedSummaries = new WeakMap<readonly EvaluatedItem[], EvaluationSummary>();

/** After figures are there, newer ones wait this long: while answers come in, each lot of them is other items. */
const RECOUNT_INTERVAL_MS = 500;

/** The figures of these items; the last ones stay while new ones are worked out. Null until there are any. */
function useSummary(evaluation: Evaluation, items: readonly EvaluatedItem[]): EvaluationSummary | null {
  const [summary, setSummary] = useState<EvaluationSummary | null>(() => cachedSummaries.get(items) ?? null);
  // Work that has begun is ended, though there may be newer items by then: else a fast run would never show any.
  const [target, setTarget] = useState(items);
  const [done, setDone] = useState<readonly EvaluatedItem[] | null>(null);
  const shown = useRef(summary !== null);
  if (done === target && target !== items) setTarget(items);
  useEffect(() => {
    const end = (found: EvaluationSummary | null): void => {
      if (found !== null) cachedSummaries.set(target, found);
      shown.current = found !== null;
      setSummary(found);
      setDone(target);
    };
    const before = cachedSummaries.get(target);
    if (before !== undefined) {
      end(before);
      return;
    }
    const parts = summaryTask(target, evaluation.plan);
    const work = (): void => {
      const until = performance.now() + SYNC_BUDGET_MS;
      let step = parts.next();
      while (step.done !== true && performance.now() < until) step = parts.next();
      if (step.done === true) end(step.value);
      else timer = setTimeout(work, 0);
    };
    let timer = setTimeout(work, shown.current ? RECOUNT_INTERVAL_MS : 0);
    return () => clearTimeout(timer);
  }, [target, evaluation]);
  return summary;
}

export interface MetricsViewProps {
  readonly evaluation: Evaluation;
  readonly figure: MetricsTab;
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

interface MetricsSelection {
  readonly figure: MetricsTab;
  readonly summary: EvaluationSummary | null;
  readonly model: number;
  readonly order: ClassOrder;
  readonly selected: number;
  readonly cell: ConfusedPair | null;
}

/** The rows behind what is selected; null where there are none to show. */
function filterForSelection({ figure, summary, model, order, selected, cell }: MetricsSelection): ItemFilter | null {
  const report = summary?.models[model]?.classes ?? null;
  const labels = report?.matrix.labels ?? [];
  switch (figure) {
    case 'summary':
      return { kind: 'wrong', model };
    case 'confusion': {
      const [first] = labels;
      if (report === null || first === undefined || cell === null) return null;
      return { kind: 'confused', model, ...cell, labels, aside: summary === null ? [] : asidesOf(summary.grader) };
    }
    case 'classes': {
      const one = report === null ? undefined : sortClasses(report.classes, order)[selected];
      return one === undefined ? null : { kind: 'label', label: one.label, labels };
    }
    case 'slices': {
      const line = summary === null ? undefined : sliceLines(summary)[selected];
      return line === undefined ? null : sliceFilter(line, labels);
    }
  }
}

/** What the answers come to: one figure at a time, for one model where it is of one. */
export function MetricsView({ evaluation, figure, state, dispatch }: MetricsViewProps): ReactNode {
  const { columns, rows } = useBodySize();
  const { navigation, projects, train } = useWorkbench();
  const jobs = useAppState((all) => all.jobs);
  const run = useEvaluationRun(evaluation.id);
  const items = useEvaluatedItems(evaluation.id, run !== null && run.endedAt === null);
  const summary = useSummary(evaluation, items);
  const { models } = evaluation.plan;
  const { symbols } = useTheme();
  const names = useMemo(
    () =>
      shortNames(
        models.map((ref) => modelRefName(ref, models)),
        symbols.ellipsis,
      ),
    [models, symbols],
  );
  const best = useMemo(() => {
    const checkpoints = jobs.flatMap(({ job }) => train.checkpoints(job.id).map((one) => one.model));
    return summary === null ? '' : bestModelText(summary, names, new Set(checkpoints));
  }, [summary, names, jobs, train]);
  const [exporting, setExporting] = useState(false);
  const wandb = useSyncKeys({ kind: 'evaluation', id: evaluation.id }, '');
  const [{ order, selected }, setFigures] = useSubjectFields(evaluation.id, FIGURES_STATE, () => NEW_FIGURES);
  const select = (index: number): void => setFigures({ selected: index });
  const [cell, setCell] = useState<ConfusedPair | null>(null);
  const last = Math.max(0, models.length - 1);
  const model = Math.min(state.model ?? last, last);
  const filter = filterForSelection({ figure, summary, model, order, selected, cell });
  const back = useBack(() => dispatch({ type: 'back' }));
  const show = (name: MetricsTab) => ({
    run: () => {
      select(0);
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
        run: () =>
          setFigures({
            order: CLASS_ORDERS[(CLASS_ORDERS.indexOf(order) + 1) % CLASS_ORDERS.length] ?? 'f1',
            selected: 0,
          }),
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
            evaluationId={evaluation.id}
            summary={summary}
            names={names}
            best={best}
            maxTokens={evaluation.plan.sampling.maxTokens ?? null}
            model={model}
            {...size}
            onModel={(index) => dispatch({ type: 'model', index })}
          />
        );
      case 'confusion':
        if (report === null) return <Message title="Confusion" {...size} text={NO_CLASSES} />;
        return (
          <ConfusionPanel
            key={model}
            subject={`${evaluation.id} ${model}`}
            report={report}
            name={name}
            {...size}
            onCell={setCell}
          />
        );
      case 'classes':
        if (report === null) return <Message title="Classes" {...size} text={NO_CLASSES} />;
        return (
          <ClassesPanel report={report} name={name} order={order} selected={selected} {...size} onSelect={select} />
        );
      case 'slices':
        return (
          <SlicesPanel lines={sliceLines(summary)} names={names} selected={selected} {...size} onSelect={select} />
        );
    }
  };
  return (
    <Box flexDirection="column" width={columns} height={rows} flexShrink={0}>
      {panel()}
      {wandb.question}
      {exporting ? <ExportDialog evaluationId={evaluation.id} onDone={() => setExporting(false)} /> : null}
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
          <WrappedText text={text} width={size.columns} tone="muted" />
        )
      }
    </PaneBox>
  );
}
