import * as z from 'zod';
import { isTunedModel } from '../../domain/provider/models.ts';
import type { EngineModel, ListedPrice, ModelInfo } from '../../domain/provider/provider.ts';
import { allItems, type CallOptions, listPage, requestOptions, type Session } from './session.ts';

const model = z.object({
  id: z.string().min(1),
  owned_by: z.string().nullish().catch(null),
  shutdown_date: z.string().nullish().catch(null),
  parent: z.string().nullish().catch(null),
  practice: z.boolean().optional().catch(undefined),
  state: z.enum(['ready', 'partial', 'not downloaded']).nullish().catch(null),
  bytes: z.number().nullish().catch(null),
  methods: z.array(z.string()).catch([]),
  pricing: z.record(z.string(), z.unknown()).nullish().catch(null),
});

/** Models of one provider. Everything throws ProviderError. */
export function createModels(session: Session) {
  return {
    list(options?: CallOptions): Promise<readonly ModelInfo[]> {
      return session.call(options?.signal, () => allItems(() => listPage(session, '/models', {}, options), parseModel));
    },
    async remove(id: string, options?: CallOptions): Promise<void> {
      await session.call(options?.signal, async () =>
        (await session.client()).models.delete(id, requestOptions(options)),
      );
    },
  };
}

function parseModel(raw: unknown): ModelInfo | null {
  const read = model.safeParse(raw);
  if (!read.success) return null;
  const { id, owned_by: owner, shutdown_date: shutdown, parent, pricing } = read.data;
  const engine = engineModel(read.data);
  const price = priceIn(pricing ?? {});
  return {
    id,
    ownedBy: owner ?? '',
    shutdownDate: shutdown?.match(/^\d{4}-\d{2}-\d{2}/)?.[0] ?? null,
    tuned: isTuned(id, owner ?? '', parent ?? null),
    ...(price !== null && { price }),
    ...(engine !== null && { engine }),
  };
}

/** An engine of Luthier's says of each model whether it is for practice; nobody else has the field. */
function engineModel({ practice, state = null, bytes = null, methods }: z.output<typeof model>): EngineModel | null {
  if (practice === undefined) return null;
  const known = methods.filter((method) => method === 'supervised' || method === 'dpo');
  return { practice, state, bytes, methods: known };
}

const PER_MILLION = 1_000_000;

/**
 * Together writes US$ per million tokens as `input` and `output`; OpenRouter US$ a token, as texts, `prompt` and
 * `completion`, with -1 where it depends. A price of 0 for both is Together's word for none: that is unknown here.
 */
function priceIn({ input, output, prompt, completion }: Readonly<Record<string, unknown>>): ListedPrice | null {
  const asked =
    typeof input === 'number' && typeof output === 'number'
      ? { input, output }
      : typeof prompt === 'string' && typeof completion === 'string'
        ? { input: Number(prompt) * PER_MILLION, output: Number(completion) * PER_MILLION }
        : null;
  if (asked === null || !(asked.input >= 0) || !(asked.output >= 0)) return null;
  if (!Number.isFinite(asked.input + asked.output)) return null;
  return asked.input === 0 && asked.output === 0 && typeof input === 'number' ? null : asked;
}

/** Where a name says nothing, an owner that is a person or an organisation, or a parent model, does. */
function isTuned(id: string, owner: string, parent: string | null): boolean {
  if (isTunedModel(id)) return true;
  return /^(?:user|org)-/.test(owner) || (parent !== null && parent !== '' && parent !== id);
}
