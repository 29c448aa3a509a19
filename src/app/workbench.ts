import { predictionsProjectId } from '../domain/evaluation/items.ts';
import { COMMAND_PROJECT } from '../domain/project/command-projects.ts';
import { newProject } from '../domain/project/project.ts';
import type { Project } from '../domain/project/types.ts';
import { DND } from '../domain/template/examples.ts';
import { plural } from '../domain/text/format.ts';
import { type BakeoffActions, createBakeoffActions } from './bakeoff/actions.ts';
import { type BatchActions, createBatching } from './batches/actions.ts';
import { type ChatActions, createChat } from './chat/actions.ts';
import { Unstored } from './completions/unstored.ts';
import {
  createWorkbenchContext,
  observeBatches,
  observeLedger,
  observePackedRows,
  observeRows,
} from './core/context.ts';
import type { WorkbenchDeps } from './core/deps.ts';
import { summaryOf } from './core/project-autosave.ts';
import { createReads, followState, type Reads } from './core/reads.ts';
import type { ScreenStates } from './core/screen-states.ts';
import { type AppState, type AppStore, createAppStore, type Notice } from './core/state.ts';
import { createUndoStack } from './core/undo.ts';
import { createDatasetActions, type DatasetActions, preferencePairs, type ReadPairs } from './dataset/actions.ts';
import { type CoverageActions, createCoverageActions } from './dataset/coverage.ts';
import { createImportActions, type ImportActions } from './dataset/import-actions.ts';
import { createRowActions, type RowActions } from './dataset/rows.ts';
import { createSearchActions, type SearchActions } from './dataset/search.ts';
import { createSplitActions, type SplitActions } from './dataset/splits.ts';
import { createDeploying, type DeployActions } from './deployment/actions.ts';
import { createEvaluation, type EvaluateActions, type EvaluateRun } from './evaluation/actions.ts';
import { type BlindActions, createBlindActions } from './evaluation/blind.ts';
import { createEvaluationReaders } from './evaluation/results.ts';
import { createGenerateActions, type GenerateActions } from './generation/actions.ts';
import { createProjectActions, type ProjectActions } from './projects/actions.ts';
import { createNavigation, type NavigationActions } from './projects/navigation.ts';
import { createTemplateActions, type TemplateActions } from './projects/template.ts';
import type { OperationSnapshot } from './runtime/operation.ts';
import { coalesce } from './runtime/pacing.ts';
import { type BaseModelActions, createBaseModelActions } from './settings/bases.ts';
import { createMachineActions, type MachineActions } from './settings/machine.ts';
import { createModelExportActions, type ModelExportActions } from './settings/model-exports.ts';
import { createModelReader } from './settings/models.ts';
import {
  createPreferenceActions,
  createTrackingSettings,
  type PreferenceActions,
  type TrackingSettingsActions,
} from './settings/preferences.ts';
import { createSettingsActions, type SettingsActions } from './settings/providers.ts';
import { createTracking, type TrackingActions } from './tracking/actions.ts';
import { createFileActions, createTrainActions, type FileActions, type TrainActions } from './training/actions.ts';
import { createJobWatcher } from './training/job-watcher.ts';

export interface Workbench {
  readonly reads: Reads;
  readonly screenStates: ScreenStates;
  readonly navigation: NavigationActions;
  readonly projects: ProjectActions;
  readonly template: TemplateActions;
  readonly generate: GenerateActions;
  readonly batches: BatchActions;
  readonly rows: RowActions;
  readonly search: SearchActions;
  readonly dataset: DatasetActions;
  readonly imports: ImportActions;
  readonly splits: SplitActions;
  readonly coverage: CoverageActions;
  readonly train: TrainActions;
  readonly files: FileActions;
  readonly deploy: DeployActions;
  readonly evaluate: EvaluateActions;
  readonly evaluateRun: EvaluateRun;
  readonly blind: BlindActions;
  readonly chat: ChatActions;
  readonly bakeoff: BakeoffActions;
  readonly tracking: TrackingActions;
  readonly trackingSettings: TrackingSettingsActions;
  readonly settings: SettingsActions;
  readonly machine: MachineActions;
  readonly bases: BaseModelActions;
  readonly modelExports: ModelExportActions;
  readonly preferences: PreferenceActions;
}

/** Rows that land are counted again at most this often, and with the progress of what brings them where that comes sooner. */
const COUNT_MS = 250;

interface RunningWorkbench {
  readonly workbench: Workbench;
  /** Resumes unfinished jobs of every project and reads the provider's models. The first frame need not wait for it. */
  resume(): void;
  /** Another process wrote to the data folder: what is on the screen is read again. */
  changedElsewhere(): void;
  /** Looks for what another window did to the open project, and notes whether there is one. */
  lookElsewhere(isOpenElsewhere: boolean): void;
  /** A file was written that the next start will not know for its own: said with the note of what was written. */
  unnoted(path: string): void;
  /** Ends what runs, keeping what is done, and puts everything on disk. */
  close(): Promise<void>;
}

