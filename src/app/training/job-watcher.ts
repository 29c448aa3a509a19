import { isOfCommands } from '../../domain/project/command-projects.ts';
import type { Project } from '../../domain/project/types.ts';
import { dialectFacts } from '../../domain/provider/job-dialects.ts';
import { UNKNOWN_PROVIDER } from '../../domain/provider/profiles.ts';
import type { AskedJob } from '../../domain/training/asked-jobs.ts';
import { type JobRecord, TERMINAL_STATUSES } from '../../domain/training/types.ts';
import { ROWS_SAFE, type WorkbenchContext } from '../core/context.ts';
import { adoptAsked, foundText, searchAsked } from './asked.ts';
import { createWakeSignal, findRecord, type WakeSignal, watchJob } from './watch.ts';

/** Watches jobs, each once, and lets the rest of the workbench know what became of them. */
export interface JobWatcher {
  /** Follows every unfinished job of every project and of commands, catching up what was missed; takes up those that were asked for. */
  resume(projects: readonly Project[]): void;
  watch(record: JobRecord): void;
  /** The job is followed by an operation started elsewhere. */
  attach(record: JobRecord, wakeSignal: WakeSignal, finished: Promise<unknown>): void;
  /** Something of the job is newly on disk. */
  changed(record: JobRecord): void;
  /** Looks at the job at once. */
  wake(record: JobRecord): void;
}

/** Who wants to know what became of jobs. */
export interface JobListener {
  tunedAppeared(): void;
  /** Something of the job is newly on disk. */
  changed(record: JobRecord): void;
  /** The job is watched no longer, and everything it said is on disk; it need not have ended. */
  left(record: JobRecord): void;
}

export function createJobWatcher(context: WorkbenchContext, news: JobListener): JobWatcher {
  const watched = new Map<string, WakeSignal>();
  const offered = new Set<string>();

  /** A tuned model is what the chat was waiting for: beside its base, in the project it belongs to. */
  function offerTuned({ projectId, providerId, job }: JobRecord): void {
    const tuned = job.fineTunedModel;
    if (tuned === null || job.status !== 'succeeded' || offered.has(job.id)) return;
    const profile = context.store.getState().profiles.find(({ id }) => id === providerId) ?? UNKNOWN_PROVIDER;
    if (dialectFacts(profile.jobDialect).lacks.chat !== undefined) return;
    offered.add(job.id);
    if (!isOfCommands(projectId))
      context.projectAutosave.change(projectId, (project) =>
        project.providerId === providerId
          ? { ...project, chat: { ...project.chat, models: [tuned, job.model] } }
          : project,
      );
    if (context.project().providerId === providerId) news.tunedAppeared();
  }

  function changed(record: JobRecord): void {
    context.jobsChanged(record.projectId);
    offerTuned(record);
    news.changed(record);
  }

  function attach({ projectId, job: { id } }: JobRecord, wakeSignal: WakeSignal, finished: Promise<unknown>): void {
    if (watched.get(id) === wakeSignal) return;
    watched.set(id, wakeSignal);
    void finished.then(() => {
      if (watched.get(id) === wakeSignal) watched.delete(id);
      const latest = findRecord(context.deps.jobs, projectId, id);
      if (latest !== null) news.left(latest);
    });
  }

  function watch(record: JobRecord): void {
    const { id } = record.job;
    if (watched.has(id)) return;
    const wakeSignal = createWakeSignal();
    attach(record, wakeSignal, watchJob(context.operations, { record, wakeSignal, onChange: changed }).finished);
  }

  /** Jobs that were asked for before the last end of Luthier, and of which no answer was kept. */
  async function takeUpAsked(asked: AskedJob): Promise<void> {
    const provider = await context.deps.providers.connect(asked.frame.providerId);
    const { job } = await searchAsked(context.deps, provider, asked, { lost: false });
    if (job === null) return;
    const record = adoptAsked(context.deps, provider, asked, job);
    context.note(foundText(record, asked));
    changed(record);
    if (!TERMINAL_STATUSES.has(job.status)) watch(record);
  }

  return {
    changed,
    attach,
    watch,
    resume(projects) {
      const own = projects.flatMap((project) => context.deps.jobs.list(project.id));
      const records = [...own, ...context.deps.commandJobs.ofCommands()];
      for (const record of records) if (!TERMINAL_STATUSES.has(record.job.status)) watch(record);
      const asked = projects.flatMap((project) => context.deps.askedJobs.list({ projectId: project.id }));
      // One that is not found now is looked for again when its training is started.
      for (const one of asked) void context.attempt(ROWS_SAFE, () => takeUpAsked(one));
    },
    wake(record) {
      const known = watched.get(record.job.id);
      if (known !== undefined) known.wake();
      else if (!TERMINAL_STATUSES.has(record.job.status)) watch(record);
    },
  };
}
