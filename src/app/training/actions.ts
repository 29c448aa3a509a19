import { failed, type Outcome, ok, type Problem } from '../../domain/common/outcome.ts';
import type { Project } from '../../domain/project/types.ts';
import { UNKNOWN_PROVIDER } from '../../domain/provider/profiles.ts';
import type { ProviderTerms, RemoteFile } from '../../domain/provider/provider.ts';
import { jobTerms } from '../../domain/provider/terms.ts';
import { plural } from '../../domain/text/format.ts';
import type { JobEstimate } from '../../domain/training/estimate.ts';
import { integrationProblem } from '../../domain/training/job-settings.ts';
import { formatResultFile, measuredPoints } from '../../domain/training/metrics.ts';
import type { Checkpoint, JobEvent, JobRecord, WandbIntegration } from '../../domain/training/types.ts';
import { ROWS_SAFE, type WorkbenchContext } from '../core/context.ts';
import type { ReadPairs } from '../dataset/actions.ts';
import { type SplitLines, splitLines, splitPairs, trainingFiles } from '../dataset/training-files.ts';
import type { CallOptions, EstimateOptions, FileSystem, JobAction } from '../runtime/ports.ts';
import { askedText } from './asked.ts';
import { startEstimate } from './estimate.ts';
import type { JobWatcher } from './job-watcher.ts';
import { quoteTraining, type SplitQuote } from './quote.ts';
import { quoteSavings } from './savings.ts';
import { jobSettingsOf, startTraining, trainingProblem } from './start.ts';
import { reusedText } from './uploads.ts';
import { createWakeSignal, findRecord } from './watch.ts';

export interface TrainActions {
  quote(options?: CallOptions): Promise<Outcome<SplitQuote>>;
  /** What a person is to know of before they start: a job of this project that may exist at its provider; null for none. */
  mayExist(): string | null;
  /**
   * Uploads what the job would train on and asks the provider what it will take, which is null where it says nothing before there is
   * a job; creates nothing. Files that were sent before the signal was aborted stay at the provider.
   */
  estimate(signal: AbortSignal, wish?: Pick<EstimateOptions, 'rows' | 'pilot'>): Promise<Outcome<JobEstimate | null>>;
  /** Splits, uploads, creates the job and watches it. */
  start(choice?: StartChoice): void;
  act(jobId: string, action: JobAction): Promise<Outcome<string>>;
  events(jobId: string): readonly JobEvent[];
  checkpoints(jobId: string): readonly Checkpoint[];
  /** The result file as CSV, saved beside the exports; says where. */
  saveResults(record: JobRecord): Promise<Outcome<string>>;
}

export interface StartChoice {
  /** Even where a job of the same training may exist. */
  readonly another: boolean;
  /** A person was shown the estimate and agreed: the provider is not asked for it again. */
  readonly agreed?: JobEstimate;
}

export interface FileActions {
  list(): Promise<Outcome<readonly RemoteFile[]>>;
  remove(id: string): Promise<Outcome<string>>;
}

const UNTOUCHED = 'The files at the provider are as they were.';

