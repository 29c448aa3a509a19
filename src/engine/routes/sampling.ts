import * as z from 'zod';
import { badRequest } from '../http/error.ts';
import { integer } from '../http/parse.ts';

/** More than any practice model says; a larger wish is a mistake. */
const MAX_ANSWER_TOKENS = 32_768;

const tokenLimit = integer().min(1).max(MAX_ANSWER_TOKENS).nullish();
const penalty = z.number().min(-2).max(2).nullish();

/**
 * Sampling parameters that both kinds of completion share. Penalties are accepted within their bounds and have no
 * effect on the practice models.
 */
export const samplingShape = {
  model: z.string(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_tokens: tokenLimit,
  n: integer().min(1).max(128).nullish(),
  seed: integer().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  presence_penalty: penalty,
  frequency_penalty: penalty,
  logit_bias: z.record(z.string(), z.number()).nullish(),
};

export const tokenLimitShape = { max_completion_tokens: tokenLimit };

interface SharedRequest {
  readonly stream?: boolean | null | undefined;
  readonly stream_options?: { readonly include_usage?: boolean | null | undefined } | null | undefined;
  readonly logit_bias?: Readonly<Record<string, number>> | null | undefined;
}

/** Refuses what would silently be left undone. */
export function checkShared(request: SharedRequest): void {
  if (request.stream_options && !request.stream) {
    const message = "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
    throw badRequest(message, 'stream_options', 'invalid_value');
  }
  if (Object.keys(request.logit_bias ?? {}).length > 0) throw unsupported('logit_bias');
}

export const unsupported = (param: string): Error =>
  badRequest(
    `Unsupported parameter: '${param}' is not supported by the practice models.`,
    param,
    'unsupported_parameter',
  );

/** Stop strings as a list; empty ones never match anything and are left out. */
export const stopList = (stop: string | readonly string[] | null | undefined): string[] =>
  (typeof stop === 'string' ? [stop] : [...(stop ?? [])]).filter((each) => each !== '');
