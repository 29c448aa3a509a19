import { type Dispatch, useEffect, useRef } from 'react';
import { latestOperation } from '../../../app/core/state.ts';
import type { ImportActions } from '../../../app/dataset/import-actions.ts';
import { useAppState, useScreenState, useWorkbench } from '../../../app/react.tsx';
import type { Outcome } from '../../../domain/common/outcome.ts';
import type { ImportSource } from '../../../domain/importing/records.ts';
import {
  initialWizard,
  type SourceDraft,
  WIZARD_STATE,
  type Wizard,
  type WizardAction,
  wizardReducer,
} from './wizard.ts';

export interface ImportWizard {
  readonly state: Wizard;
  readonly dispatch: Dispatch<WizardAction>;
  /** Reads the first rows of the source that was typed. */
  read(): void;
  start(): void;
  stop(): void;
}

const textOrNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

/** The source that was typed; config and split are the Hub's, the encoding a file's. */
export function sourceFromDraft(imports: Pick<ImportActions, 'sourceOf'>, draft: SourceDraft): Outcome<ImportSource> {
  const source = imports.sourceOf(draft.text.trim());
  if (!source.ok) return source;
  if (source.value.kind === 'file') {
    const encoding = textOrNull(draft.encoding);
    const delimiter = textOrNull(draft.delimiter);
    return {
      ok: true,
      value: { ...source.value, ...(encoding !== null && { encoding }), ...(delimiter !== null && { delimiter }) },
    };
  }
  if (source.value.kind !== 'hub') return source;
  const { config, split } = source.value;
  return {
    ok: true,
    value: { ...source.value, config: textOrNull(draft.config) ?? config, split: textOrNull(draft.split) ?? split },
  };
}

/**
 * The import from its source to its report. Leaving the screen ends a look at the first rows, which nobody waits for any
 * more, and stops no import: its outcome is shown on whatever screen is open.
 */
export function useWizard(): ImportWizard {
  const { imports, navigation } = useWorkbench();
  const [state, dispatch] = useScreenState(WIZARD_STATE, wizardReducer, () => initialWizard);
  const running = useAppState((app) => latestOperation(app, 'import'));
  /** The look that is under way, or was the last. */
  const reading = useRef(new AbortController());
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
      reading.current.abort();
    };
  }, []);

  const read = async (): Promise<void> => {
    const source = sourceFromDraft(imports, state.draft);
    if (!source.ok) {
      dispatch({ type: 'refused', problem: source.problem });
      return;
    }
    reading.current.abort();
    reading.current = new AbortController();
    const { signal } = reading.current;
    dispatch({ type: 'read' });
    const outcome = await imports.inspect(source.value, { signal });
    if (signal.aborted) return;
    if (outcome.ok) dispatch({ type: 'looked', inspection: outcome.value });
    else dispatch({ type: 'refused', problem: outcome.problem });
  };

  const start = async (): Promise<void> => {
    if (state.step.name !== 'plan') return;
    const { inspection, mapping } = state.step;
    dispatch({ type: 'import' });
    const outcome = await imports.start(inspection.source, mapping);
    if (here.current && outcome.ok) dispatch({ type: 'imported', report: outcome.value });
    else if (outcome.ok) navigation.note(outcome.value.summary);
    else {
      if (here.current) dispatch({ type: 'stopped' });
      navigation.problem(outcome.problem);
    }
  };

  return {
    state,
    dispatch: (action) => {
      // What is read for a step one has left is read no further, and must not bring one back to it.
      if (action.type === 'back') reading.current.abort();
      dispatch(action);
    },
    read: () => {
      void read();
    },
    start: () => {
      void start();
    },
    stop: () => {
      if (running !== null && running.endedAt === null) navigation.cancelOperation(running.id);
    },
  };
}
