import { coalesce } from '../../operations/channel/coalesce.ts';
import type { OperationSnapshot } from '../../operations/channel/types.ts';
import type { AppStore } from '../store.ts';
import { createBlindActions } from './blind.ts';
import { createChat } from './chat.ts';
import { createCore } from './core.ts';
import { createDatasetActions } from './dataset.ts';
import type { WorkbenchDeps } from './deps.ts';
import { createEvaluating } from './evaluate.ts';
import { createFileActions } from './files.ts';
import { createGenerateActions } from './generate.ts';
import { createImportActions } from './imports.ts';
import { createModelReader } from './models.ts';
import { createNavigation } from './navigation.ts';
import { observedRows } from './observed.ts';
import { pairsOf } from './pairs.ts';
import { createPreferenceActions } from './preferences.ts';
import { createProjectActions } from './projects.ts';
import { createRowActions } from './rows.ts';
import { createSettingsActions } from './settings.ts';
import { createSplitActions } from './splits.ts';
import { createTemplateActions } from './template.ts';
import { createTracking } from './tracking.ts';
import { createTrackingSettings } from './trackingSettings.ts';
import { createTrainActions, type ReadPairs } from './train.ts';
import type { Workbench } from './types.ts';
import { createUndoStack } from './undo.ts';
import { createWatcher } from './watcher.ts';

/** Rows that land are counted again at most this often. */
const COUNT_MS = 100;

export interface RunningWorkbench {
  readonly workbench: Workbench;
  /** Resumes unfinished jobs of every project and reads the provider's models. The first frame need not wait for it. */
  resume(): void;
  /** Ends what runs, keeping what is done, and puts everything on disk. */
  close(): Promise<void>;
}

/** Everything a screen can do, over the given store and services. */
export function createWorkbench(deps: WorkbenchDeps, store: AppStore): RunningWorkbench {
  const counting = coalesce(deps.clock, COUNT_MS, () => {
    const { project, rowsVersion } = store.getState();
    store.setState({ counts: deps.rows.counts(project.id, {}), rowsVersion: rowsVersion + 1 });
  });
  const rows = observedRows(deps.rows, (projectId) => {
    if (projectId === store.getState().project.id) counting.touch();
  });
  const { registry, providers, jobs, tokens, clock, random, settings } = deps;
  const prices = () => settings.prices();
  const core = createCore(deps, { registry, providers, rows, jobs, tokens, clock, random, prices }, store);
  const undo = createUndoStack();
  const models = createModelReader(core);
  const pairs: ReadPairs = (project) => pairsOf(core, project, (id) => evaluating.actions.items(id));
  const tracking = createTracking(core, pairs);
  const watcher = createWatcher(core, {
    tunedAppeared: () => models.refresh(),
    changed: tracking.jobChanged,
    left: tracking.jobEnded,
  });
  const generate = createGenerateActions(core, undo);
  const chat = createChat(core);
  const imports = createImportActions(core);
  const evaluating = createEvaluating(core, tracking.evaluationEnded);

  const told = new Set<string>();
  const unsubscribe = registry.subscribe(() => {
    const operations = registry.list();
    store.setState({ operations });
    for (const ended of operations) {
      if (ended.endedAt === null || told.has(ended.id)) continue;
      told.add(ended.id);
      tellEnd(ended, core.note, core.problem);
    }
  });

  return {
    workbench: {
      navigation: createNavigation(core),
      projects: createProjectActions(core, models, undo, imports),
      template: createTemplateActions(core),
      generate,
      rows: createRowActions(core, undo),
      dataset: createDatasetActions(core, generate, pairs),
      imports,
      splits: createSplitActions(core),
      train: createTrainActions(core, watcher, pairs),
      files: createFileActions(core),
      evaluate: evaluating.actions,
      evaluateRun: evaluating.run,
      blind: createBlindActions(core, evaluating),
      chat: chat.actions,
      chatFeed: chat.feed,
      tracking: tracking.actions,
      trackingSettings: createTrackingSettings(core, tracking.settingsChanged),
      settings: createSettingsActions(core, models),
      preferences: createPreferenceActions(core, models),
    },
    resume() {
      watcher.resume(deps.projects.list());
      models.refresh();
      tracking.resume();
    },
    async close() {
      models.close();
      await tracking.close();
      await registry.close();
      unsubscribe();
      counting.close();
      evaluating.close();
      core.keeper.close();
    },
  };
}

/** A word at the end of what nobody waits for; calls and imports give their outcome to the screen that asked. */
function tellEnd(
  ended: OperationSnapshot,
  note: (text: string) => void,
  problem: (found: NonNullable<OperationSnapshot['problem']>) => void,
): void {
  const { detail } = ended;
  if (detail.kind === 'chat' || detail.kind === 'test-call' || detail.kind === 'import') return;
  // What nobody asked for is told only when it goes wrong.
  if (detail.kind === 'sync' && !detail.asked && ended.problem === null) return;
  if (ended.problem !== null) problem(ended.problem);
  else if (ended.status === 'succeeded' && ended.receipt !== null) note(`${ended.title}: ${ended.receipt.summary}`);
}
