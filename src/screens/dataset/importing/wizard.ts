import * as z from 'zod';
import { fieldReader, type ScreenStateKind } from '../../../app/core/screen-states.ts';
import type { ImportInspection, ImportReport } from '../../../app/dataset/import-actions.ts';
import type { Problem } from '../../../domain/common/outcome.ts';
import { type ColumnMapping, type ImportMapping, NO_ADDITIONS } from '../../../domain/importing/records.ts';
import { shapeEntry } from '../../../domain/importing/shapes.ts';

/** What was typed of a source; config and split are fields of a dataset of the Hub, encoding and delimiter of a file. */
export interface SourceDraft {
  readonly text: string;
  readonly config: string;
  readonly split: string;
  readonly encoding: string;
  readonly delimiter: string;
}

export type MessagePart = 'system' | 'user' | 'assistant' | 'rejected';
/** Where the keys go while columns are put to messages. */
export type PlanPane = 'mapping' | 'columns' | 'example';

export interface PlanStep {
  readonly name: 'plan';
  readonly inspection: ImportInspection;
  /** Only additions take the records as what they are. */
  readonly mapping: ImportMapping;
  /** The mapping to come back to while records are taken as they are. */
  readonly put: ColumnMapping;
  /** Index of the example that is shown. */
  readonly at: number;
  readonly pane: PlanPane;
  readonly editing: MessagePart | null;
}

export type WizardStep =
  | { readonly name: 'source'; readonly problem: Problem | null }
  | { readonly name: 'reading' }
  | PlanStep
  | { readonly name: 'importing'; readonly plan: PlanStep }
  | { readonly name: 'done'; readonly report: ImportReport };

export interface Wizard {
  readonly draft: SourceDraft;
  readonly step: WizardStep;
}

export type WizardAction =
  | { readonly type: 'type'; readonly draft: Partial<SourceDraft> }
  | { readonly type: 'read' }
  | { readonly type: 'refused'; readonly problem: Problem }
  | { readonly type: 'looked'; readonly inspection: ImportInspection }
  | { readonly type: 'map'; readonly mapping: ImportMapping }
  | { readonly type: 'walk'; readonly by: 1 | -1; readonly examples: number }
  | { readonly type: 'next-pane' }
  | { readonly type: 'edit'; readonly part: MessagePart | null }
  | { readonly type: 'import' }
  | { readonly type: 'stopped' }
  | { readonly type: 'imported'; readonly report: ImportReport }
  | { readonly type: 'back' };

export const NO_MAPPING: ColumnMapping = { ...NO_ADDITIONS, user: '', assistant: '' };

export const initialWizard: Wizard = {
  draft: { text: '', config: '', split: '', encoding: '', delimiter: '' },
  step: { name: 'source', problem: null },
};

const read = fieldReader<SourceDraft>(() => ({
  text: z.string(),
  config: z.string(),
  split: z.string(),
  encoding: z.string(),
  delimiter: z.string(),
}));

/** What was typed, until it is imported. */
export const WIZARD_STATE: ScreenStateKind<Wizard> = {
  name: 'dataset-import',
  save: ({ draft, step }) => (step.name === 'importing' || step.name === 'done' ? {} : draft),
  restore: (saved, fresh) => ({ ...fresh, draft: { ...fresh.draft, ...read(saved) } }),
};

const PANES: readonly PlanPane[] = ['mapping', 'columns', 'example'];

function initialPlan(inspection: ImportInspection): PlanStep {
  const put = inspection.guess ?? NO_MAPPING;
  const mapping = shapeEntry(inspection.shape).asIs ? NO_ADDITIONS : put;
  return { name: 'plan', inspection, mapping, put, at: 0, pane: 'mapping', editing: null };
}

function planReducer(step: PlanStep, action: WizardAction): WizardStep {
  switch (action.type) {
    case 'map':
      return { ...step, mapping: action.mapping, put: { ...step.put, ...action.mapping } };
    case 'walk': {
      const last = Math.max(0, action.examples - 1);
      return { ...step, at: Math.max(0, Math.min(last, step.at + action.by)) };
    }
    case 'next-pane':
      return { ...step, pane: PANES[(PANES.indexOf(step.pane) + 1) % PANES.length] ?? 'mapping' };
    case 'edit':
      return { ...step, editing: action.part };
    case 'import':
      return { name: 'importing', plan: step };
    case 'back':
      return step.pane === 'mapping' ? { name: 'source', problem: null } : { ...step, pane: 'mapping' };
    default:
      return step;
  }
}

function stepReducer(step: WizardStep, action: WizardAction): WizardStep {
  switch (step.name) {
    case 'source':
      return action.type === 'read' ? { name: 'reading' } : failedStep(step, action);
    case 'reading':
      if (action.type === 'looked') return initialPlan(action.inspection);
      return action.type === 'back' ? { name: 'source', problem: null } : failedStep(step, action);
    case 'plan':
      return planReducer(step, action);
    case 'importing':
      if (action.type === 'imported') return { name: 'done', report: action.report };
      return action.type === 'stopped' ? step.plan : step;
    case 'done':
      return step;
  }
}

const failedStep = (step: WizardStep, action: WizardAction): WizardStep =>
  action.type === 'refused' ? { name: 'source', problem: action.problem } : step;

/** From a source, by a look at it and a mapping, to rows. What is typed stays through every step. */
export function wizardReducer(state: Wizard, action: WizardAction): Wizard {
  if (action.type === 'type') return { ...state, draft: { ...state.draft, ...action.draft } };
  return { ...state, step: stepReducer(state.step, action) };
}
