import * as z from 'zod';
import { ProviderError, type ProviderProfile } from '../../domain/provider/provider.ts';
import { type EngineEstimate, engineDoubts, engineNotes } from '../../domain/training/engine-estimate.ts';
import type { JobEstimate } from '../../domain/training/estimate.ts';
import type { JobRequest } from '../../domain/training/types.ts';
import { type JobForm, jobBody } from './jobs.ts';
import { type CallOptions, readAs, requestOptions, type Session } from './session.ts';

export interface EstimateOptions extends CallOptions {
  /** Rows to show with what is learned of them. */
  readonly rows?: number;
  /** Whether steps are tried, for time and memory. */
  readonly pilot?: boolean;
}

const answerSchema = z.object({
  hyperparameters: z.record(z.string(), z.unknown()).catch({}),
  base: z
    .object({
      context_length: z.number(),
      findings: z.array(
        z.object({ severity: z.enum(['error', 'warning', 'note']), message: z.string(), fix: z.string().catch('') }),
      ),
    })
    .nullable(),
  preview: z.array(
    z.object({
      line: z.number(),
      side: z.enum(['chosen', 'rejected']).nullable(),
      tokens: z.number(),
      learned: z.number(),
      too_long: z.boolean(),
      spans: z.array(z.object({ text: z.string(), learned: z.boolean() })),
    }),
  ),
  too_long: z.array(
    z.object({ file: z.enum(['training', 'validation']), line: z.number(), tokens: z.number(), limit: z.number() }),
  ),
  training: z
    .object({
      device: z.string(),
      device_name: z.string().nullable(),
      precision: z.string(),
      steps: z.number(),
      trained_tokens: z.number(),
      learned_tokens: z.number(),
      seconds_per_step: z.number().nullable(),
      measured_steps: z.number(),
      memory: z.object({ needed: z.number(), available: z.number(), fits: z.boolean() }),
    })
    .nullable(),
  notices: z.array(z.string()),
  refusal: z.object({ message: z.string() }).nullable(),
});

type Answer = z.output<typeof answerSchema>;

/**
 * What an engine of Luthier's says of a job before there is one (docs/runner-protocol.md, "Before a job"); null of a base that it
 * says nothing of, and of servers that have no such call. Throws ProviderError.
 */
export async function estimateAtEngine(
  session: Session,
  profile: ProviderProfile,
  form: JobForm,
  request: JobRequest,
  options: EstimateOptions = {},
): Promise<JobEstimate | null> {
  const { rows, pilot = true } = options;
  const wish = { ...(rows === undefined ? {} : { rows }), ...(pilot ? {} : { steps: 0 }) };
  const body = { ...jobBody({ ...request, wandb: undefined }, profile, form), ...wish };
  try {
    const said = await session.call(options.signal, async () => {
      const client = await session.client();
      const answer: unknown = await client.post('/luthier/estimate', { body, ...requestOptions(options) });
      return readAs(session, answer, (raw) => answerSchema.parse(raw));
    });
    return estimateOf(said);
  } catch (error) {
    if (error instanceof ProviderError && saysNothing(error)) return null;
    throw error;
  }
}

/** Statuses of servers that have no such call. */
const NO_CALL: ReadonlySet<number> = new Set([404, 405, 501]);

const saysNothing = ({ detail: { status, code } }: ProviderError): boolean =>
  code === 'no_estimate' || (NO_CALL.has(status ?? 0) && code !== 'model_not_found' && code !== 'file_not_found');

function estimateOf(said: Answer): JobEstimate {
  const engine = engineEstimate(said);
  return {
    // Nobody asks money for one's own machine.
    costUsd: 0,
    tokens: null,
    notes: engineNotes(engine),
    doubts: engineDoubts(engine),
    refusal: said.refusal?.message ?? null,
    engine,
  };
}

function engineEstimate({ base, preview, too_long, training, hyperparameters, notices }: Answer): EngineEstimate {
  return {
    contextLength: base?.context_length ?? null,
    findings: base?.findings ?? [],
    preview: preview.map(({ too_long: tooLong, ...row }) => ({ ...row, tooLong })),
    tooLong: too_long,
    settings: Object.entries(hyperparameters).map(([name, value]) => [
      name.replaceAll('_', ' '),
      Array.isArray(value) ? value.join(' + ') : String(value),
    ]),
    notices,
    training: training && {
      device: training.device_name ?? training.device,
      precision: training.precision,
      steps: training.steps,
      trainedTokens: training.trained_tokens,
      learnedTokens: training.learned_tokens,
      secondsPerStep: training.seconds_per_step,
      measuredSteps: training.measured_steps,
      memory: training.memory,
    },
  };
}
