import type { PromptPairs } from '../../domain/dataset/preferences.ts';
import type { Quote } from '../../domain/pricing/quote.ts';
import type { Project } from '../../domain/project/types.ts';
import type { ProviderProfile } from '../../domain/provider/types.ts';
import { failed, type Outcome, ok, type Problem } from '../../domain/text/problem.ts';
import { findBoundsProblems } from '../../domain/training/bounds.ts';
import { measuredPoints } from '../../domain/training/curve.ts';
import { integrationProblem, type WandbIntegration } from '../../domain/training/integration.ts';
import { methodProblem } from '../../domain/training/method.ts';
import { formatResultFile } from '../../domain/training/resultFile.ts';
import type { JobRecord } from '../../domain/training/types.ts';
import { type SplitLines, splitLines, splitPairs, trainingFiles } from '../../operations/dataset/trainingFiles.ts';
import type { JobAction } from '../../operations/ports.ts';
import { quoteTraining } from '../../operations/quote/training.ts';
import { createNudge } from '../../operations/train/nudge.ts';
import { startTraining } from '../../operations/train/start.ts';
import { type Core, ROWS_SAFE } from './core.ts';
import type { TrainActions } from './types.ts';
import type { Watcher } from './watcher.ts';

/** Every preference pair of a project, by prompt. */
export type ReadPairs = (project: Project) => readonly PromptPairs[];

const DONE: Readonly<Record<JobAction, string>> = {
  cancel: 'The job is cancelled.',
  pause: 'The job is paused.',
  resume: 'The job goes on.',
};

export function createTrainActions(core: Core, watcher: Watcher, pairs: ReadPairs): TrainActions {
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
    const { model, suffix, seed, hyperparameters, method, beta } = project.training;
    const report = project.training.wandb === true && integrationProblem(profileOf(core, project.providerId)) === null;
    const nudge = createNudge();
    const { promise: made, resolve: settled } = Promise.withResolvers<void>();
    const handle = startTraining(core.operations, {
      projectId: project.id,
      providerId: project.providerId,
      nudge,
      quoteUsd: quote.ok ? quote.value.costUsd : null,
      job: {
        model,
        suffix: suffix === '' ? null : suffix,
        seed,
        hyperparameters,
        method,
        beta,
        ...(report ? { wandb: reportTo(core) } : {}),
      },
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

  function recordOf(jobId: string): JobRecord | null {
    return jobs.list(core.project().id).find(({ job }) => job.id === jobId) ?? null;
  }

  async function act(jobId: string, action: JobAction): Promise<Outcome<string>> {
    const record = recordOf(jobId);
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

const reportTo = (core: Core): WandbIntegration => {
  const { project, entity } = core.deps.tracking.settings();
  return { project, entity };
};

type Dialect = Pick<ProviderProfile, 'kind' | 'jobDialect'>;

function profileOf(core: Core, providerId: string): Dialect {
  const found = core.store.getState().profiles.find(({ id }) => id === providerId);
  return found ?? { kind: 'compatible', jobDialect: 'method' };
}

function settingsProblem({ training }: Project, profile: Dialect): Problem | null {
  const refusal = methodProblem(training.method, profile);
  if (refusal !== null) return { what: refusal, saved: 'Nothing was uploaded.', next: 'Choose supervised.' };
  const [first] = findBoundsProblems(training, profile.kind);
  return first === undefined ? null : { what: first.message, saved: 'Nothing was uploaded.', next: first.fix };
}