/** Everything a screen can do, over the given store and services. */
function createWorkbench(deps: WorkbenchDeps, store: AppStore): RunningWorkbench {
  const reads = createReads();
  followState(store, reads);
  const counting = coalesce(deps.clock, COUNT_MS, () => {
    store.setState({ counts: deps.rows.counts(store.getState().project.id, {}) });
    reads.invalidate('rows');
  });
  const rowsChanged = (projectId: string): void => {
    deps.rowSearch.rowsChanged();
    if (projectId === store.getState().project.id) counting.touch();
  };
  const rows = observeRows(deps.rows, rowsChanged);
  const adding = coalesce(deps.clock, COUNT_MS, () => {
    store.setState({ spending: deps.ledger.totals(store.getState().project.id) });
  });
  const ledger = observeLedger(deps.ledger, () => adding.touch());
  const batches = observeBatches(deps.batches, () => adding.touch());
  const { registry, providers, jobs, askedJobs, deployments, uploads, spill, keysInUse } = deps;
  const { tokens, clock, paces, random, settings } = deps;
  const prices = (providerId?: string) => settings.prices(providerId);
  const context = createWorkbenchContext(
    deps,
    {
      registry,
      providers,
      rows,
      jobs,
      askedJobs,
      deployments,
      uploads,
      ledger,
      batches,
      spill,
      keysInUse,
      tokens,
      clock,
      paces,
      random,
      prices,
    },
    store,
    reads,
  );
  const undo = createUndoStack();
  const models = createModelReader(context);
  const readers = createEvaluationReaders(context.operations, deps.evaluations);
  const pairs: ReadPairs = (project) => preferencePairs(context, project, readers.items);
  const tracking = createTracking(context, pairs);
  const watcher = createJobWatcher(context, {
    tunedAppeared: () => models.refresh(),
    changed(record) {
      tracking.jobChanged(record);
      bakeoff.jobChanged(record);
    },
    left: tracking.jobEnded,
  });
  const deploying = createDeploying(context, () => models.refresh());
  const generate = createGenerateActions(context, undo);
  const imports = createImportActions(context, observePackedRows(deps.packedRows, rowsChanged));
  const chat = createChat(context);
  const evaluating = createEvaluation(context, readers, tracking.evaluationEnded);
  const bakeoff = createBakeoffActions(context, watcher, pairs, {
    forget: (id) => readers.forget(id),
    changed: () => evaluating.changed(),
  });

  const batching = createBatching(context, () => {
    readers.forgetAll();
    evaluating.changed();
    counting.touch();
    adding.touch();
  });

  let evaluatedElsewhere = false;
  const unwatch = deps.waits.watch((waiting) => store.setState({ waiting }));
  const announced = new Set<string>();
  const unsubscribe = registry.subscribe(() => {
    const operations = registry.list();
    store.setState({ operations });
    // What is drawn again is drawn once.
    counting.settle();
    adding.settle();
    for (const ended of operations) {
      if (ended.endedAt === null || announced.has(ended.id)) continue;
      announced.add(ended.id);
      announceResult(ended, context.note, context.problem);
      if (store.getState().terminal.notifications && isWorthLookingUp(ended)) deps.desktop.notify(endText(ended));
    }
  });

  return {
    workbench: {
      reads,
      screenStates: context.screenStates,
      navigation: createNavigation(context),
      projects: createProjectActions(context, models, undo, imports),
      template: createTemplateActions(context),
      generate,
      batches: batching.actions,
      rows: createRowActions(context, undo),
      search: createSearchActions(context),
      dataset: createDatasetActions(context, generate, pairs),
      imports,
      splits: createSplitActions(context),
      coverage: createCoverageActions(context),
      train: createTrainActions(context, watcher, pairs),
      files: createFileActions(context),
      deploy: deploying.actions,
      evaluate: evaluating.actions,
      evaluateRun: evaluating.run,
      blind: createBlindActions(context, evaluating),
      chat: chat.actions,
      bakeoff: bakeoff.actions,
      tracking: tracking.actions,
      trackingSettings: createTrackingSettings(context, tracking.settingsChanged),
      settings: createSettingsActions(context, models),
      machine: createMachineActions(context, () => models.refresh()),
      bases: createBaseModelActions(context, () => models.refresh()),
      modelExports: createModelExportActions(context),
      preferences: createPreferenceActions(context, models),
    },
    resume() {
      context.guard('Answers of before that found no room are kept where they are.', () => {
        const unstored = new Unstored(context.operations);
        unstored.takeBack();
        if (unstored.takenBack > 0)
          context.note(`${plural(unstored.takenBack, 'answer')} of before, kept elsewhere, found room now.`);
      });
      deps.rowSearch.rowsChanged();
      chat.resume();
      watcher.resume(deps.projects.list());
      models.refresh();
      tracking.resume();
      deploying.resume();
      batching.resume();
    },
    lookElsewhere(isOpenElsewhere) {
      if (store.getState().openElsewhere !== isOpenElsewhere) {
        store.setState({ openElsewhere: isOpenElsewhere });
        if (isOpenElsewhere)
          context.note('Another window or command has this data open: each shows what the other changes.');
      }
      context.guard('What is on the screen is as it was read before.', () => {
        if (context.projectAutosave.look()) context.note('Another window changed this project: this is the newest.');
      });
    },
    changedElsewhere: () =>
      context.guard('What is on the screen is as it was read before.', () => {
        const { id } = store.getState().project;
        counting.touch();
        adding.touch();
        context.jobsChanged(id);
        context.jobsChanged(COMMAND_PROJECT);
        deploying.changed();
        // Read whole again, so only while another process evaluates, and once after.
        const evaluatesNow = ledger.heldElsewhere(predictionsProjectId(id)) > 0;
        if (evaluatesNow || evaluatedElsewhere) {
          readers.forgetAll();
          evaluating.changed();
        }
        evaluatedElsewhere = evaluatesNow;
      }),
    unnoted: (path) =>
      context.remark(`It could not be noted that ${path} is Luthier’s own: writing it again will ask first.`),
    async close() {
      unwatch();
      models.close();
      deploying.close();
      await tracking.close();
      await registry.close();
      chat.close();
      unsubscribe();
      counting.close();
      adding.close();
      evaluating.close();
      context.screenStates.close();
      context.projectAutosave.close();
    },
  };
}

