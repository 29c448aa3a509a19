import { Box } from 'ink';
import { type ReactNode, useMemo } from 'react';
import { useSubjectValue } from '../../../app/react.tsx';
import { type Pane, Panes } from '../../../components/layout/panes.tsx';
import { SmallTable } from '../../../components/lists/small-table.tsx';
import type { Column } from '../../../components/lists/table.tsx';
import { shortModel } from '../../../components/text/model-name.ts';
import { ScrollText } from '../../../components/text/scroll-text.tsx';
import { nameGrader } from '../../../domain/evaluation/graders/graders.ts';
import type { EvaluationSummary, ModelSummary } from '../../../domain/evaluation/metrics.ts';
import { describeBaseline, describeCut } from '../../../domain/evaluation/report/format.ts';
import { count, shareRange, shareText } from '../../../domain/text/format.ts';
import { useTheme } from '../../../theme/theme.tsx';
import { costText, meanText, pairLines } from './format.ts';
import { SUMMARY_PANE } from './kept-state.ts';

export interface SummaryPanelProps {
  readonly evaluationId: string;
  readonly summary: EvaluationSummary;
  readonly names: readonly string[];
  /** Which model is best, in words; empty where the figures do not show it. */
  readonly best: string;
  /** How long an answer may be; null for the models' own limits. */
  readonly maxTokens: number | null;
  readonly model: number;
  readonly onModel: (index: number) => void;
  readonly width: number;
  readonly height: number;
  readonly focus: boolean;
}

const MODEL_COLUMNS: readonly Column[] = [
  { id: 'model', title: 'model', flex: 3, min: 16, cut: 'middle', keep: 1 },
  { id: 'right', title: 'right', width: 7, align: 'right', keep: 1 },
  { id: 'interval', title: '95% Wilson', width: 12, keep: 2 },
  { id: 'n', title: 'of n', width: 6, align: 'right', keep: 2 },
  { id: 'failed', title: 'failed', width: 6, align: 'right', keep: 3 },
  { id: 'cut', title: 'cut', width: 5, align: 'right', keep: 5 },
  { id: 'pending', title: 'to come', width: 7, align: 'right', keep: 6 },
  { id: 'cost', title: 'cost', width: 10, align: 'right', keep: 4 },
  { id: 'tokens', title: 'tokens out', width: 10, align: 'right', keep: 7 },
];

function modelCell(one: ModelSummary, column: string, name: string) {
  switch (column) {
    case 'model':
      return name;
    case 'right':
      return { text: shareText(one.main.accuracy), tone: 'strong' as const };
    case 'interval':
      return one.main.graded === 0 ? '—' : shareRange(one.main.interval);
    case 'n':
      return count(one.main.graded);
    case 'failed':
      return { text: count(one.failed), tone: one.failed > 0 ? ('warn' as const) : ('plain' as const) };
    case 'cut':
      return { text: count(one.cut), tone: one.cut > 0 ? ('warn' as const) : ('plain' as const) };
    case 'pending':
      return count(one.pending);
    case 'cost':
      return costText(one);
    default:
      return count(one.completionTokens);
  }
}

/** The selected model against every other, then every further pair, then the other graders. */
function comparisons({ pairs, models }: EvaluationSummary, names: readonly string[], selected: number): string {
  const place = (at: ModelSummary['model']): number => models.findIndex(({ model }) => model === at);
  const blocks = pairs
    .map((pair) => ({ pair, first: place(pair.first), second: place(pair.second) }))
    .toSorted(
      (a, b) =>
        Number(b.first === selected || b.second === selected) - Number(a.first === selected || a.second === selected),
    )
    .map(({ pair, first, second }) => {
      const [one, other] = [names[first] ?? 'first', names[second] ?? 'second'];
      return [`${other} against ${one}`, ...pairLines(pair, one, other).map((line) => `  ${line}`)].join('\n');
    });
  const graders = (models[selected]?.graders ?? []).map((figures) => {
    const mean = meanText(figures);
    const tail = mean === '' ? '' : `; ${mean}`;
    return `  ${nameGrader(figures.grader)}: ${shareText(figures.accuracy)} passed of ${count(figures.graded)}${tail}`;
  });
  return [...blocks, [`${names[selected] ?? ''} by every grader`, ...graders].join('\n')].join('\n\n');
}

/** Accuracy of every model with its interval, and every two of them against one another. */
export function SummaryPanel(props: SummaryPanelProps): ReactNode {
  const { evaluationId, summary, names, best, maxTokens, model, onModel, width, height, focus } = props;
  const { symbols } = useTheme();
  const [pane, setPane] = useSubjectValue(evaluationId, SUMMARY_PANE, () => 'models');
  const text = useMemo(
    () =>
      [
        [...describeBaseline(summary, names), ...describeCut(summary, names, maxTokens)].join('\n'),
        best,
        comparisons(summary, names, model),
      ]
        .filter((part) => part !== '')
        .join('\n\n'),
    [summary, names, model, best, maxTokens],
  );
  const models: Pane = {
    id: 'models',
    title: `Models, by ${nameGrader(summary.grader)}`,
    flex: 0,
    min: Math.min(summary.models.length + 3, Math.max(4, Math.floor(height / 2))),
    render: (size, focused) => (
      <SmallTable
        columns={MODEL_COLUMNS}
        count={summary.models.length}
        rowAt={(index) => summary.models[index] ?? null}
        cell={(one, column) =>
          modelCell(
            one,
            column,
            shortModel(names[summary.models.indexOf(one)] ?? '', Math.max(16, size.columns - 60), symbols.ellipsis),
          )
        }
        width={size.columns}
        height={size.rows}
        selected={model}
        onSelect={onModel}
        focus={focused && focus}
      />
    ),
  };
  const pairs: Pane = {
    id: 'pairs',
    title: 'Compared',
    render: (size, focused) => (
      <ScrollText text={text} width={size.columns} height={size.rows} focus={focused && focus} />
    ),
  };
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Panes
        focus={pane}
        onFocus={(id) => setPane(id === 'pairs' ? 'pairs' : 'models')}
        width={width}
        height={height}
        arrangement="column"
        active={focus}
        panes={[models, pairs]}
      />
    </Box>
  );
}
