import { candidatesNow, startMeasuring, trainedUsd } from '../app/bakeoff/measure.ts';
import type { BakeoffQuote } from '../app/bakeoff/quote.ts';
import { type BakeoffRun, startBakeoff } from '../app/bakeoff/run.ts';
import { isOpen, readTargets, type TargetState, type TermsOf, targetLine } from '../app/bakeoff/states.ts';
import type { SplitLines } from '../app/dataset/training-files.ts';
import { targetId, targetName } from '../domain/bakeoff/target.ts';
import type { Bakeoff } from '../domain/bakeoff/types.ts';
import type { Problem } from '../domain/common/outcome.ts';
import { count, plural } from '../domain/text/format.ts';
import { measuredPoints } from '../domain/training/metrics.ts';
import type { BakeoffRows } from './bakeoff-plan.ts';
import type { CommandServices } from './command-services.ts';
import type { CommandContext } from './context.ts';
import { type WatchedTarget, watchLines } from './output/bakeoff-tables.ts';

export interface Watching {
  readonly going: Bakeoff;
  readonly rows: BakeoffRows;
  readonly linesOf: () => SplitLines;
  readonly termsOf: TermsOf;
  readonly quote: BakeoffQuote | null;
  readonly again: boolean;
}

/** Creates what is missing and follows all targets in one table to their ends. */
export async function watch(
  context: CommandContext,
  services: CommandServices,
  { going, linesOf, termsOf, quote, again }: Watching,
): Promise<BakeoffRun> {
  const { output, signal } = context;
  const { deps, bakeoffs } = services;
  const told = new Map<string, string>();
  const quoted = new Map(quote?.targets.map(({ target, costUsd }) => [targetId(target), costUsd]));
  const show = (): void => {
    const states = readTargets(deps, going);
    const lines = states.map((state) => {
      const line = targetLine(bakeoffs.get(going.id) ?? going, state, run.problem(state.id), termsOf);
      return { state, line };
    });
    for (const { state, line } of lines) {
      const news = `${line.status} ${line.note ?? ''}`;
      if (told.get(state.id) === news) continue;
      told.set(state.id, news);
      output.record('target', { ...line, id: state.id, jobId: state.record?.job.id ?? null });
      if (line.status !== 'waiting' && !output.redraws) output.line(`${line.number}  ${line.status}  ${line.name}`);
      if (line.note !== null && line.status !== 'succeeded') output.note(`! Target ${line.number}: ${line.note}`);
    }
    if (states.some(isOpen))
      output.block(watchLines(lines.map(({ state, line }) => watchedTarget(deps, state, line.status))));
    else output.block(null);
  };
  const run: BakeoffRun = startBakeoff(
    { ...deps, bakeoffs },
    {
      bakeoff: going,
      linesOf,
      termsOf,
      quoted,
      another: {
        how: 'The same command with --again creates another job all the same.',
        agreed: async ({ what }) =>
          again || (context.ask !== null && (await context.ask(`${what} Create another job all the same?`))),
      },
      onChange: show,
      onNote(text) {
        output.record('note', { text });
        output.note(text);
      },
    },
  );
  const cancel = (): void => run.cancel();
  signal.addEventListener('abort', cancel);
  if (signal.aborted) cancel();
  show();
  await run.finished;
  signal.removeEventListener('abort', cancel);
  output.block(null);
  return run;
}

function watchedTarget(
  { jobs }: CommandServices['deps'],
  { number, target, record }: TargetState,
  status: string,
): WatchedTarget {
  const points = record === null ? [] : measuredPoints(jobs.events(record.job.id));
  const newest = (of: (point: (typeof points)[number]) => number | null): number | null => {
    const found = points.findLast((point) => of(point) !== null);
    return found === undefined ? null : of(found);
  };
  return {
    number,
    name: targetName(target),
    status,
    step: newest(({ step }) => step),
    totalSteps: newest(({ totalSteps }) => totalSteps),
    trainLoss: newest(({ trainLoss }) => trainLoss),
    validLoss: newest(({ validLoss }) => validLoss),
    fullValidLoss: newest(({ fullValidLoss }) => fullValidLoss),
  };
}

export type Measured = Pick<Watching, 'going' | 'rows' | 'termsOf'>;

/** Asks every model that answers now the held-out rows; gives why one could not be, by the id of its target. */
export async function measure(
  context: CommandContext,
  { deps, evaluations }: CommandServices,
  { going, rows, termsOf }: Measured,
): Promise<ReadonlyMap<string, Problem>> {
  const { output, signal } = context;
  const candidates = candidatesNow(deps, going, termsOf);
  const request = { bakeoff: going, items: rows.items, candidates, trainedUsd: trainedUsd(deps, going) };
  const all = startMeasuring({ ...deps, evaluations }, request);
  const show = (): void => {
    const states = all.map(({ handle }) => handle.snapshot());
    const [done, total] = [
      states.reduce((sum, { detail }) => sum + detail.done + detail.reused, 0),
      states.reduce((sum, { detail }) => sum + detail.total, 0),
    ];
    output.progress({
      label: 'measure',
      fraction: total === 0 ? 1 : done / total,
      text: `${count(done)} / ${count(total)} answers of ${plural(all.length, 'model')}`,
      fields: { done, total },
    });
  };
  const cancel = (): void => {
    for (const { handle } of all) handle.cancel();
  };
  signal.addEventListener('abort', cancel);
  const unsubscribe = deps.registry.subscribe(show);
  const problems = new Map<string, Problem>();
  for (const { candidate, handle } of all) {
    const { problem } = await handle.finished;
    if (problem === null) continue;
    output.progress(null);
    output.record('unmeasured', { model: candidate.model, name: candidate.name, problem });
    output.note(`! ${candidate.name} could not be measured: ${problem.what} ${problem.next}`);
    problems.set(candidate.targetId ?? candidate.name, problem);
  }
  unsubscribe();
  signal.removeEventListener('abort', cancel);
  output.progress(null);
  return problems;
}
