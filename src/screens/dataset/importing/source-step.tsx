import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { useWorkbench } from '../../../app/react.tsx';
import { MIN_PROBLEM_ROWS, ProblemView } from '../../../components/feedback/notice.tsx';
import { TextField } from '../../../components/inputs/text-field.tsx';
import type { PaneSize } from '../../../components/layout/panes.tsx';
import { Line } from '../../../components/text/line.tsx';
import { ScrollText } from '../../../components/text/scroll-text.tsx';
import type { Problem } from '../../../domain/common/outcome.ts';
import type { ImportSource } from '../../../domain/importing/records.ts';
import { paneBindings } from '../../../keys/bindings/components.ts';
import { useBindings } from '../../../keys/hooks.tsx';
import type { SourceDraft } from './wizard.ts';

export interface SourceStepProps {
  readonly draft: SourceDraft;
  readonly problem: Problem | null;
  readonly size: PaneSize;
  readonly onType: (part: Partial<SourceDraft>) => void;
  readonly onRead: () => void;
  readonly onClose: () => void;
}

const LABEL = 9;

interface SourceField {
  readonly key: keyof SourceDraft;
  readonly label: string;
  readonly placeholder: string;
}

const FROM: SourceField = {
  key: 'text',
  label: 'From',
  placeholder: 'rows.csv, hf:owner/name, wandb:team/proj/name',
};

/** What else may be said of a source of each kind. */
const FIELDS: Readonly<Record<ImportSource['kind'], readonly SourceField[]>> = {
  file: [
    FROM,
    { key: 'encoding', label: 'Text in', placeholder: 'found out; or latin1, utf-16le, shift_jis' },
    { key: 'delimiter', label: 'Cells by', placeholder: 'found out; or , ; | tab' },
  ],
  hub: [
    FROM,
    { key: 'config', label: 'Config', placeholder: 'the only one, or the one called default' },
    { key: 'split', label: 'Split', placeholder: 'every split' },
  ],
  wandb: [FROM],
};

const HELP = `A file: JSONL, CSV, TSV or Parquet. Chat, prompt/completion, preference, ShareGPT and Alpaca records are known by their shape; of any other table you say which column is what.

A dataset of the Hugging Face Hub: hf:owner/name. HF_TOKEN opens those that ask for it.

An artifact of Weights & Biases: wandb:entity/project/name:alias, and #file where it has several. 8 has the key.

Nothing is imported before you have seen what the records become.`;

/** Asks where the rows come from. Enter reads the first of them; nothing is imported yet. */
export function SourceStep({ draft, problem, size, onType, onRead, onClose }: SourceStepProps): ReactNode {
  const { imports, preferences } = useWorkbench();
  const [focus, setFocus] = useState(0);
  const source = imports.sourceOf(draft.text.trim());
  const fields = source.ok ? FIELDS[source.value.kind] : [FROM];
  const at = Math.min(focus, fields.length - 1);
  const step = (by: number) => (): void => setFocus((at + by + fields.length) % fields.length);
  useBindings(
    'screen',
    paneBindings.map((binding) => ({
      ...binding,
      label: binding.id === 'panes.next' ? 'next field' : 'field before',
    })),
    { 'panes.next': step(1), 'panes.previous': step(-1) },
    { active: fields.length > 1 },
  );
  /** Tab completes a path; where it completes nothing it is the next field's, as it is in the others. */
  const complete = async (): Promise<void> => {
    const { path } = await preferences.completePath(draft.text);
    if (path === draft.text) step(1)();
    else onType({ text: path });
  };
  const room = Math.max(1, size.columns - LABEL);
  const left = size.rows - fields.length - 1;
  return (
    <Box flexDirection="column" width={size.columns}>
      {fields.map(({ key, label, placeholder }, index) => (
        <Box key={key} height={1} flexShrink={0}>
          <Line text={label} width={LABEL} tone={index === at ? 'accent' : 'muted'} bold={index === at} fill />
          <TextField
            value={draft[key]}
            onChange={(text) => onType({ [key]: text })}
            width={room}
            focus={index === at}
            placeholder={placeholder}
            onSubmit={onRead}
            onLeave={onClose}
            {...(key === 'text' && { onTab: () => void complete() })}
          />
        </Box>
      ))}
      <Box height={1} flexShrink={0} />
      {problem === null || left < MIN_PROBLEM_ROWS ? null : (
        <ProblemView problem={problem} width={size.columns} rows={left} />
      )}
      {problem !== null || left < 1 ? null : (
        <ScrollText text={HELP} width={size.columns} height={left} focus={false} tone="muted" />
      )}
    </Box>
  );
}
