import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { Line } from '../../../components/line/index.ts';
import { PROBLEM_ROWS, ProblemView } from '../../../components/notice/index.ts';
import { PaneBox } from '../../../components/panes/index.ts';
import { Spinner } from '../../../components/spinner/index.ts';
import { Status } from '../../../components/status/index.ts';
import type { Row } from '../../../domain/dataset/types.ts';
import { datasetCheckBindings } from '../../../keys/bindings/dataset.ts';
import { useBindings } from '../../../keys/index.ts';
import { useAppState, useWorkbench } from '../../../state/context.tsx';
import { FindingList, findingsText } from '../findings.tsx';
import type { Check } from './use-check.ts';
import { reportLines, verdict } from './words.ts';

export interface CheckPanelProps {
  readonly check: Check;
  readonly width: number;
  readonly height: number;
  readonly onShow: (row: Row) => void;
  readonly onClose: () => void;
}

const FACTS = 7;
/** Rows the findings keep: border, four findings, what to do. */
const LEAST = 7;

/** Every row as the provider would see it: what a job would refuse, count and bill. */
export function CheckPanel({ check, width, height, onShow, onClose }: CheckPanelProps): ReactNode {
  const { dataset, navigation } = useWorkbench();
  const which = useAppState((state) => state.project.training.rows);
  const model = useAppState((state) => state.project.training.model);
  const [wanted, setSelected] = useState(0);
  const { state } = check;
  const findings = state.status === 'done' ? state.report.findings : [];
  const selected = Math.min(wanted, Math.max(0, findings.length - 1));
  const none = findings.length === 0 ? 'there are no findings' : null;
  const show = (): void => {
    const finding = findings[selected];
    const row = finding === undefined ? null : dataset.checkedRow(finding.line);
    if (row === null) navigation.note('That row is gone. c checks again.');
    else onShow(row);
  };
  useBindings('screen', datasetCheckBindings, {
    'dataset.check.open': { run: show, disabledReason: none },
    'dataset.check.again': {
      run: check.run,
      disabledReason: state.status === 'running' ? 'a check is running' : null,
    },
    'dataset.check.copy': {
      run: () => navigation.copy(findingsText(findings), `${findings.length} findings`),
      disabledReason: none,
    },
    'dataset.check.train': () => navigation.go('train'),
    'dataset.check.close': onClose,
  });
  const upper = Math.max(3, Math.min(FACTS + 2, height - LEAST));
  const rows = which === 'accepted' ? 'accepted rows' : 'rows not rejected';
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <PaneBox title={`Check of ${rows} for ${model}`} focused={false} width={width} height={upper}>
        {(size) => <Facts check={check} columns={size.columns} rows={size.rows} />}
      </PaneBox>
      <PaneBox
        title={findings.length === 0 ? 'Findings' : `Finding ${selected + 1} of ${findings.length}`}
        focused
        width={width}
        height={height - upper}
      >
        {(size) =>
          state.status === 'done' ? (
            <FindingList
              findings={findings}
              selected={selected}
              onSelect={setSelected}
              size={size}
              empty="Nothing was found. t goes on to Train."
            />
          ) : null
        }
      </PaneBox>
    </Box>
  );
}

function Facts({ check, columns, rows }: { readonly check: Check; readonly columns: number; readonly rows: number }) {
  const { state, stale } = check;
  switch (state.status) {
    case 'idle':
      return <Line text="Not checked yet: c checks every row." width={columns} tone="muted" />;
    case 'running':
      return <Spinner label="Reading and counting every row" width={columns} />;
    case 'failed':
      return rows < PROBLEM_ROWS ? (
        <Line text={`${state.problem.what} ${state.problem.next}`} width={columns} tone="error" />
      ) : (
        <ProblemView problem={state.problem} width={columns} rows={rows} />
      );
    case 'done': {
      const { kind, word } = verdict(state.report);
      const old = stale ? ' (rows have changed since: c checks again)' : '';
      return (
        <Box flexDirection="column">
          <Status kind={kind} word={`${word}${old}`} width={columns} />
          {reportLines(state.report)
            .slice(0, Math.max(0, rows - 1))
            .map((line) => (
              <Line key={line} text={line} width={columns} />
            ))}
        </Box>
      );
    }
  }
}
