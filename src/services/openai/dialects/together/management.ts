import * as z from 'zod';
import { type CallOptions, hasStatus, requestOptions, type Session } from '../../session.ts';

const whoami = z.object({ project_id: z.string().min(1), project_slug: z.string().catch('') });
const page = z.object({ data: z.array(z.unknown()), next_cursor: z.string().nullish().catch(null) });

/** The most that a page of a list may have. */
const PAGE = 500;

/** Together's calls about what is deployed, `/v2`, in the project of the key. */
export interface Management {
  /** Id and short name of the key's project. Asked once. */
  project(options?: CallOptions): Promise<{ readonly id: string; readonly slug: string }>;
  /** The address of something that needs no project. */
  url(path: string): string;
  /** The instances that can be rented, with their prices; none where the list cannot be had: a price is then unknown. */
  instances(options?: CallOptions): Promise<readonly unknown[]>;
  /** Every item of a list of the project, all pages. */
  list(path: string, query: Readonly<Record<string, string>>, options?: CallOptions): Promise<readonly unknown[]>;
}

export function managementOf(session: Session): Management {
  let known: { readonly id: string; readonly slug: string } | null = null;
  const url = (path: string): string => `${session.baseUrl.replace(/\/v1\/?$/, '')}/v2/${path}`;
  async function project(options?: CallOptions): Promise<{ readonly id: string; readonly slug: string }> {
    if (known !== null) return known;
    const { project_id: id, project_slug: slug } = whoami.parse(
      await (await session.client()).get('/whoami', requestOptions(options)),
    );
    known = { id, slug };
    return known;
  }
  return {
    project,
    url,
    async instances(options) {
      try {
        const path = url('public/inference-instance-types');
        return page.parse(await (await session.client()).get(path, requestOptions(options))).data;
      } catch (error) {
        options?.signal?.throwIfAborted();
        if (error instanceof z.ZodError || hasStatus(error)) return [];
        throw error;
      }
    },
    async list(path, query, options) {
      const address = url(`projects/${(await project(options)).id}/${path}`);
      const items: unknown[] = [];
      const seen = new Set<string>();
      let after = '';
      do {
        seen.add(after);
        const more = after === '' ? {} : { after };
        const answer = await (await session.client()).get(address, {
          query: { ...query, ...more },
          ...requestOptions(options),
        });
        const { data, next_cursor } = page.parse(answer);
        items.push(...data);
        after = next_cursor ?? '';
      } while (after !== '' && !seen.has(after));
      return items;
    },
  };
}

/** What a list may be asked for at once. */
export const WHOLE_PAGE = { limit: String(PAGE) } as const;

/** Configurations a model can be served with; none: it cannot be served. `model` is its id or name in the project. */
export async function configsFor(
  management: Management,
  model: string,
  options: CallOptions | undefined,
): Promise<readonly unknown[]> {
  const { id } = await management.project(options);
  return management.list('configs', { referenceModel: `projects/${id}/models/${model}` }, options);
}