/** A word at the end of what nobody waits for; calls and imports give their outcome to the screen that started them. */
function announceResult(
  ended: OperationSnapshot,
  note: (text: string) => void,
  problem: (found: NonNullable<OperationSnapshot['problem']>) => void,
): void {
  const { detail } = ended;
  if (detail.kind === 'chat' || detail.kind === 'test-call' || detail.kind === 'import') return;
  // What nobody requested is announced only when it goes wrong.
  if (detail.kind === 'sync' && !detail.asked && ended.problem === null) return;
  if (ended.problem !== null) problem(ended.problem);
  else if (ended.status === 'succeeded' && ended.receipt !== null) note(`${ended.title}: ${ended.receipt.summary}`);
}

/** Milliseconds after which a person may have turned to something else. */
const LONG_MS = 10_000;

/** Whether a person who looks elsewhere wants to know that it ended: long work, not what one stopped oneself. */
const isWorthLookingUp = ({ detail, status, startedAt, endedAt }: OperationSnapshot): boolean =>
  endedAt !== null &&
  endedAt - startedAt >= LONG_MS &&
  status !== 'cancelled' &&
  (detail.kind !== 'sync' || detail.asked);

const endText = ({ title, problem, receipt }: OperationSnapshot): string =>
  `${title}: ${problem?.what ?? receipt?.summary ?? 'done'}`;

export interface StartedWorkbench extends RunningWorkbench {
  readonly store: AppStore;
}

/**
 * Reads what is kept and puts store and workbench together; the very first start makes the D&D example. Nothing here
 * waits for a network: call `resume` when the first frame is drawn.
 */
export function startWorkbench(deps: WorkbenchDeps): StartedWorkbench {
  const store = createAppStore(initialState(deps));
  return { store, ...createWorkbench(deps, store) };
}

function initialState(deps: WorkbenchDeps): AppState {
  const { projects, settings, rows, jobs, deployments, ledger } = deps;
  const kept = projects.list();
  const project = kept.find(({ id }) => id === projects.current()) ?? kept[0] ?? firstProject(deps);
  ledger.name(project.id, project.name);
  const all = kept.length === 0 ? [project] : kept;
  return {
    screen: project.screen,
    project,
    projects: all.map(summaryOf),
    profiles: settings.profiles(),
    models: { status: 'loading', models: [] },
    operations: [],
    counts: rows.counts(project.id, {}),
    jobs: jobs.list(project.id),
    commandJobs: deps.commandJobs.ofCommands(),
    deployments: deployments.list({ open: true }),
    unseen: new Map(),
    spending: ledger.totals(project.id),
    terminal: settings.terminal(),
    openRowId: null,
    templateConflict: null,
    openElsewhere: false,
    waiting: null,
    // Last, for all that was read before may have found a corrupt file.
    notice: recoveryNotice(settings.recovered()),
  };
}

function firstProject({ projects, newId, clock }: WorkbenchDeps): Project {
  const project = newProject({ id: newId(), now: clock.now(), name: DND.name, template: DND });
  projects.save(project);
  projects.setCurrent(project.id);
  return project;
}

function recoveryNotice(recovered: readonly string[]): Notice | null {
  if (recovered.length === 0) return null;
  const saved = 'What could not be read is kept beside it, unchanged.';
  const next = 'Go on with the defaults, or mend the file and start again.';
  return { id: 0, kind: 'problem', problem: { what: recovered.join(' '), saved, next } };
}
