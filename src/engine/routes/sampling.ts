import * as z from 'zod';
import { badRequest, isPresent, onlyWith } from '../http/error.ts';
import { decimal, integer } from '../http/parse.ts';

/** More than any practice model says; a larger wish is a mistake. */
export const MAX_ANSWER_TOKENS = 32_768;

const penalty = decimal({ min: -2, max: 2 }).nullish();

/** Sampling parameters that both kinds of completion share, and a name for who asks, which changes no answer. */
export const samplingShape = {
  model: z.string(),
  temperature: decimal({ min: 0, max: 2 }).nullish(),
  top_p: decimal({ min: 0, max: 1 }).nullish(),
  n: integer().min(1).max(128).nullish(),
  seed: integer().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().nullish(), include_obfuscation: z.boolean().nullish() })
    .nullish(),
  presence_penalty: penalty,
  frequency_penalty: penalty,
  logit_bias: z.record(z.string(), decimal({ min: -100, max: 100 })).nullish(),
  user: z.string().nullish(),
};

interface SharedRequest {
  readonly temperature?: number | null | undefined;
  readonly top_p?: number | null | undefined;
  readonly presence_penalty?: number | null | undefined;
  readonly frequency_penalty?: number | null | undefined;
  readonly stop?: string | readonly string[] | null | undefined;
  readonly stream?: boolean | null | undefined;
  readonly stream_options?:
    | {
        readonly include_usage?: boolean | null | undefined;
        readonly include_obfuscation?: boolean | null | undefined;
      }
    | null
    | undefined;
  readonly logit_bias?: Readonly<Record<string, number>> | null | undefined;
}

/** Refuses what would silently be left undone. */
export function checkShared(request: SharedRequest): void {
  if (request.stream_options && !request.stream) throw onlyWith('stream_options', "'stream' is enabled");
  if (request.stream_options?.include_obfuscation) throw unsupported('stream_options.include_obfuscation');
  if (Object.keys(request.logit_bias ?? {}).length > 0) throw unsupported('logit_bias');
}

/** How an answer is drawn, as the models take it. */
export const samplingOf = (request: SharedRequest) => ({
  stop: stopList(request.stop),
  temperature: request.temperature ?? 1,
  topP: request.top_p ?? 1,
  presencePenalty: request.presence_penalty ?? 0,
  frequencyPenalty: request.frequency_penalty ?? 0,
});

/** Stop strings as a list; empty ones never match anything and are left out. */
const stopList = (stop: string | readonly string[] | null | undefined): string[] =>
  (typeof stop === 'string' ? [stop] : [...(stop ?? [])]).filter((each) => each !== '');

export const unsupported = (param: string): Error =>
  badRequest(
    `Unsupported parameter: '${param}' is not supported by the practice models.`,
    param,
    'unsupported_parameter',
  );

/**
 * Refuses each of the parameters that is there with a value that asks for something. `harmless` says of a value that
 * an answer is the same without it.
 */
export function refuseUnlessHarmless(
  request: Readonly<Record<string, unknown>>,
  harmless: Readonly<Record<string, (value: unknown) => boolean>>,
): void {
  for (const [name, isHarmless] of Object.entries(harmless)) {
    if (isPresent(request[name]) && !isHarmless(request[name])) throw unsupported(name);
  }
}
