import * as z from 'zod';
import { MALFORMED_ANSWER, ProviderError, type ProviderProfile } from '../../../../domain/provider/provider.ts';
import { count, formatUsd } from '../../../../domain/text/format.ts';
import { type JobEstimate, limitRefusal, type ModelLimits } from '../../../../domain/training/estimate.ts';
import type { JobRequest } from '../../../../domain/training/types.ts';
import { type CallOptions, requestOptions, type Session } from '../../session.ts';
import { jobBody } from './body.ts';
import { configsFor, managementOf } from './management.ts';

const number = z.number().nullish().catch(null);

const price = z.object({
  estimation_available: z.boolean().catch(false),
  allowed_to_proceed: z.boolean().nullish().catch(null),
  estimated_total_price: number,
  estimated_train_token_count: number,
  estimated_eval_token_count: number,
  user_limit: number,
  unavailable_reason: z.string().nullish().catch(null),
});

const ofWeights = z
  .object({ min_batch_size: number, max_batch_size: number, max_batch_size_dpo: number, max_rank: number })
  .nullish()
  .catch(null);

const limits = z.object({
  max_num_epochs: number,
  min_learning_rate: number,
  max_learning_rate: number,
  lora_training: ofWeights,
  full_training: ofWeights,
});

const preview = z.object({
  rows: z.array(z.object({ num_tokens: number, num_trained_tokens: number, truncated: z.boolean().nullish() })),
});

/** Rows that are looked at as they will be learned. */
const PREVIEW_ROWS = 20;

const REASONS: Readonly<Record<string, string>> = {
  train_file_not_validated: 'the training file is not looked through yet',
  eval_file_not_validated: 'the validation file is not looked through yet',
  train_file_invalid: 'the training file is not valid',
  eval_file_invalid: 'the validation file is not valid',
  multimodal_dataset: 'the rows hold images',
};

/** What Together says of a job before it is paid for: price, limits, learned tokens, and whether its base can be served. Throws ProviderError. */
export async function estimateAtTogether(
  session: Session,
  profile: ProviderProfile,
  request: JobRequest,
  options: CallOptions | undefined,
): Promise<JobEstimate> {
  const client = await session.client();
  const ask = <T>(work: () => Promise<T>): Promise<T | string> => answerOrWords(session, options, work);
  const { learning_rate: _, batch_size: __, suffix: ___, random_seed: ____, ...priceOf } = jobBody(request, profile);
  const { model, training_file } = priceOf;
  const priced = await ask(async () => {
    return price.parse(await client.post('/fine-tunes/estimate-price', { body: priceOf, ...requestOptions(options) }));
  });
  const limited = await ask(async () => {
    const query = { model_name: model };
    return limits.parse(await client.get('/fine-tunes/models/limits', { query, ...requestOptions(options) }));
  });
  const shown =
    request.method === 'dpo'
      ? null
      : await ask(async () => {
          const body = { model, training_file, top_k: PREVIEW_ROWS, train_on_inputs: 'auto', training_method: 'sft' };
          return preview.parse(await client.post('/fine-tunes/preview', { body, ...requestOptions(options) }));
        });
  const served = await ask(async () => (await configsFor(managementOf(session), model, options)).length);
  const priceNotes = typeof priced === 'string' ? [`No price: ${priced}`] : notesOfPrice(priced);
  return {
    costUsd: typeof priced === 'string' ? null : (priced.estimated_total_price ?? null),
    tokens: typeof priced === 'string' ? null : tokensOf(priced),
    notes: [
      ...priceNotes,
      ...(shown === null || typeof shown === 'string' ? [] : notesOfPreview(shown)),
      ...(typeof served === 'string' ? [`Whether ${model} can be deployed is not known: ${served}`] : []),
    ],
    doubts:
      served === 0
        ? [`Together lists no way to deploy ${model}: what is tuned of it could not be chatted with there.`]
        : [],
    refusal:
      (typeof priced === 'string' ? null : refusalOf(priced)) ??
      (typeof limited === 'string' ? null : limitRefusal(request, limitsOf(limited, request))),
  };
}

/** What a call brought, or in words why it brought nothing: none of them is needed for a job. Throws what would meet every call. */
async function answerOrWords<T>(
  session: Session,
  options: CallOptions | undefined,
  work: () => Promise<T>,
): Promise<T | string> {
  try {
    return await session.call(options?.signal, work);
  } catch (error) {
    if (!(error instanceof ProviderError) || ['auth', 'cancelled', 'network'].includes(error.kind)) throw error;
    return error.detail.code === MALFORMED_ANSWER ? 'its answer cannot be read.' : error.message;
  }
}

type Price = z.infer<typeof price>;

const tokensOf = ({ estimated_train_token_count, estimated_eval_token_count }: Price): number | null =>
  estimated_train_token_count == null ? null : estimated_train_token_count + (estimated_eval_token_count ?? 0);

function notesOfPrice({ estimation_available, unavailable_reason }: Price): readonly string[] {
  if (estimation_available) return [];
  const reason = unavailable_reason ?? '';
  return [`No price: ${(REASONS[reason] ?? reason) || 'it did not say why'}.`];
}

function refusalOf({ allowed_to_proceed, estimated_total_price, user_limit }: Price): string | null {
  if (allowed_to_proceed !== false) return null;
  const cost = estimated_total_price == null ? '' : ` It is expected to cost ${formatUsd(estimated_total_price)}`;
  const most = user_limit == null ? '' : `, and what may be spent is ${formatUsd(user_limit)}`;
  return `Together does not let this job proceed.${cost}${cost === '' ? '' : `${most}.`}`;
}

function notesOfPreview({ rows }: z.infer<typeof preview>): readonly string[] {
  if (rows.length === 0) return [];
  const sum = (values: readonly (number | null | undefined)[]) =>
    values.reduce<number>((all, one) => all + (one ?? 0), 0);
  const learned = sum(rows.map((row) => row.num_trained_tokens));
  const all = sum(rows.map((row) => row.num_tokens));
  const cut = rows.filter(({ truncated }) => truncated === true).length;
  const first = `Of the first ${count(rows.length)} rows it learns ${count(learned)} of ${count(all)} tokens`;
  return [cut === 0 ? `${first}.` : `${first}, and cuts ${count(cut)}.`];
}

function limitsOf(found: z.infer<typeof limits>, { method, choices }: JobRequest): ModelLimits {
  const full = choices?.weights === 'full';
  const [own, other] = full ? [found.full_training, found.lora_training] : [found.lora_training, found.full_training];
  return {
    epochs: found.max_num_epochs ?? null,
    leastRate: found.min_learning_rate ?? null,
    mostRate: found.max_learning_rate ?? null,
    leastBatch: own?.min_batch_size ?? null,
    mostBatch: (method === 'dpo' ? own?.max_batch_size_dpo : null) ?? own?.max_batch_size ?? null,
    mostRank: full ? null : (own?.max_rank ?? null),
    // A base that names limits for the one alone has no other training.
    untrained: own == null && other != null ? (full ? 'full' : 'lora') : null,
  };
}
