import { join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../domain/common/json.ts';
import { textOrNull } from '../filesystem/lines.ts';
import { writePrivateFile } from '../filesystem/private-files.ts';

/** What a model at an address refuses of a chat request, in the words of the protocol. */
export interface Refused {
  readonly maxTokens: 'max_completion_tokens' | 'max_tokens';
  readonly without: readonly string[];
}

export interface Refusals {
  /** Null where nothing is known, or nothing was found out for some days. */
  find(address: string, model: string): Refused | null;
  save(address: string, model: string, refused: Refused): void;
}

/** Servers are mended and models replaced: after a week they are asked in full again. */
const GOOD_FOR_MS = 7 * 24 * 3_600_000;

const entries = z.array(
  z.object({
    address: z.string(),
    model: z.string(),
    at: z.number(),
    maxTokens: z.enum(['max_completion_tokens', 'max_tokens']),
    without: z.array(z.string()),
  }),
);

/**
 * What models refuse, by address and model, in `refusals.json` of the data folder. What cannot be read or written costs
 * one request that is sent again, so neither is an error.
 */
export function createRefusals(home: string, now: () => number = Date.now): Refusals {
  const path = join(home, 'refusals.json');
  const read = (): z.infer<typeof entries> => {
    try {
      const all = entries.parse(parseJson(textOrNull(path) ?? '[]'));
      return all.filter(({ at }) => at > now() - GOOD_FOR_MS && at <= now());
    } catch {
      return [];
    }
  };
  return {
    find: (address, model) => read().find((one) => one.address === address && one.model === model) ?? null,
    save(address, model, { maxTokens, without }) {
      const others = read().filter((one) => one.address !== address || one.model !== model);
      try {
        const all = [...others, { address, model, at: now(), maxTokens, without: [...without] }];
        writePrivateFile(path, `${JSON.stringify(all, null, 2)}\n`);
      } catch {
        // Asked in full once more by the next process.
      }
    },
  };
}
