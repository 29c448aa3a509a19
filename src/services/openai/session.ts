import { setMaxListeners } from 'node:events';
import type OpenAI from 'openai';
import { isRecord } from '../../domain/common/json.ts';
import type { ProviderError } from '../../domain/provider/provider.ts';
import type { Transport } from '../http/transport.ts';
import { type ErrorContext, malformed, toProviderError } from './errors.ts';
import { readBody } from './fetch.ts';
import type { Asked, Routes } from './routes.ts';

/** What every service of a provider needs: the official client, where calls go, and calls that fail as ProviderError. */
export interface Session {
  /** The official client, opened at its first use: it takes 20 MB and 0.1 s, and neither chats nor lists need it. */
  client(): Promise<OpenAI>;
  readonly baseUrl: string;
  readonly routes: Routes;
  readonly http: Transport;
  /** Host and port. */
  readonly place: string;
  context(signal: AbortSignal | undefined): ErrorContext;
  call<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface SessionParts {
  readonly client: () => Promise<OpenAI>;
  readonly baseUrl: string;
  readonly routes: Routes;
  readonly http: Transport;
  readonly secrets: readonly string[];
}

export function openSession({ client, baseUrl, routes, http, secrets }: SessionParts): Session {
  const place = new URL(baseUrl).host;
  const context = (signal: AbortSignal | undefined): ErrorContext => ({ place, secrets, signal });
  return {
    client,
    baseUrl,
    routes,
    http,
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

/** Whether the client threw over an answer of this status; of any where none is given. */
export const hasStatus = (error: unknown, status?: number): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'status' in error &&
  typeof error.status === 'number' &&
  (status === undefined || error.status === status);

/** An answer as one of ours. Throws ProviderError, with the first words of the answer, for what `parse` throws at. */
export function readAs<T>(session: Session, answer: unknown, parse: (answer: unknown) => T): T {
  try {
    return parse(answer);
  } catch {
    throw malformed(session.context(undefined), answer);
  }
}

/** A page of a list. */
interface Page {
  readonly data: readonly unknown[];
  readonly has_more: boolean;
  /** What is thrown where there are items and none can be read. */
  readonly unreadable: () => ProviderError;
}

/**
 * One page of a list. The official client reads `data` alone, and would have to be loaded; some servers answer with a bare array, name the items
 * otherwise, or write null for an empty list. Throws ProviderError for what is no list.
 */
export async function listPage(
  session: Session,
  path: Asked['path'],
  query: Asked['query'],
  options: CallOptions | undefined,
  method: 'get' | 'post' = 'get',
): Promise<Page> {
  const context = session.context(options?.signal);
  const body: unknown =
    method === 'get'
      ? await readBody(session.http, await session.routes.list({ path, query }), context)
      : await (await session.client()).post(path, { query, ...requestOptions(options) });
  const unreadable = (): ProviderError => malformed(context, body);
  const data = itemsOf(body);
  if (data === null) throw unreadable();
  return { data, has_more: isRecord(body) && body.has_more === true, unreadable };
}

function itemsOf(body: unknown): readonly unknown[] | null {
  if (Array.isArray(body)) return body;
  if (!isRecord(body)) return null;
  const named = Array.isArray(body.data) ? body.data : Object.values(body).find((value) => Array.isArray(value));
  if (Array.isArray(named)) return named;
  return body.object === 'list' && (body.data === null || body.data === undefined) ? [] : null;
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
    const read = page.data.flatMap((raw) => parse(raw) ?? []);
    if (read.length === 0 && page.data.length > 0) throw page.unreadable();
    const items = read.filter((item) => !seen.has(item.id));
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
