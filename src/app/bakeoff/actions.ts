import { createHash } from 'node:crypto';
import type { BakeoffReport } from '../../domain/bakeoff/report.ts';
import { targetId } from '../../domain/bakeoff/target.ts';
import type { BakeoffTarget } from '../../domain/bakeoff/target-settings.ts';
import type { Bakeoff } from '../../domain/bakeoff/types.ts';
import type { Outcome, Problem } from '../../domain/common/outcome.ts';
import { proposeGraders } from '../../domain/evaluation/graders/propose.ts';
import { EVALUATION_DEFAULTS } from '../../domain/evaluation/items.ts';
import type { EvaluationItem } from '../../domain/evaluation/types.ts';
import type { Project } from '../../domain/project/types.ts';
import { UNKNOWN_PROVIDER } from '../../domain/provider/profiles.ts';
import { jobTerms } from '../../domain/provider/terms.ts';
import { formatUsd } from '../../domain/text/format.ts';
import { createKeyRedaction } from '../../domain/text/key-mask.ts';
import type { JobRecord } from '../../domain/training/types.ts';
import type { WorkbenchContext } from '../core/context.ts';
import type { ReadPairs } from '../dataset/actions.ts';
import { type SplitLines, splitLines, splitPairs } from '../dataset/training-files.ts';
import { itemsOfRows } from '../evaluation/items.ts';
import { OperationError } from '../runtime/errors.ts';
import { inSlices } from '../runtime/pacing.ts';
import type { ExportPath } from '../runtime/ports.ts';
import type { JobWatcher } from '../training/job-watcher.ts';
import { findRecord } from '../training/watch.ts';
import { createEarlyStop, type EarlyStop } from './early-stop.ts';
import { BAKEOFF_FORMATS, type BakeoffFormat } from './exports.ts';
import { candidatesNow, reportTask, startMeasuring, trainedUsd } from './measure.ts';
import { type BakeoffQuote, bakeoffProblem, evaluationOf, quoteBakeoff } from './quote.ts';
import { type BakeoffRun, startBakeoff } from './run.ts';
import { readTargets, type TargetState, type TermsOf } from './states.ts';

/** What a person chose for a bake-off of the project's rows. */
export interface BakeoffChoice {
  readonly targets: readonly BakeoffTarget[];
  /** As a share; null for none. */
  readonly margin: number | null;
  /** US$; null for none. */
  readonly capUsd: number | null;
  /** Whether targets whose loss on held-out rows is clearly behind are cancelled. */
  readonly stopBehind: boolean;
}

export interface BakeoffActions {
  /** Of the current project, newest first. */
  list(): readonly Bakeoff[];
  /** Why none of it can begin; null when it can. */
  problem(choice: Pick<BakeoffChoice, 'targets'>): Problem | null;
  /** All targets together; providers that say what a job takes are sent the files. */
  quote(choice: BakeoffChoice): Promise<Outcome<BakeoffQuote>>;
  /** Creates all, follows all, and then measures what answers. The quote was agreed to. */
  start(choice: BakeoffChoice, quote: BakeoffQuote): Outcome<Bakeoff>;
  /** Creates what is missing, as it was agreed to, and measures what is not measured yet. */
  resume(id: string): Promise<Outcome<string>>;
  /** The name by which a target's tuned model answers now. */
  deployed(id: string, targetId: string, name: string): void;
  targets(id: string): readonly TargetState[];
  /** Why a target has no job; null where nothing is known to be wrong. */
  targetProblem(id: string, targetId: string): Problem | null;
  /** Whether jobs are created or models measured at this moment. */
  isRunning(id: string): boolean;
  /** Everything that is known by now. */
  report(id: string): Promise<Outcome<BakeoffReport>>;
  /** Says where it was written. */
  export(id: string, format: BakeoffFormat, to: ExportPath): Promise<Outcome<string>>;
}

const NOTHING = 'Nothing was sent.';
const SAFE = 'What was created and answered is on disk.';

export interface BakeoffRoom {
  readonly actions: BakeoffActions;
  /** Something of a job is newly on disk, whoever follows it: an early stop goes on after a restart, without its bake-off being opened. */
  jobChanged(record: JobRecord): void;
}

interface Evaluations {
  /** Another process, or an operation of ours, has answered for this one. */
  forget(evaluationId: string): void;
  changed(): void;
}