export function createFileActions(context: WorkbenchContext): FileActions {
  const connect = () => context.deps.providers.connect(context.project().providerId);
  return {
    list: () => context.attempt(UNTOUCHED, async () => (await connect()).files.list()),
    remove: (id) =>
      context.attempt(UNTOUCHED, async () => {
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

export function createTrainActions(context: WorkbenchContext, watcher: JobWatcher, pairs: ReadPairs): TrainActions {
  const { jobs, providers, documents, exportFolder } = context.deps;
  /** Projects whose rows are put together for a job; then jobs that are sent, by project and settings. */
  const preparing = new Set<string>();
  const sending = new Set<string>();

  const linesOf = (project: Project): SplitLines => {
    const { id, template, training } = project;
    return training.method === 'dpo'
      ? splitPairs(pairs(project), training)
      : splitLines(context.operations.rows.scan(id, {}), template, training);
  };

  const quoteOf = (project: Project, lines: SplitLines, options: CallOptions = {}): Promise<SplitQuote> =>
    quoteTraining(
      { ...context.operations, prices: () => context.operations.prices(project.providerId) },
      project.training,
      lines,
      termsOf(context, project),
      options,
    );

  /** With what the short prompt saves at each call, where a template has both. */
  async function withSavings(project: Project, quote: SplitQuote, options: CallOptions): Promise<SplitQuote> {
    const { id: projectId, providerId, template, plan, training } = project;
    if (template.slots.length === 0 || template.teacherPrompt.trim() === '') return quote;
    const savings = await quoteSavings(
      context.operations,
      {
        projectId,
        template,
        teacher: { providerId, model: plan.model, maxTokens: plan.maxTokens },
        base: { providerId, model: training.model },
        jobUsd: quote.costUsd,
      },
      options,
    );
    return { ...quote, savings };
  }

  /** Resolves when the job is there, or will never be; `sent` is called when it has an operation of its own. */
  async function start(project: Project, { another, agreed }: StartChoice, sent: () => void): Promise<void> {
    const lines = linesOf(project);
    // A job without a quote is still a job: the price is then unknown.
    const quote = await context.attempt(ROWS_SAFE, () => quoteOf(project, lines));
    const refused = quote.ok ? refusedRows(quote.value) : null;
    if (refused !== null) {
      context.problem(refused);
      return;
    }
    const dialect = termsOf(context, project);
    const report = project.training.wandb === true && integrationProblem(dialect) === null;
    const wakeSignal = createWakeSignal();
    const { promise: made, resolve: settled } = Promise.withResolvers<void>();
    const handle = startTraining(context.operations, {
      projectId: project.id,
      providerId: project.providerId,
      dialect,
      wakeSignal,
      ...(agreed === undefined ? {} : { agreed }),
      quoteUsd: quote.ok ? quote.value.costUsd : null,
      job: jobSettingsOf({ ...project.training, wandb: report ? reportTo(context) : undefined }),
      files: () => trainingFiles(lines, project.name),
      onReuse: (file) => context.note(reusedText(file)),
      onMasked: context.note,
      onFound: context.note,
      another: { how: 'Start the job once more to create another: you are asked first.', agreed: async () => another },
      onChange(record) {
        watcher.attach(record, wakeSignal, handle.finished);
        watcher.changed(record);
        settled();
      },
    });
    sent();
    void handle.finished.then(() => settled());
    await made;
  }

  async function estimate(
    signal: AbortSignal,
    wish: Pick<EstimateOptions, 'rows' | 'pilot'> = {},
  ): Promise<Outcome<JobEstimate | null>> {
    const project = context.project();
    const dialect = termsOf(context, project);
    const wrong = settingsProblem(project, dialect);
    if (wrong !== null) return failed(wrong);
    const lines = linesOf(project);
    const quote = await context.attempt(ROWS_SAFE, () => quoteOf(project, lines));
    const refused = quote.ok ? refusedRows(quote.value) : null;
    if (refused !== null) return failed(refused);
    const handle = startEstimate(context.operations, {
      projectId: project.id,
      providerId: project.providerId,
      dialect,
      wish,
      job: jobSettingsOf({ ...project.training, wandb: undefined }),
      files: () => trainingFiles(lines, project.name),
      onReuse: (file) => context.note(reusedText(file)),
      onMasked: context.note,
    });
    if (signal.aborted) handle.cancel();
    signal.addEventListener('abort', () => handle.cancel(), { once: true });
    const { problem } = await handle.finished;
    return problem === null ? ok(handle.estimate()) : failed(problem);
  }

  async function act(jobId: string, action: JobAction): Promise<Outcome<string>> {
    const record = findRecord(jobs, context.project().id, jobId);
    if (record === null) {
      return failed({ what: `This project has no job ${jobId}.`, saved: ROWS_SAFE, next: 'Choose one of the list.' });
    }
    return context.attempt('The job is as it was.', async () => {
      const provider = await providers.connect(record.providerId);
      const changed = { ...record, job: await provider.jobs.act(jobId, action) };
      jobs.save(changed);
      watcher.changed(changed);
      watcher.wake(changed);
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
    estimate,
    quote: (options = {}) =>
      context.attempt(ROWS_SAFE, async () => {
        const project = context.project();
        return withSavings(project, await quoteOf(project, linesOf(project), options), options);
      }),
    mayExist: () => {
      const { id, providerId } = context.project();
      const [asked] = context.deps.askedJobs
        .list({ projectId: id })
        .filter(({ frame }) => frame.providerId === providerId);
      return asked === undefined ? null : askedText(asked);
    },
    start(choice = { another: false }) {
      const project = context.project();
      const wrong = settingsProblem(project, termsOf(context, project));
      if (wrong !== null) {
        context.problem(wrong);
        return;
      }
      const same = JSON.stringify([project.id, project.providerId, project.training]);
      if (preparing.has(project.id) || sending.has(same)) {
        context.note('This job is being started. Wait until it is there, or change its settings for another.');
        return;
      }
      const noReport = project.training.wandb === true ? integrationProblem(termsOf(context, project)) : null;
      if (noReport !== null) context.note(noReport);
      preparing.add(project.id);
      sending.add(same);
      void context
        .attempt(ROWS_SAFE, () => start(project, choice, () => preparing.delete(project.id)))
        .then((outcome) => {
          preparing.delete(project.id);
          sending.delete(same);
          if (!outcome.ok) context.problem(outcome.problem);
        });
    },
    events: (jobId) => jobs.events(jobId),
    checkpoints: (jobId) => jobs.checkpoints(jobId),
    async saveResults(record) {
      const text = await context.attempt('The events of the job are on disk.', () => resultsOf(record));
      if (!text.ok) return text;
      const saved = await context.attempt('Nothing was lost.', async () => {
        const path = await freePath(documents, `${exportFolder}/${record.job.id}-results`, '.csv');
        return documents.writeText(path, text.value, { work: RESULTS });
      });
      return saved.ok ? ok(`Saved to ${saved.value}.`) : saved;
    },
  };
}

function refusedRows({ refusal }: SplitQuote): Problem | null {
  if (refusal === null) return null;
  const { errors, message } = refusal;
  return {
    what: `A job would refuse these rows: ${plural(errors, 'error')}, the first: ${message}`,
    saved: 'Nothing was uploaded.',
    next: 'c on Dataset (4) lists them, each with its fix.',
  };
}

const RESULTS = 'job-results';

/** The path, or the next that nothing of a person's lies at: nobody is asked where these go. */
async function freePath(documents: Pick<FileSystem, 'inspectOutputs'>, stem: string, ending: string): Promise<string> {
  for (let again = 1; ; again += 1) {
    const path = again === 1 ? `${stem}${ending}` : `${stem}-${again}${ending}`;
    if ((await documents.inspectOutputs({ work: RESULTS, outputs: [path] })).length === 0) return path;
  }
}

const reportTo = (context: WorkbenchContext): WandbIntegration => {
  const { project, entity } = context.deps.tracking.wandb();
  return { project, entity };
};

/** Of the project's provider, for its base. */
function termsOf(context: WorkbenchContext, { providerId, training }: Project): ProviderTerms {
  const { profiles, models } = context.store.getState();
  const profile = profiles.find(({ id }) => id === providerId) ?? UNKNOWN_PROVIDER;
  return jobTerms(
    profile,
    models.models.find(({ id }) => id === training.model),
  );
}

function settingsProblem({ training }: Project, profile: ProviderTerms): Problem | null {
  const found = trainingProblem(training, profile);
  return found && { what: found.what, saved: 'Nothing was uploaded.', next: found.fix ?? 'Choose supervised.' };
}
