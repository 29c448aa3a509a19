import type OpenAI from 'openai';
import manifest from '../../../package.json' with { type: 'json' };
import { hasField, kindFacts } from '../../domain/provider/kinds.ts';
import { type ClientSetup, usableKey } from './client.ts';

/** Where a call goes, and with which headers, by their lower-case names. */
export interface Route {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A GET, as an address and a query. */
export interface Asked {
  readonly path: string;
  readonly query: Readonly<Record<string, string | number>>;
}

export interface Routes {
  /** Where chats of a model go. */
  chat(model: string): Promise<Route>;
  /** Where lists and files are read. */
  list(asked: Asked): Promise<Route>;
}

/**
 * Where calls go that are made without the official client. The address and headers are the same for all chats of a model. The client
 * is asked where it knows more than the protocol says: of Azure, which has the model in its path and its key in a header of its own, and
 * of headers that a person has set for it.
 */
export function createRoutes(setup: ClientSetup, client: () => Promise<OpenAI>): Routes {
  const { key, openaiVariables } = kindFacts(setup.profile.kind);
  const ownHeader = key.from === 'person' && key.header !== undefined;
  const byClient =
    ownHeader ||
    hasField(setup.profile.kind, 'apiVersion') ||
    (openaiVariables && (process.env.OPENAI_CUSTOM_HEADERS ?? '').trim() !== '');
  const chats = new Map<string, Promise<Route>>();
  const chatRoute = async (model: string): Promise<Route> =>
    byClient
      ? await clientRoute(client, { method: 'post', path: CHATS, body: { model } })
      : { url: `${setup.baseUrl}${CHATS}`, headers: { ...plainHeaders(setup), 'content-type': 'application/json' } };
  return {
    chat(model) {
      const route = chats.get(model) ?? chatRoute(model);
      chats.set(model, route);
      return route;
    },
    async list({ path, query }) {
      if (byClient) return await clientRoute(client, { method: 'get', path, query });
      const search = new URLSearchParams(
        Object.entries(query).map(([name, value]) => [name, String(value)]),
      ).toString();
      return { url: `${setup.baseUrl}${path}${search && `?${search}`}`, headers: plainHeaders(setup) };
    },
  };
}

const CHATS = '/chat/completions';

function plainHeaders({ profile, apiKey }: ClientSetup): Route['headers'] {
  const { OPENAI_ORG_ID: organization, OPENAI_PROJECT_ID: project } = kindFacts(profile.kind).openaiVariables
    ? process.env
    : {};
  return {
    accept: 'application/json',
    authorization: `Bearer ${usableKey(apiKey)}`,
    'user-agent': `luthier/${manifest.version}`,
    ...(organization === undefined ? {} : { 'openai-organization': organization }),
    ...(project === undefined ? {} : { 'openai-project': project }),
  };
}

async function clientRoute(
  client: () => Promise<OpenAI>,
  request: Parameters<OpenAI['buildRequest']>[0],
): Promise<Route> {
  const { req, url } = await (await client()).buildRequest(request);
  return { url, headers: Object.fromEntries(new Headers(req.headers)) };
}
