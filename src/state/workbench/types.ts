import type { ChatTurn } from '../../domain/chat/turn.ts';
import type { ChatAnswer, ChatMessage, Sampling } from '../../domain/chat/types.ts';
import type { DatasetReport } from '../../domain/dataset/report.ts';
import type { Rating, Row, RowFilter, RowQuery } from '../../domain/dataset/types.ts';
import type { EvaluationItem } from '../../domain/evaluation/types.ts';
import type { Quote } from '../../domain/pricing/quote.ts';
import type { PriceTable } from '../../domain/pricing/types.ts';
import type { GenerationPlan, Project, ScreenId } from '../../domain/project/types.ts';
import type { KeySource, ProviderProfile, RemoteFile } from '../../domain/provider/types.ts';
import type { ThemeName } from '../../domain/settings/types.ts';
import type { ExampleName } from '../../domain/template/examples.ts';
import type { Cell } from '../../domain/template/types.ts';
import type { Outcome, Problem } from '../../domain/text/problem.ts';
import type { Checkpoint, JobEvent, JobRecord } from '../../domain/training/types.ts';
import type { JobAction } from '../../operations/ports.ts';
import type { GenerationQuote } from '../../operations/quote/generation.ts';
import type { BlindActions, EvaluateActions, EvaluateRun } from './evaluateTypes.ts';
import type { ImportActions, SplitActions } from './importTypes.ts';
import type { TrackingActions, TrackingSettingsActions } from './trackingTypes.ts';

/** What screens can do. Nothing here throws: what goes wrong is an Outcome, or a problem in `AppState.notice`. */

export interface ProjectActions {
  /** A new project from an example or empty; becomes the current one. The rows of `nda` are imported into it. */
  create(name: string, from: ExampleName): void;
  open(id: string): void;
  rename(id: string, name: string): void;
  /** Copies template, plans and rows; becomes the current one. */
  duplicate(id: string): void;
  remove(id: string): void;
  /** Changes the current project; on disk within half a second and before the app ends. */
  update(change: (project: Project) => Project): void;
}

export interface TemplateActions {
  load(path: string): Promise<Outcome<string>>;
  /** YAML, or JSON when the path ends in `.json`. */
  save(path: string): Promise<Outcome<string>>;
  /** Tokens of the cell's rendered prompts, counted off the main loop. */
  tokens(cell: Cell): Promise<Outcome<{ readonly teacher: number; readonly student: number }>>;
  /** One call with the teacher prompt of `cell`, streamed; not kept. `stop` by cancelling the operation. */
  testCall(cell: Cell, onText: (text: string) => void): Promise<Outcome<ChatAnswer>>;
}

export interface GenerateActions {
  /** Counts what the plan would buy and its price; reads nothing but the local store. */
  quote(plan: GenerationPlan): Promise<Outcome<GenerationQuote>>;
  start(plan: GenerationPlan): void;
  /** Again, for these rows or for every failed, truncated, refused and empty one. */
  retry(rowIds: readonly string[] | 'problems'): void;
  pause(): void;
  resume(): void;
  setCap(usd: number | null): void;
  setConcurrency(setting: number | 'auto'): void;
}

export type { GenerationQuote };

export interface RowActions {
  window(query: RowQuery): readonly Row[];
  count(filter: RowFilter): number;
  /** Every id of the filter, in creation order, to mark or rate them all. */
  ids(filter: RowFilter): readonly string[];
  get(id: string): Row | null;
  rate(ids: readonly string[], rating: Rating): void;
  edit(id: string, change: { readonly completion?: string; readonly prompt?: readonly ChatMessage[] }): void;
  /**
   * Puts what was asked and wanted among the rows that are trained on: its own row, accepted and on the training side,
   * or a new one when it has none. Says what it did; undo takes it back.
   */
  learn(item: Pick<EvaluationItem, 'rowId' | 'prompt' | 'target' | 'slices'>): string;
  remove(ids: readonly string[]): void;
  /**
   * Rates every row of the filter but these, some hundred at a time, so that keys are heard in between; one undo takes
   * all of it back. Gives how many changed.
   */
  rateAll(filter: RowFilter, except: ReadonlySet<string>, rating: Rating): Promise<Outcome<number>>;
  /** Removes every row of the filter but these, in the same way. */
  removeAll(filter: RowFilter, except: ReadonlySet<string>): Promise<Outcome<number>>;
  /** Takes back the last rate, edit, remove or regenerate; says what it took back, null when there is nothing. */
  undo(): string | null;
}

