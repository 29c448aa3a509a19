import { type ReactNode, useState } from 'react';
import type { CompletePath } from '../inputs/path-field.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { PromptDialog } from './prompt-dialog.tsx';

/** A project's name as the name of a file: `d-d-characters`; the fallback where nothing of it is left. */
export const fileStem = (name: string, fallback: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || fallback;

export interface ExportPathDialogProps {
  readonly title?: string;
  /** Where it is offered to be written. */
  readonly path: string;
  /** Whether something lies there that is lost when it is written over. */
  readonly isTaken: (path: string) => Promise<boolean>;
  /** What Tab makes of a path. */
  readonly complete: CompletePath;
  /** `replace`: a person said that what lies there may go. */
  readonly onSubmit: (to: { readonly path: string; readonly replace: boolean }) => void;
  readonly onCancel: () => void;
}

/** Asks where an export is written, and before it replaces a file of someone else's. Esc goes one question back. */
export function ExportPathDialog(props: ExportPathDialogProps): ReactNode {
  const { title = 'Export', isTaken, onSubmit, onCancel } = props;
  const [path, setPath] = useState(props.path);
  const [taken, setTaken] = useState(false);
  if (taken) {
    return (
      <ReplaceDialog path={path} onConfirm={() => onSubmit({ path, replace: true })} onCancel={() => setTaken(false)} />
    );
  }
  const submit = async (typed: string): Promise<void> => {
    setPath(typed);
    if (await isTaken(typed)) setTaken(true);
    else onSubmit({ path: typed, replace: false });
  };
  return (
    <PromptDialog
      title={title}
      label="Write to"
      initial={path}
      complete={props.complete}
      validate={(text) => (text.trim() === '' ? 'A path is needed.' : null)}
      onSubmit={(text) => void submit(text.trim())}
      onCancel={onCancel}
    />
  );
}

export interface ReplaceDialogProps {
  readonly path: string;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Before a file goes that was not written here. */
export function ReplaceDialog({ path, onConfirm, onCancel }: ReplaceDialogProps): ReactNode {
  return (
    <ConfirmDialog
      title="Replace the file?"
      lines={[path, 'It was written or changed by something else; what is in it goes for good.']}
      confirmLabel="replace"
      danger
      onConfirm={onConfirm}
      onCancel={onCancel}
    />
  );
}
