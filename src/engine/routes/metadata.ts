import * as z from 'zod';
import { badRequest } from '../http/error.ts';
import { parseRequest } from '../http/parse.ts';
import type { MetadataFilter } from '../storage/metadata.ts';

/** OpenAI's bounds on what may be attached to a job or a kept answer. */
const MAX_PAIRS = 16;
const MAX_KEY_LENGTH = 64;
const MAX_VALUE_LENGTH = 512;

/** Pairs of texts: 16 at most, keys of 64 characters, values of 512. */
export const metadataSchema = z
  .record(z.string(), z.string().max(MAX_VALUE_LENGTH))
  .superRefine((pairs, { addIssue }) => {
    const keys = Object.keys(pairs);
    if (keys.length > MAX_PAIRS) {
      const message =
        `too many properties. Expected an object with at most ${MAX_PAIRS} properties, ` +
        `but got an object with ${keys.length} properties instead.`;
      addIssue({ code: 'custom', message, params: { code: 'object_above_max_properties' } });
    }
    const long = keys.find((key) => key.length > MAX_KEY_LENGTH);
    if (long !== undefined) {
      const message =
        `property name too long. Expected names with maximum length ${MAX_KEY_LENGTH}, ` +
        `but got one with length ${long.length} instead.`;
      addIssue({ code: 'custom', message, params: { code: 'property_name_above_max_length' } });
    }
  });

/** `metadata[key]=value` pairs of a list call, or `metadata=null` for those without; undefined when neither is given. */
export function metadataFilter(query: unknown): MetadataFilter | undefined {
  const pairs: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseRequest(z.record(z.string(), z.unknown()), query))) {
    const key = /^metadata\[(.+)\]$/.exec(name)?.[1];
    if (key !== undefined) pairs[key] = String(value);
    if (name !== 'metadata') continue;
    if (value === 'null') return null;
    throw badRequest("Filter by metadata with 'metadata[key]=value' or 'metadata=null'.", 'metadata', 'invalid_value');
  }
  return Object.keys(pairs).length > 0 ? pairs : undefined;
}