export interface DatasetActions {
  /** The training messages of a row, as they would be exported. */
  messages(row: Row): readonly ChatMessage[];
  /** Buys the answer again; the old one comes back with undo. */
  regenerate(ids: readonly string[]): void;
  check(model: string): Promise<Outcome<DatasetReport>>;
  /** The row behind a line of the last check; null when there is none, or the row is gone. */
  checkedRow(line: number): Row | null;
  /** `dpo` writes every preference pair there is, whichever rows are asked for. */
  export(
    path: string,
    format: 'chat' | 'prompt-completion' | 'dpo',
    rows: 'accepted' | 'not-rejected',
  ): Promise<Outcome<string>>;
}

export interface TrainActions {
  quote(): Promise<Outcome<Quote>>;
  /** Splits, uploads, creates the job and watches it. */
  start(): void;
  act(jobId: string, action: JobAction): Promise<Outcome<string>>;
  events(jobId: string): readonly JobEvent[];
  checkpoints(jobId: string): readonly Checkpoint[];
  /** The result file as CSV, saved beside the exports; says where. */
  saveResults(record: JobRecord): Promise<Outcome<string>>;
}

export interface FileActions {
  list(): Promise<Outcome<readonly RemoteFile[]>>;
  remove(id: string): Promise<Outcome<string>>;
}

export interface ChatActions {
  /** Turns of the current project's conversation, kept across restarts. */
  turns(): readonly ChatTurn[];
  /** Asks every model of the plan; listeners of `subscribe` hear deltas at most every 33 ms. */
  send(
    text: string,
    settings: {
      readonly models: readonly string[];
      readonly system: string;
      readonly sampling: Sampling;
      /** Asks without what was said before, as in training. */
      readonly alone?: boolean;
    },
  ): void;
  stop(): void;
  /** Drops the turn and all after it, for regenerate and edit-and-resend; gives its text back. */
  rewind(turnId: string): string | null;
  /** Saves Markdown; says where. `addRow` is in `keep`. */
  exportTranscript(path: string): Promise<Outcome<string>>;
  /** Makes the reply of one model a dataset row. */
  keep(turnId: string, model: string): Outcome<string>;
}

export interface ChatFeed {
  subscribe(listener: () => void): () => void;
  clear(): void;
}

export interface SettingsActions {
  saveProfile(profile: ProviderProfile): void;
  removeProfile(id: string): void;
  /** Kept in a 0600 file apart from the settings; null forgets it. */
  setKey(profileId: string, key: string | null): void;
  keySource(profileId: string): KeySource;
  /** `OPENAI_BASE_URL`; null when it is not set, or holds a password and so is not followed. */
  environmentUrl(): string | null;
  /** Says what the server said, or what failed and what to do. */
  testConnection(profileId: string): Promise<Outcome<string>>;
  use(profileId: string): void;
}

export interface PreferenceActions {
  setTheme(theme: ThemeName): void;
  prices(): PriceTable;
  /** Where the data is and how many bytes it takes. */
  dataFolder(): Promise<{ readonly path: string; readonly bytes: number }>;
  refreshModels(): void;
  /** The folder that exports are offered to be written to. */
  exportFolder(): string;
}

export interface NavigationActions {
  go(screen: ScreenId): void;
  /** Goes to Dataset with this row selected: see `AppState.openRowId`. */
  openRow(id: string): void;
  note(text: string): void;
  /** Shows what an Outcome says went wrong, until it is dismissed. */
  problem(problem: Problem): void;
  dismiss(): void;
  /** OSC 52; says so in a note. */
  copy(text: string, what: string): void;
  /** Opens `text` in $EDITOR and gives back what was saved, or null when it was left unchanged. */
  editExternally(text: string, extension: string): Promise<string | null>;
  cancelOperation(id: string): void;
}

export interface Workbench {
  readonly navigation: NavigationActions;
  readonly projects: ProjectActions;
  readonly template: TemplateActions;
  readonly generate: GenerateActions;
  readonly rows: RowActions;
  readonly dataset: DatasetActions;
  readonly imports: ImportActions;
  readonly splits: SplitActions;
  readonly train: TrainActions;
  readonly files: FileActions;
  readonly evaluate: EvaluateActions;
  readonly evaluateRun: EvaluateRun;
  readonly blind: BlindActions;
  readonly chat: ChatActions;
  readonly chatFeed: ChatFeed;
  readonly tracking: TrackingActions;
  readonly trackingSettings: TrackingSettingsActions;
  readonly settings: SettingsActions;
  readonly preferences: PreferenceActions;
}
