import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EstimateWish, PreviewRow, TrainingEstimate } from '../estimate.ts';
import { ModelUnavailable, type Runner, type TrainingDraft } from '../types.ts';
import { notWhole, type WeightsBase } from './bases.ts';
import { startChild } from './child.ts';
import { faultOfJob, lineOf, type RowLines, writeRows, writeTask } from './job-files.ts';
import { type EstimateLine, readEstimateLine } from './lines.ts';
import type { RunnerPython } from './python.ts';
import { resolveSettings } from './settings.ts';

export interface EstimatorSetup {
  /** The base of that name, as it is now; null where there is none. */
  base(id: string): WeightsBase | null;
  /** Throws what a person must do to have one. */
  python(): RunnerPython;
  /** Of one job, on this machine. */
  readonly processes: number;
  /** Whether a job has the device: steps that are tried beside it would take its memory, and measure nothing that holds later. */
  busy(): boolean;
  /** Called before steps are tried. */
  makeRoom(): Promise<void>;
}

const BUSY = 'A job is training, so no step was tried: time is not known, and memory is worked out.';

/** Asks the runner about one training after another: two that measured at once would measure each other. */
export function createEstimator(setup: EstimatorSetup): NonNullable<Runner['estimate']> {
  let before: Promise<unknown> = Promise.resolve();
  return (draft, wish, signal) => {
    const said = before.then(() => estimate(setup, draft, wish, signal));
    before = said.catch(() => {});
    return said;
  };
}

async function estimate(
  setup: EstimatorSetup,
  draft: TrainingDraft,
  { rows, steps: wanted }: EstimateWish,
  signal: AbortSignal,
): Promise<TrainingEstimate> {
  signal.throwIfAborted();
  const base = setup.base(draft.baseModel);
  if (base?.path == null || base.state !== 'ready') {
    throw new ModelUnavailable('model_not_ready', notWhole(draft.baseModel));
  }
  const { method, size: examples } = draft;
  const { weightBytes } = base;
  const hyperparameters = resolveSettings(draft.wanted, { method, examples, weightBytes, processes: setup.processes });
  const lines = await writeRows(draft);
  writeTask(draft, base, hyperparameters, setup.processes);
  const steps = setup.busy() ? 0 : wanted;
  if (steps > 0) await setup.makeRoom();
  const args = ['estimate', draft.folder, '--steps', String(steps), '--rows', String(rows)];
  const said = await ask(setup.python(), args, draft.folder, signal);
  const told = assemble(said, lines);
  const notices = steps === wanted ? told.notices : [...told.notices, BUSY];
  return { hyperparameters, ...told, notices };
}

/** Everything the runner said, to its last line. Rejects where it ended without one. */
async function ask(
  python: RunnerPython,
  args: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<readonly EstimateLine[]> {
  const said: EstimateLine[] = [];
  let fault: unknown = null;
  const log = join(folder, 'runner.log');
  const child = await startChild(python, {
    args,
    log,
    patient: true,
    onLine(line) {
      try {
        const read = readEstimateLine(line);
        if (read !== null) said.push(read);
      } catch (error) {
        fault ??= error;
      }
    },
  });
  const stop = (): void => child.kill();
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const end = await child.ended;
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (fault !== null) throw fault;
  const last = said.at(-1);
  if (last?.kind === 'done' || last?.kind === 'failed') return said;
  const how = end.signal === null ? `with code ${end.code}` : `by ${end.signal}`;
  const why =
    end.signal === 'SIGKILL'
      ? 'The machine may have run out of memory: see max_length, gradient_checkpointing, or take a smaller base.'
      : lastWords(log);
  throw new ModelUnavailable('runner_died', `The runner was ended ${how} while it looked at the job. ${why}`.trim());
}

/** The end of what it said to people. */
const lastWords = (log: string): string => readFileSync(log, 'utf8').trim().split('\n').at(-1)?.slice(0, 300) ?? '';

type Told = Omit<TrainingEstimate, 'hyperparameters'>;

/** Rows are named by the lines of the person's own file. */
function assemble(said: readonly EstimateLine[], lines: RowLines): Told {
  const preview: PreviewRow[] = [];
  const notices: string[] = [];
  let base: Told['base'] = null;
  let training: Told['training'] = null;
  let too_long: Told['too_long'] = [];
  let refusal: Told['refusal'] = null;
  const named = ({ file, row, tokens, limit }: { file: string; row: number; tokens: number; limit: number }) => ({
    ...lineOf(lines, file, row),
    tokens,
    limit,
  });
  for (const line of said) {
    switch (line.kind) {
      case 'base': {
        const { kind: _, ...facts } = line;
        base = facts;
        break;
      }
      case 'row': {
        const { kind: _, file, row, side = null, ...shown } = line;
        preview.push({ line: lineOf(lines, file, row).line, side, ...shown });
        break;
      }
      case 'estimate': {
        const { kind: _, too_long: long, ...figures } = line;
        training = figures;
        too_long = long.map(named);
        break;
      }
      case 'notice':
        notices.push(line.message);
        break;
      case 'failed':
        refusal = { code: line.code, message: faultOfJob(line, lines) };
        break;
      case 'done':
        break;
    }
  }
  const faulty = base?.findings.find(({ severity }) => severity === 'error');
  refusal ??= faulty === undefined ? null : { code: faulty.code, message: `${faulty.message} ${faulty.fix}`.trim() };
  return { base, preview, training, too_long, notices, refusal };
}
