import { type ReactNode, useState } from 'react';
import { useAppState, useWorkbench } from '../../../app/react.tsx';
import type { ExportPath } from '../../../app/runtime/ports.ts';
import { ChoiceDialog } from '../../../components/dialogs/choice-dialog.tsx';
import { ConfirmDialog } from '../../../components/dialogs/confirm-dialog.tsx';
import { ExportPathDialog, fileStem } from '../../../components/dialogs/export-path-dialog.tsx';
import {
  EXPORT_CHOICES,
  EXPORT_FORMATS,
  type ExportFormat,
  isExportFormat,
} from '../../../domain/dataset/export-formats.ts';
import type { TrainableRows } from '../../../domain/dataset/row.ts';
import type { Row, RowFilter } from '../../../domain/dataset/types.ts';
import { count, formatUsd, plural } from '../../../domain/text/format.ts';
import type { BrowseDialogKind, Targets } from './reducer.ts';
import { filterChoices, withPart } from './row-filter.ts';

/** Folders of several files, in the place of one. */
const FOLDERS = [
  {
    value: 'folder',
    label: 'dataset folder',
    note: 'Hugging Face: card, Parquet, splits; for TRL, Axolotl and others',
  },
  { value: 'pairs-folder', label: 'preference folder', note: 'the same of preference pairs, for TRL’s DPO' },
] as const;

type Folder = (typeof FOLDERS)[number]['value'];

const folderOf = (value: string): Folder | null => FOLDERS.find((one) => one.value === value)?.value ?? null;

/** Format, rows, path: then writes. Esc goes one question back. */
function ExportDialog({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { dataset, navigation, preferences } = useWorkbench();
  const project = useAppState((state) => state.project);
  const { byRating, total } = useAppState((state) => state.counts);
  const [format, setFormat] = useState<ExportFormat | Folder | null>(null);
  const [which, setWhich] = useState<TrainableRows | null>(null);
  if (format === null) {
    return (
      <ChoiceDialog
        title="Export as"
        options={[...EXPORT_CHOICES, ...FOLDERS]}
        onChoose={(value) => setFormat(isExportFormat(value) ? value : folderOf(value))}
        onCancel={onDone}
      />
    );
  }
  const asksRows = isExportFormat(format) ? EXPORT_FORMATS[format].asksRows : format === 'folder';
  if (which === null && asksRows) {
    return (
      <ChoiceDialog
        title="Which rows"
        value={project.training.rows}
        options={[
          { value: 'accepted', label: 'accepted', note: count(byRating.accepted) },
          {
            value: 'not-rejected',
            label: 'all but the rejected',
            note: `${count(total - byRating.rejected)}; unfinished answers are left out`,
          },
        ]}
        onChoose={(value) => setWhich(value === 'accepted' ? 'accepted' : 'not-rejected')}
        onCancel={() => setFormat(null)}
      />
    );
  }
  const write = async (to: ExportPath): Promise<void> => {
    onDone();
    const outcome = isExportFormat(format)
      ? await dataset.export(to, format, which ?? 'accepted')
      : await dataset.exportFolder(to, format === 'folder' ? (which ?? 'accepted') : 'pairs');
    if (outcome.ok) navigation.note(outcome.value);
    else navigation.problem(outcome.problem);
  };
  const ending = isExportFormat(format) ? '.jsonl' : format === 'folder' ? '-dataset' : '-pairs';
  return (
    <ExportPathDialog
      path={`${preferences.exportFolder()}/${fileStem(project.name, 'dataset')}${ending}`}
      isTaken={(path) =>
        isExportFormat(format)
          ? preferences.isTaken('dataset', path)
          : preferences.isTaken('dataset-folder', `${path}/README.md`)
      }
      complete={preferences.completePath}
      onSubmit={(to) => void write(to)}
      onCancel={() => (asksRows ? setWhich(null) : setFormat(null))}
    />
  );
}

/** At most this many rows have their old price added up; of more it is not shown. */
const MAX_PRICED_ROWS = 1_000;

/** What these rows cost when they were generated; null when any of it is unknown. */
function spentOn(rows: readonly (Row | null)[]): number | null {
  let spent = 0;
  for (const row of rows) {
    if (row === null) continue;
    if (row.costUsd === null) return null;
    spent += row.costUsd;
  }
  return spent;
}

export interface RegenerateDialogProps {
  readonly targets: Targets;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

function RegenerateDialog({ targets, onConfirm, onCancel }: RegenerateDialogProps): ReactNode {
  const { rows } = useWorkbench();
  const plan = useAppState((state) => state.project.plan);
  const [spent] = useState(() =>
    targets.count > MAX_PRICED_ROWS
      ? 'too many rows to add up'
      : formatUsd(spentOn(targets.ids().map((id) => rows.get(id)))),
  );
  return (
    <ConfirmDialog
      title={`Generate ${targets.count === 1 ? 'this answer' : plural(targets.count, 'answer')} again?`}
      lines={[
        `From ${plan.model}. Cost the first time: ${spent}.`,
        plan.capUsd === null ? 'No spending cap is set.' : `It stops at the cap of ${formatUsd(plan.capUsd)}.`,
        'Old answers stay until new ones are there; u brings them back.',
      ]}
      confirmLabel="generate"
      onConfirm={onConfirm}
      onCancel={onCancel}
    />
  );
}

export interface BrowseDialogProps {
  readonly question: BrowseDialogKind;
  readonly filter: RowFilter;
  readonly targets: Targets;
  readonly onFilter: (filter: RowFilter) => void;
  readonly onRemove: () => void;
  readonly onRegenerate: () => void;
  readonly onDone: () => void;
}

/** Asks what `question` says over the rows. */
export function BrowseDialog(props: BrowseDialogProps): ReactNode {
  const { question, filter, targets, onFilter, onRemove, onRegenerate, onDone } = props;
  const counts = useAppState((state) => state.counts);
  const slots = useAppState((state) => state.project.template.slots);
  switch (question) {
    case 'filter': {
      const options = filterChoices(filter, counts, slots);
      return (
        <ChoiceDialog
          title="Show"
          options={options}
          searchable
          onChoose={(value) => {
            const option = options.find((candidate) => candidate.value === value);
            if (option !== undefined) onFilter(withPart(filter, option.part));
            onDone();
          }}
          onCancel={onDone}
        />
      );
    }
    case 'remove':
      return (
        <ConfirmDialog
          title={`Remove ${targets.words}?`}
          lines={['Removed rows are not exported and not trained on.', 'u brings them back until luthier ends.']}
          confirmLabel="remove"
          onConfirm={onRemove}
          onCancel={onDone}
        />
      );
    case 'regenerate':
      return <RegenerateDialog targets={targets} onConfirm={onRegenerate} onCancel={onDone} />;
    case 'export':
      return <ExportDialog onDone={onDone} />;
  }
}