export function createBakeoffActions(
  context: WorkbenchContext,
  watcher: JobWatcher,
  pairs: ReadPairs,
  evaluated: Evaluations,
): BakeoffRoom {
  const { operations } = context;
  const { bakeoffs, evaluations, documents, clock, newId, keysInUse } = context.deps;
  const runs = new Map<string, { readonly run: BakeoffRun | null; busy: boolean }>();

  const termsOf: TermsOf = (id, base) => {
    const { profiles, models, project } = context.store.getState();
    const profile = profiles.find((one) => one.id === id) ?? UNKNOWN_PROVIDER;
    // The models of the current provider are known, and no other's.
    const listed = id === project.providerId ? models.models.find((model) => model.id === base) : undefined;
    return jobTerms(profile, listed);
  };
  const changed = (): void => {
    context.reads.invalidate('jobs', 'evaluations');
    evaluated.changed();
  };

  const earlyStops = new Map<string, EarlyStop>();
  function earlyStopOf(plan: Bakeoff): EarlyStop {
    const known = earlyStops.get(plan.id);
    if (known !== undefined) return known;
    const onStopped = (_: string, record: JobRecord): void => watcher.wake(record);
    const request = { bakeoff: plan, termsOf, onNote: context.note, onStopped };
    const made = createEarlyStop({ ...operations, bakeoffs }, request);
    earlyStops.set(plan.id, made);
    return made;
  }

  function jobChanged({ place }: JobRecord): void {
    if (place === undefined) return;
    const plan = bakeoffs.get(place.bakeoffId);
    if (plan?.stopBehind === true) earlyStopOf(plan).look();
  }

  function rowsOf(project: Project) {
    const { id, template, training } = project;
    const chats = splitLines(operations.rows.scan(id, {}), template, training);
    const items = itemsOfRows(operations.rows.scan(id, {}), template, training, 'validation');
    let paired: SplitLines | null = null;
    const linesOf = ({ method }: Pick<BakeoffTarget, 'method'>): SplitLines => {
      if (method !== 'dpo') return chats;
      paired ??= { training: splitPairs(pairs(project), training).training, validation: [] };
      return paired;
    };
    return { items, linesOf, heldOut: chats.validation, content: contentOf(chats) };
  }

  function planOf(
    { targets, margin, capUsd, stopBehind }: BakeoffChoice,
    items: readonly EvaluationItem[],
    content: string,
    id: string,
  ): Bakeoff {
    const project = context.project();
    const { temperature, maxTokens } = EVALUATION_DEFAULTS;
    return {
      id,
      projectId: project.id,
      name: project.name,
      createdAt: clock.now(),
      targets,
      path: null,
      validationPath: null,
      content,
      seed: project.training.splitSeed,
      margin,
      capUsd,
      stopBehind,
      graders: proposeGraders(items).graders,
      sampling: { temperature, maxTokens: maxTokens.screen },
      stopped: {},
      deployed: {},
    };
  }

  function begin(
    plan: Bakeoff,
    quoted: ReadonlyMap<string, number | null>,
    lines: Pick<ReturnType<typeof rowsOf>, 'linesOf'>,
  ): void {
    const run = startBakeoff(
      { ...operations, bakeoffs },
      {
        bakeoff: plan,
        linesOf: lines.linesOf,
        termsOf,
        quoted,
        another: { how: 'Look at the provider first: r goes on once it is known.', agreed: async () => false },
        onFollowed: (record, wakeSignal, finished) => watcher.attach(record, wakeSignal, finished),
        follow: async (record) => watcher.watch(record),
        earlyStop: earlyStopOf(plan),
        onNote: context.note,
        onChange(target) {
          const record = readTargets(context.deps, plan).find(({ id }) => id === target)?.record ?? null;
          const latest = record === null ? null : findRecord(context.deps.jobs, plan.projectId, record.job.id);
          if (latest !== null) watcher.changed(latest);
          context.reads.invalidate('jobs');
        },
      },
    );
    const entry = { run, busy: true };
    runs.set(plan.id, entry);
    void run.finished
      .then(() => context.attempt(SAFE, () => measure(plan.id)))
      .then((outcome) => {
        entry.busy = false;
        if (!outcome.ok) context.problem(outcome.problem);
        changed();
      });
  }

  /** Asks every model that answers now; what is answered is not asked again. */
  async function measure(id: string): Promise<void> {
    const plan = planned(id);
    const items = evaluations.items(id);
    const candidates = candidatesNow(operations, plan, termsOf);
    const started = startMeasuring(
      { ...operations, evaluations },
      { bakeoff: plan, items, candidates, trainedUsd: trainedUsd(operations, plan) },
    );
    evaluated.forget(id);
    changed();
    const ends = await Promise.all(started.map(({ handle }) => handle.finished));
    evaluated.forget(id);
    changed();
    const unmeasured = ends.flatMap(({ problem }, place) =>
      problem === null ? [] : [`${started[place]?.candidate.short ?? ''}: ${problem.what}`],
    );
    const [first] = unmeasured;
    if (first !== undefined)
      throw new OperationError('failed', {
        what: `Not every model could be measured. ${first}`,
        saved: SAFE,
        next: 'The others are compared; r asks what is missing again.',
      });
  }

  function planned(id: string): Bakeoff {
    const plan = bakeoffs.get(id);
    if (plan === null) throw new Error('The bake-off is gone.');
    return plan;
  }

  const reportOf = (id: string): Promise<BakeoffReport> => {
    const bakeoff = planned(id);
    const { mask } = createKeyRedaction(keysInUse());
    const trainingRows = Math.max(0, ...readTargets(context.deps, bakeoff).map(({ record }) => record?.trainRows ?? 0));
    const problemOf = (target: string): Problem | null => runs.get(id)?.run?.problem(target) ?? null;
    const request = { bakeoff, items: evaluations.items(id), termsOf, problemOf, trainingRows, now: clock.now(), mask };
    return inSlices(reportTask(operations, request), undefined);
  };

  const actions: BakeoffActions = {
    list: () => bakeoffs.list(context.project().id),
    problem: ({ targets }) => bakeoffProblem(targets, termsOf),
    quote: (choice) =>
      context.attempt(NOTHING, async () => {
        const { items, linesOf, heldOut, content } = rowsOf(context.project());
        const plan = planOf(choice, items, content, 'bakeoff-quote');
        const quote = await quoteBakeoff(operations, { bakeoff: plan, linesOf, heldOut, items, termsOf });
        if (choice.capUsd === null || quote.knownUsd <= choice.capUsd) return quote;
        throw new OperationError('failed', {
          what: `The quote of ${formatUsd(quote.knownUsd)} is above the cap of ${formatUsd(choice.capUsd)}.`,
          saved: 'No job was created.',
          next: 'Raise the cap, or take a target out.',
        });
      }),
    start(choice, quote) {
      try {
        const { items, linesOf, content } = rowsOf(context.project());
        const plan = planOf(choice, items, content, `bakeoff-${newId()}`);
        bakeoffs.save(plan);
        const bases = new Map(
          plan.targets.map(({ providerId, model }) => [`${providerId} ${model}`, { providerId, model }]),
        );
        evaluations.save(evaluationOf(plan, [...bases.values()], items), items);
        begin(plan, new Map(quote.targets.map(({ target, costUsd }) => [targetId(target), costUsd])), { linesOf });
        changed();
        return { ok: true, value: plan };
      } catch (error) {
        if (error instanceof OperationError && error.problem !== null) return { ok: false, problem: error.problem };
        throw error;
      }
    },
    resume: (id) =>
      context.attempt(SAFE, async () => {
        if (runs.get(id)?.busy === true) return 'It goes on already.';
        const plan = planned(id);
        const missing = readTargets(context.deps, plan).filter(({ record }) => record === null);
        if (missing.length === 0) {
          const entry = { run: runs.get(id)?.run ?? null, busy: true };
          runs.set(id, entry);
          await measure(id).finally(() => {
            entry.busy = false;
          });
          return 'What answers is measured.';
        }
        const { items, linesOf, heldOut, content } = rowsOf(context.project());
        if (plan.content !== undefined && plan.content !== content) {
          throw new OperationError('failed', {
            what: 'The rows are no longer those the bake-off was begun on, so what is missing would learn from others.',
            saved: SAFE,
            next: 'Begin another bake-off on the rows as they are now.',
          });
        }
        const quote = await quoteBakeoff(operations, { bakeoff: plan, linesOf, heldOut, items, termsOf });
        begin(plan, new Map(quote.targets.map(({ target, costUsd }) => [targetId(target), costUsd])), { linesOf });
        return 'What was missing is created.';
      }),
    deployed(id, target, name) {
      const plan = planned(id);
      bakeoffs.save({ ...plan, deployed: { ...plan.deployed, [target]: name } });
      changed();
    },
    targets(id) {
      const plan = bakeoffs.get(id);
      return plan === null ? [] : readTargets(context.deps, plan);
    },
    targetProblem: (id, target) => runs.get(id)?.run?.problem(target) ?? null,
    isRunning: (id) => runs.get(id)?.busy === true,
    report: (id) => context.attempt(SAFE, () => reportOf(id)),
    export: (id, format, { path, replace }) =>
      context.attempt(SAFE, async () => {
        const { mask, told } = createKeyRedaction(keysInUse());
        const text = BAKEOFF_FORMATS[format].text({ ...(await reportOf(id)), mask });
        const where = await documents.writeText(path, text, { work: 'bakeoff', replace });
        return `Written to ${where}.${told()}`;
      }),
  };
  return { actions, jobChanged };
}

/** SHA-256 of the lines of both sides. */
function contentOf({ training, validation }: SplitLines): string {
  const hash = createHash('sha256');
  for (const line of training) hash.update(line);
  hash.update('\0');
  for (const line of validation) hash.update(line);
  return hash.digest('hex');
}
