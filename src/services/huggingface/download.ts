import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { byteSize } from '../../domain/text/format.ts';
import { rangeHeaders, sizeOf, writePart } from '../filesystem/part-file.ts';
import { type HubClient, HubFault, type HubOptions } from './http.ts';

/** Attempts in a row that bring nothing new before it is given up. */
const BARREN = 5;
const PAUSE_MS = 500;

/**
 * A file of the Hub in the cache: fetched, or the one that is there when it is still the newest. A cut download goes on
 * where it stopped, now or in a later run: the part lies beside with the file's tag, and is used only if that still holds.
 * Throws HubFault.
 */
export async function download(
  client: HubClient,
  { cache, sleep }: Pick<HubOptions, 'cache' | 'sleep'>,
  url: URL,
  id: string,
  signal?: AbortSignal,
): Promise<string> {
  const path = placeOf(cache, url, id);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path) && (await isNewest(client, url, path, id, signal))) return path;
  const part = `${path}.part`;
  for (let barren = 0; ; ) {
    const before = (await sizeOf(part)) ?? 0;
    const whole = await fetchRest(client, url, part, id, signal);
    if (whole) break;
    const after = (await sizeOf(part)) ?? 0;
    barren = after > before ? 0 : barren + 1;
    if (barren === BARREN) {
      const kept = `${byteSize(after)} are kept`;
      throw new HubFault(
        'broken',
        `${basename(path)} breaks off each time; ${kept}.`,
        'Import again to go on from there.',
      );
    }
    await sleep(PAUSE_MS * 2 ** barren, signal);
  }
  await rename(`${part}.tag`, `${path}.tag`);
  await rename(part, path);
  return path;
}

function placeOf(cache: string, url: URL, id: string): string {
  const name = decodeURIComponent(basename(url.pathname))
    .replace(/[^\w.-]+/g, '_')
    .slice(-100);
  const digest = createHash('sha256').update(url.href).digest('hex').slice(0, 16);
  return join(cache, id.replace('/', '--'), `${digest}-${name}`);
}

async function isNewest(client: HubClient, url: URL, path: string, id: string, signal?: AbortSignal): Promise<boolean> {
  const tag = await readFile(`${path}.tag`, 'utf8').catch(() => '');
  if (tag === '') return false;
  const response = await client.get(url, id, { headers: { 'if-none-match': tag }, also: [304], signal });
  response.leave();
  return response.status === 304 || response.header('etag') === tag;
}

/** Fetches what is missing of the part; true when it is whole. A connection that breaks leaves what came. */
async function fetchRest(
  client: HubClient,
  url: URL,
  part: string,
  id: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const have = (await sizeOf(part)) ?? 0;
  const tag = await readFile(`${part}.tag`, 'utf8').catch(() => '');
  const resume = have > 0 && tag !== '';
  const range = rangeHeaders(resume ? have : 0);
  const headers = resume ? { ...range, 'if-range': tag } : range;
  const response = await client.get(url, id, { headers, also: [416], signal });
  if (response.status === 416) {
    response.leave();
    await rm(part, { force: true });
    return false;
  }
  await writeFile(`${part}.tag`, response.header('etag') ?? '');
  return await writePart(response, part, have, signal);
}
