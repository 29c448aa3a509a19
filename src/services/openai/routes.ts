import type OpenAI from 'openai';
import manifest from '../../../package.json' with { type: 'json' };
import { hasField, kindFacts } from '../../domain/provider/kinds.ts';
import { type ClientSetup, usableKey } from './client.ts';

/** Where a call goes, and with which headers, by their lower-case names. */
export interface Route {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Where chats of each model go. The address and headers are the same for all calls of a model. The official client is asked where it
 * knows more than the protocol says: of Azure, which has the model in its path and its key in a header of its own, and of headers that a
 * person has set for it.
 */
export function createRoutes(setup: ClientSetup, client: () => Promise<OpenAI>): (model: string) => Promise<Route> {
  const { key, openaiVariables } = kindFacts(setup.profile.kind);
  const ownHeader = key.from === 'person' && key.header !== undefined;
  const byClient =
    ownHeader ||
    hasField(setup.profile.kind, 'apiVersion') ||
    (openaiVariables && (process.env.OPENAI_CUSTOM_HEADERS ?? '').trim() !== '');
  const routes = new Map<string, Promise<Route>>();
  return (model) => {
    const route = routes.get(model) ?? (byClient ? clientRoute(client, model) : plainRoute(setup));
    routes.set(model, route);
    return route;
  };
}

async function plainRoute({ profile, baseUrl, apiKey }: ClientSetup): Promise<Route> {
  const { OPENAI_ORG_ID: organization, OPENAI_PROJECT_ID: project } = kindFacts(profile.kind).openaiVariables
    ? process.env
    : {};
  return {
    url: `${baseUrl}/chat/completions`,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${usableKey(apiKey)}`,
      'content-type': 'application/json',
      'user-agent': `luthier/${manifest.version}`,
      ...(organization === undefined ? {} : { 'openai-organization': organization }),
      ...(project === undefined ? {} : { 'openai-project': project }),
    },
  };
}

async function clientRoute(client: () => Promise<OpenAI>, model: string): Promise<Route> {
  const { req, url } = await (await client()).buildRequest({
    method: 'post',
    path: '/chat/completions',
    body: { model },
  });
  return { url, headers: Object.fromEntries(new Headers(req.headers)) };
}
