import type { OperationDeps } from '../../operations/deps.ts';
import type { EvaluationStore, Sources, Tracker, VoteStore } from '../../operations/ports.ts';
import type {
  Desktop,
  Documents,
  ProjectRows,
  ProjectStore,
  SecretStore,
  SettingsStore,
  TrackingPreferences,
  TranscriptStore,
} from '../ports.ts';

/** Everything the workbench stands on; the composition root hands in the real ones, tests their own. */
export interface WorkbenchDeps extends Omit<OperationDeps, 'prices'> {
  readonly projects: ProjectStore;
  readonly projectRows: ProjectRows;
  readonly evaluations: EvaluationStore;
  readonly votes: VoteStore;
  readonly settings: SettingsStore;
  readonly secrets: SecretStore;
  readonly tracker: Tracker;
  readonly tracking: TrackingPreferences;
  readonly transcripts: TranscriptStore;
  readonly documents: Documents;
  readonly sources: Sources;
  readonly desktop: Desktop;
  /** Ids of projects and turns: letters, digits and dashes. */
  readonly newId: () => string;
  /** Where the examples that ship with Luthier lie. */
  readonly examplesFolder: string;
  /** Where OpenAI's calls go unless its profile says otherwise; null when the environment names nothing. */
  readonly environmentUrl: string | null;
  /** Where exports are offered to go. */
  readonly exportFolder: string;
}
