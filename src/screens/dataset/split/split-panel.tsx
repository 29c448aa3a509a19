import { Box } from 'ink';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useAppState, useScreenValue, useWorkbench } from '../../../app/react.tsx';
import { ConfirmDialog } from '../../../components/dialogs/confirm-dialog.tsx';
import { Form } from '../../../components/form/form.tsx';
import { PaneBox } from '../../../components/layout/panes.tsx';
import type { Outcome } from '../../../domain/common/outcome.ts';
import type { Leak } from '../../../domain/dataset/split.ts';
import type { Row } from '../../../domain/dataset/types.ts';
import type { SplitPlan } from '../../../domain/importing/records.ts';
import { datasetSplitPlanBindings } from '../../../keys/bindings/dataset.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import { previewLines } from './format.ts';
import { Leaks } from './leaks.tsx';
import { SplitPreviewView, useSplit } from './preview.tsx';
import { effectiveColumn, initialDraft, proposedBy, SPLIT_DRAFT, splitFields, splitRequest } from './split-fields.ts';

export interface SplitPanelProps {
  readonly width: number;
  readonly height: number;
  readonly onShow: (row: Row) => void;
  readonly onClose: () => void;
}

type SplitTask = 'assigning rows' | 'clearing the split' | 'looking for leaks';

const WIDE_COLUMNS = 100;
/** The seven fields, the row for what is wrong, and the border. */
const PLAN_ROWS = 10;

/** Rows onto a train and a validation side, where they stay. */
export function SplitPanel({ width, height, onShow, onClose }: SplitPanelProps): ReactNode {
  const { splits, navigation } = useWorkbench();
  const seed = useAppState((state) => state.project.training.splitSeed);
  const generated = useAppState((state) => state.project.template.slots.length > 0);
  const proposal = (): SplitPlan['by'] => {
    const { train, validation, unassigned } = splits.counts();
    return proposedBy(splits.columns(), train + validation + unassigned, generated);
  };
  const [draft, setDraft] = useScreenValue(SPLIT_DRAFT, () => initialDraft(seed, proposal()));
  const [pane, setPane] = useState<'plan' | 'preview'>('plan');
  const [asking, setAsking] = useState<'assign' | 'clear' | null>(null);
  const [busy, setBusy] = useState<SplitTask | null>(null);
  const [leaks, setLeaks] = useState<readonly Leak[] | null>(null);
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  const facts = useSplit(draft, busy !== null);
  const { now, preview } = facts;
  const assigned = now.train + now.validation;
  const total = assigned + now.unassigned;
  const wanted = splitRequest(draft, facts.columns, total);
  const why = wanted.ok ? null : wanted.why;

  /** Does one thing at a time; its outcome is shown on whatever screen is open by then. */
  const work = async <T,>(name: SplitTask, act: () => Promise<Outcome<T>>, done: (value: T) => void): Promise<void> => {
    setAsking(null);
    setBusy(name);
    const outcome = await act();
    if (here.current) setBusy(null);
    if (outcome.ok) done(outcome.value);
    else navigation.problem(outcome.problem);
  };
  const assign = (): void => {
    if (wanted.ok) void work('assigning rows', () => splits.assign(wanted.request), navigation.note);
  };
  const clear = (): void => void work('clearing the split', () => splits.clear(), navigation.note);
  const check = (): void => {
    const column = draft.by === 'group' ? effectiveColumn(draft, facts.columns, total) : null;
    void work('looking for leaks', () => splits.leakage(column), setLeaks);
  };
  const working = busy === null ? null : `it is ${busy}`;
  const refused = preview?.ok === false ? preview.problem.what : null;
  const all = now.unassigned === 0 ? 'every row is on a side already; x clears the split' : null;
  useBindings(
    'screen',
    datasetSplitPlanBindings,
    {
      'dataset.split.assign': { run: () => setAsking('assign'), disabledReason: working ?? why ?? all ?? refused },
      'dataset.split.leaks': {
        run: check,
        disabledReason: working ?? (now.validation === 0 ? 'no row is on the validation side yet; s assigns' : null),
      },
      'dataset.split.clear': {
        run: () => setAsking('clear'),
        disabledReason: working ?? (assigned === 0 ? 'no row is on a side' : null),
      },
      'dataset.split.view': () => setPane(pane === 'plan' ? 'preview' : 'plan'),
      'dataset.split.close': () => (pane === 'preview' ? setPane('plan') : onClose()),
    },
    { active: leaks === null },
  );
  if (leaks !== null) {
    return <Leaks leaks={leaks} width={width} height={height} onShow={onShow} onClose={() => setLeaks(null)} />;
  }
  const wide = width >= WIDE_COLUMNS;
  const left = wide ? Math.floor(width * 0.45) : width;
  const upper = wide ? height : Math.min(PLAN_ROWS, Math.ceil(height / 2));
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <Box flexDirection={wide ? 'row' : 'column'} width={width} height={height} flexShrink={0}>
        <PaneBox
          title={busy === null ? 'Split' : `Split: ${busy}`}
          focused={pane === 'plan'}
          width={left}
          height={upper}
        >
          {(size) => (
            <Form
              fields={splitFields({
                draft,
                columns: facts.columns,
                total: assigned + now.unassigned,
                change: setDraft,
              })}
              width={size.columns}
              height={size.rows}
              focus={asking === null && pane === 'plan'}
            />
          )}
        </PaneBox>
        <PaneBox
          title="What it does"
          focused={pane === 'preview'}
          width={wide ? width - left : width}
          height={wide ? height : height - upper}
        >
          {(size) => <SplitPreviewView facts={facts} why={why} size={size} focus={pane === 'preview'} />}
        </PaneBox>
      </Box>
      <SplitDialog
        asking={asking}
        lines={preview?.ok === true ? previewLines(preview.value, now) : []}
        onAssign={assign}
        onClear={clear}
        onCancel={() => setAsking(null)}
      />
    </Box>
  );
}

interface SplitDialogProps {
  readonly asking: 'assign' | 'clear' | null;
  /** What assigning would do. */
  readonly lines: readonly string[];
  readonly onAssign: () => void;
  readonly onClear: () => void;
  readonly onCancel: () => void;
}

function SplitDialog({ asking, lines, onAssign, onClear, onCancel }: SplitDialogProps): ReactNode {
  switch (asking) {
    case null:
      return null;
    case 'assign':
      return (
        <ConfirmDialog
          title="Assign this split?"
          lines={[
            ...lines,
            'A side is kept by row id: adding rows never moves one.',
            'Train trains on the one and measures on the other.',
          ]}
          confirmLabel="assign"
          onConfirm={onAssign}
          onCancel={onCancel}
        />
      );
    case 'clear':
      return (
        <ConfirmDialog
          title="Take every row off its side?"
          lines={[
            'The rows stay. Another split may put a row you have measured on',
            'into training; figures of old evaluations then compare badly.',
          ]}
          confirmLabel="clear"
          danger
          onConfirm={onClear}
          onCancel={onCancel}
        />
      );
  }
}
