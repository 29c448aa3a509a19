import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { EngineContext } from '../http/app.ts';
import { ApiError } from '../http/error.ts';
import { pageOf, parsePage } from '../http/page.ts';
import { parseRequest } from '../http/parse.ts';
import type { CompletionRow, WireMessage } from '../storage/completions.ts';
import { type PageQuery, UnknownCursor } from '../storage/keyset.ts';
import { metadataFilter, metadataSchema } from './metadata.ts';

const BASE = '/v1/chat/completions';
const PAGE = 20;
const MAX_PAGE = 100;

const params = z.object({ id: z.string() });
const listQuery = z.object({ model: z.string().optional() });
const changeSchema = z.strictObject({ metadata: metadataSchema.nullable() });

/** The answer as it went out, and what it was filed under. */
const view = ({ id, body, metadata }: CompletionRow) => ({ ...body, id, metadata: metadata ?? {} });

/** Answers that were asked for with `store`: listed (oldest first, as OpenAI does), read, filed anew, deleted. */
export function storedRoutes(app: FastifyInstance, { store }: EngineContext): void {
  const { completions } = store;
  const find = (given: unknown): CompletionRow => {
    const { id } = parseRequest(params, given);
    const row = completions.get(id);
    if (row !== null) return row;
    const text = `Chat completion with id '${id.slice(0, 80)}' not found. Only those asked for with 'store' are kept.`;
    throw new ApiError(404, text, { param: 'id', code: 'chat_completion_not_found' });
  };

  app.get(BASE, (request) => {
    const page = parsePage(request.query, PAGE, MAX_PAGE, 'asc');
    const { model } = parseRequest(listQuery, request.query);
    const rows = completions.list(page, model ?? null, metadataFilter(request.query));
    return pageOf(rows, page.limit, view);
  });

  app.get(`${BASE}/:id`, (request) => view(find(request.params)));

  app.post(`${BASE}/:id`, (request) => {
    const { id } = find(request.params);
    completions.setMetadata(id, parseRequest(changeSchema, request.body).metadata);
    return view(find(request.params));
  });

  app.delete(`${BASE}/:id`, (request) => {
    const { id } = find(request.params);
    completions.remove(id);
    return { id, object: 'chat.completion.deleted', deleted: true };
  });

  app.get(`${BASE}/:id/messages`, (request) => {
    const { id } = find(request.params);
    const page = parsePage(request.query, PAGE, MAX_PAGE, 'asc');
    const all = completions.messages(id).map((message, index) => messageView(message, `${id}-${index}`));
    return pageOf(after(all, page), page.limit, (message) => message);
  });
}

/** A message as it was sent; parts are given beside the text they make. */
function messageView({ role, content, name, ...rest }: WireMessage, id: string) {
  const parts = Array.isArray(content) ? content : null;
  const text = parts === null ? (content ?? null) : parts.map((part) => part.text ?? part.refusal).join('');
  return { ...rest, id, role, content: text, name: name ?? null, content_parts: parts };
}

/** What a page holds of a list in memory, and one more. */
function after<T extends { readonly id: string }>(all: readonly T[], page: PageQuery): readonly T[] {
  const ordered = page.order === 'asc' ? all : all.toReversed();
  const at = page.after === null ? -1 : ordered.findIndex(({ id }) => id === page.after);
  if (page.after !== null && at < 0) throw new UnknownCursor(page.after);
  return ordered.slice(at + 1, at + page.limit + 2);
}
