import * as z from 'zod';
import { isTunedModel } from '../../domain/provider/models.ts';
import type { ModelInfo } from '../../domain/provider/provider.ts';
import { allItems, type CallOptions, listPage, requestOptions, type Session } from './session.ts';

const model = z.object({
  id: z.string().min(1),
  owned_by: z.string().nullish().catch(null),
  shutdown_date: z.string().nullish().catch(null),
  parent: z.string().nullish().catch(null),
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
  const { id, owned_by: owner, shutdown_date: shutdown, parent } = read.data;
  return {
    id,
    ownedBy: owner ?? '',
    shutdownDate: shutdown?.match(/^\d{4}-\d{2}-\d{2}/)?.[0] ?? null,
    tuned: isTuned(id, owner ?? '', parent ?? null),
  };
}

/** Where a name says nothing, an owner that is a person or an organisation, or a parent model, does. */
function isTuned(id: string, owner: string, parent: string | null): boolean {
  if (isTunedModel(id)) return true;
  return /^(?:user|org)-/.test(owner) || (parent !== null && parent !== '' && parent !== id);
}
