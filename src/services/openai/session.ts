import { setMaxListeners } from 'node:events';
import type OpenAI from 'openai';
import * as z from 'zod';
import { type ErrorContext, toProviderError } from './errors.ts';

/** An open client and what every service of it needs: where it speaks to, and calls that fail as ProviderError. */
export interface Session {
  readonly client: OpenAI;
  /** Host and port. */
  readonly place: string;
  context(signal: AbortSignal | undefined): ErrorContext;
  call<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export function openSession(client: OpenAI, secrets: readonly string[]): Session {
  const place = new URL(client.baseURL).host;
  const context = (signal: AbortSignal | undefined): ErrorContext => ({ place, secrets, signal });
  return {
    client,
    place,
    context,
    async call(signal, work) {
      try {
        // One signal often ends a hundred calls; Node would warn of a leak, on the terminal, after ten.
        if (signal !== undefined) setMaxListeners(0, signal);
        signal?.throwIfAborted();
        return await work();
      } catch (error) {
        throw toProviderError(error, context(signal));
      }
    },
  };
}

/** The official client's request options, without a `signal: undefined` the compiler would object to. */
export function requestOptions(options: CallOptions | undefined): { signal?: AbortSignal } {
  return options?.signal === undefined ? {} : { signal: options.signal };
}

/** A page of a list. */
interface Page {
  readonly data: readonly unknown[];
  readonly has_more: boolean;
}

const pageObject = z.looseObject({ has_more: z.boolean().catch(false) });

/**
 * One page of a list. The official client reads `data` alone; some servers answer with a bare array, or name the items
 * otherwise.
 */
export async function listPage(
  session: Session,
  path: string,
  query: Readonly<Record<string, string | number>>,
  options: CallOptions | undefined,
): Promise<Page> {
  const body: unknown = await session.client.get(path, { query, ...requestOptions(options) });
  if (Array.isArray(body)) return { data: body, has_more: false };
  const { has_more, data, ...others } = pageObject.parse(body);
  if (Array.isArray(data)) return { data, has_more };
  return { data: Object.values(others).find((value) => Array.isArray(value)) ?? [], has_more };
}

/**
 * The items of every page in the server's order, each parsed at this edge; an item `parse` gives null for is left
 * out. Ends when the server says so, and also when a server that knows no `after` sends the same page again.
 */
export async function* eachItem<T extends { readonly id: string }>(
  fetchPage: (cursor: { after?: string }) => PromiseLike<Page>,
  parse: (item: unknown) => T | null,
): AsyncGenerator<readonly T[]> {
  const seen = new Set<string>();
  let cursor: { after?: string } = {};
  for (;;) {
    const page = await fetchPage(cursor);
    const items = page.data.flatMap((raw) => parse(raw) ?? []).filter((item) => !seen.has(item.id));
    for (const item of items) seen.add(item.id);
    if (items.length > 0) yield items;
    const last = items.at(-1);
    if (page.has_more !== true || last === undefined) return;
    cursor = { after: last.id };
  }
}

export async function allItems<T extends { readonly id: string }>(
  fetchPage: (cursor: { after?: string }) => PromiseLike<Page>,
  parse: (item: unknown) => T | null,
): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const items of eachItem(fetchPage, parse)) all.push(...items);
  return all;
}
