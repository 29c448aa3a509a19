import { failed, type Outcome, ok, type Problem } from '../../domain/common/outcome.ts';
import type { Quote } from '../../domain/pricing/cost.ts';
import type { Project } from '../../domain/project/types.ts';
import { UNKNOWN_PROVIDER } from '../../domain/provider/profiles.ts';
import type { ProviderTerms, RemoteFile } from '../../domain/provider/provider.ts';
import { integrationProblem } from '../../domain/training/job-settings.ts';
import { formatResultFile, measuredPoints } from '../../domain/training/metrics.ts';
import type { Checkpoint, JobEvent, JobRecord, WandbIntegration } from '../../domain/training/types.ts';
import { ROWS_SAFE, type WorkbenchContext } from '../core/context.ts';
import type { ReadPairs } from '../dataset/actions.ts';
import { type SplitLines, splitLines, splitPairs, trainingFiles } from '../dataset/training-files.ts';
import type { JobAction } from '../runtime/ports.ts';
import type { JobWatcher } from './job-watcher.ts';
import { jobSettingsOf, quoteTraining, startTraining, trainingProblem } from './start.ts';
import { createWakeSignal, findRecord } from './watch.ts';

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

const UNTOUCHED = 'The files at the provider are as they were.';

export function createFileActions(core: WorkbenchContext): FileActions {
  const connect = () => core.deps.providers.connect(core.project().providerId);
  return {
    list: () => core.attempt(UNTOUCHED, async () => (await connect()).files.list()),
    remove: (id) =>
      core.attempt(UNTOUCHED, async () => {
        await (await connect()).files.remove(id);
        return `${id} is deleted.`;
      }),
  };
}

const DONE: Readonly<Record<JobAction, string>> = {
  cancel: 'The job is cancelled.',
  pause: 'The job is paused.',
  resume: 'The job goes on.',
};

export function createTrainActions(core: WorkbenchContext, watcher: JobWatcher, pairs: ReadPairs): TrainActions {
  const { jobs, providers, documents, exportFolder } = core.deps;
  /** Projects whose rows are put together for a job; then jobs that are sent, by project and settings. */
  const preparing = new Set<string>();
  const sending = new Set<string>();

  const linesOf = (project: Project): SplitLines => {
    const { id, template, training } = project;
    return training.method === 'dpo'
      ? splitPairs(pairs(project), training)
      : splitLines(core.operations.rows.scan(id, {}), template, training);
  };

  const quoteOf = (project: Project, lines: SplitLines): Promise<Quote> =>
    quoteTraining(core.operations, project.training, lines);

  /** Resolves when the job is there, or will never be; `sent` is called when it has an operation of its own. */
  async function start(project: Project, sent: () => void): Promise<void> {
    const lines = linesOf(project);
    // A job without a quote is still a job: the price is then unknown.
    const quote = await core.attempt(ROWS_SAFE, () => quoteOf(project, lines));
    const dialect = profileOf(core, project.providerId);
    const report = project.training.wandb === true && integrationProblem(dialect) === null;
    const nudge = createWakeSignal();
    const { promise: made, resolve: settled } = Promise.withResolvers<void>();
    const handle = startTraining(core.operations, {
      projectId: project.id,
      providerId: project.providerId,
      dialect,
      nudge,
      quoteUsd: quote.ok ? quote.value.costUsd : null,
      job: jobSettingsOf({ ...project.training, wandb: report ? reportTo(core) : undefined }),
      files: () => trainingFiles(lines, project.name),
      onChange(record) {
        watcher.adopt(record, nudge, handle.finished);
        watcher.changed(record);
        settled();
      },
    });
    sent();
    void handle.finished.then(() => settled());
    await made;
  }

  async function act(jobId: string, action: JobAction): Promise<Outcome<string>> {
    const record = findRecord(jobs, core.project().id, jobId);
    if (record === null) {
      return failed({ what: `This project has no job ${jobId}.`, saved: ROWS_SAFE, next: 'Choose one of the list.' });
    }
    return core.attempt('The job is as it was.', async () => {
      const provider = await providers.connect(record.providerId);
      const changed = { ...record, job: await provider.jobs.act(jobId, action) };
      jobs.save(changed);
      watcher.changed(changed);
      watcher.nudge(changed);
      return DONE[action];
    });
  }

  async function resultsOf(record: JobRecord): Promise<string> {
    const [fileId] = record.job.resultFiles;
    if (fileId === undefined) return formatResultFile(measuredPoints(jobs.events(record.job.id)));
    const provider = await providers.connect(record.providerId);
    return provider.files.content(fileId);
  }

  return {
    act,
    quote: () =>
      core.attempt(ROWS_SAFE, () => {
        const project = core.project();
        return quoteOf(project, linesOf(project));
      }),
    start() {
      const project = core.project();
      const wrong = settingsProblem(project, profileOf(core, project.providerId));
      if (wrong !== null) {
        core.problem(wrong);
        return;
      }
      const same = JSON.stringify([project.id, project.providerId, project.training]);
      if (preparing.has(project.id) || sending.has(same)) {
        core.note('This job is being started. Wait until it is there, or change its settings for another.');
        return;
      }
      const noReport = project.training.wandb === true ? integrationProblem(profileOf(core, project.providerId)) : null;
      if (noReport !== null) core.note(noReport);
      preparing.add(project.id);
      sending.add(same);
      void core
        .attempt(ROWS_SAFE, () => start(project, () => preparing.delete(project.id)))
        .then((outcome) => {
          preparing.delete(project.id);
          sending.delete(same);
          if (!outcome.ok) core.problem(outcome.problem);
        });
    },
    events: (jobId) => jobs.events(jobId),
    checkpoints: (jobId) => jobs.checkpoints(jobId),
    async saveResults(record) {
      const text = await core.attempt('The events of the job are on disk.', () => resultsOf(record));
      if (!text.ok) return text;
      const path = `${exportFolder}/${record.job.id}-results.csv`;
      const saved = await core.attempt('Nothing was lost.', () => documents.writeText(path, text.value));
      return saved.ok ? ok(`Saved to ${saved.value}.`) : saved;
    },
  };
}

const reportTo = (core: WorkbenchContext): WandbIntegration => {
  const { project, entity } = core.deps.tracking.settings();
  return { project, entity };
};

function profileOf(core: WorkbenchContext, providerId: string): ProviderTerms {
  const found = core.store.getState().profiles.find(({ id }) => id === providerId);
  return found ?? UNKNOWN_PROVIDER;
}

function settingsProblem({ training }: Project, profile: ProviderTerms): Problem | null {
  const found = trainingProblem(training, profile);
  return found && { what: found.what, saved: 'Nothing was uploaded.', next: found.fix ?? 'Choose supervised.' };
}
