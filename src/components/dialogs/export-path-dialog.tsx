import type { ReactNode } from 'react';
import { PromptDialog } from './prompt-dialog.tsx';

/** A project's name as the name of a file: `d-d-characters`; the fallback where nothing of it is left. */
export const fileStem = (name: string, fallback: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || fallback;

export interface ExportPathDialogProps {
  /** Where it is offered to be written. */
  readonly path: string;
  readonly onSubmit: (path: string) => void;
  readonly onCancel: () => void;
}

/** Asks where an export is written. */
export function ExportPathDialog({ path, onSubmit, onCancel }: ExportPathDialogProps): ReactNode {
  return (
    <PromptDialog
      title="Export"
      label="Write to (a file that is there is replaced)"
      initial={path}
      validate={(text) => (text.trim() === '' ? 'A path is needed.' : null)}
      onSubmit={(text) => onSubmit(text.trim())}
      onCancel={onCancel}
    />
  );
}
