import type { StrictAnswer, StrictCall, StrictRoute } from './strict-server.ts';

/** The files of a stand-in, for those of its routes that stand elsewhere. */
export interface StoredFiles {
  bytesOf(id: string): Buffer | null;
  /** Gives the id. */
  add(filename: string, bytes: Buffer): string;
}

/** Routes of a stand-in beside its own. */
export type MoreRoutes = (files: StoredFiles) => readonly StrictRoute[];

export interface FormPart {
  readonly filename: string | null;
  readonly bytes: Buffer;
}

/** The parts of a multipart form by their names; null where the body is none. */
export function formParts({
  headers,
  body,
}: Pick<StrictCall, 'headers' | 'body'>): ReadonlyMap<string, FormPart> | null {
  const boundary = /^multipart\/form-data; boundary="?([^"]+)"?$/.exec(headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return null;
  const pieces = body.toString('latin1').split(`--${boundary}`);
  if (pieces.shift() !== '' || !/^--\r?\n?$/.test(pieces.pop() ?? '')) return null;
  return new Map(
    pieces.map((piece) => {
      const [, head = '', bytes = ''] = /^\r\n([\s\S]*?)\r\n\r\n([\s\S]*)\r\n$/.exec(piece) ?? [];
      const name = /name="([^"]*)"/.exec(head)?.[1] ?? '';
      const filename = /filename="([^"]*)"/.exec(head)?.[1] ?? null;
      return [name, { filename, bytes: Buffer.from(bytes, 'latin1') }];
    }),
  );
}

/** A page of a list by OpenAI's `limit` and `after`, at most two items, so that every list has several. */
export function pageAfter(
  items: readonly { readonly id: string }[],
  { query }: Pick<StrictCall, 'query'>,
): StrictAnswer {
  const from = items.findIndex(({ id }) => id === query.get('after')) + 1;
  const to = from + Math.min(2, Number(query.get('limit') ?? 20));
  return { body: { object: 'list', data: items.slice(from, to), has_more: to < items.length } };
}
