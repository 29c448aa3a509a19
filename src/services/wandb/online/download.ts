import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../../domain/common/json.ts';
import { TrackingError } from '../../../domain/tracking/types.ts';
import { type ArtifactPath, readArtifactPath } from '../../../domain/wandb/names.ts';
import {
  ARTIFACT_FILES,
  ARTIFACT_MANIFEST,
  type ChosenFile,
  chooseFile,
  FIND_ARTIFACT,
  type FoundArtifact,
  type Manifest,
  manifestSchema,
} from './download-queries.ts';
import { faultOf, safeFault } from './faults.ts';
import { fetchFile, holds } from './fetch-file.ts';
import { sendOperation } from './graphql.ts';
import { ANSWER_BYTES, createHttp, type Http } from './http.ts';
import type { HttpDeps, Subject, Target } from './target.ts';

const tableSchema = z.object({
  columns: z.array(z.union([z.string(), z.number()])),
  data: z.array(z.array(z.unknown())),
});

/**
 * A table of W&B's as JSON Lines beside it, an object a row by the names of its columns, which is a form that rows can
 * be imported from. Gives its path. Throws TrackingError for what is no table.
 */
async function tableRows(path: string, name: string): Promise<string> {
  const target = path.replace(/\.table\.json$/i, '.jsonl');
  if (existsSync(target)) return target;
  const table = tableSchema.safeParse(parseJson(await readFile(path, 'utf8')));
  if (!table.success) {
    throw safeFault('rejected', `${name} is no table.`, 'Choose another file of the artifact with #FILE.');
  }
  const columns = table.data.columns.map(String);
  const draft = `${target}.${process.pid}.tmp`;
  const file = await open(draft, 'w', 0o600);
  try {
    for (const row of table.data.data) {
      const record = Object.fromEntries(columns.map((column, place) => [column, row[place] ?? null]));
      await file.writeFile(`${JSON.stringify(record)}\n`);
    }
  } finally {
    await file.close();
  }
  await rename(draft, target);
  return target;
}

export interface DownloadOptions {
  readonly target: Target;
  /** The folder downloads are kept in. */
  readonly cache: string;
  readonly signal?: AbortSignal | undefined;
  readonly deps: HttpDeps;
}

export interface DownloadedArtifact {
  /** Of the file with the rows, absolute. A table of W&B's has become JSON Lines. */
  readonly path: string;
  /** `entity/project/name:vN`, which stays what it is while aliases move. */
  readonly artifact: string;
  /** Of the file within the artifact. */
  readonly file: string;
}

const PER_PAGE = 200;

/**
 * The file that `address` names, `entity/project/name:alias` with `#FILE` where there are several: fetched, or the one
 * that is in the cache. Its MD5 is what the artifact's manifest says. Throws TrackingError.
 */
export async function downloadArtifact(address: string, options: DownloadOptions): Promise<DownloadedArtifact> {
  const wanted = readArtifactPath(address);
  const place = `${wanted.entity}/${wanted.project}/${wanted.name}:${wanted.alias}`;
  const subject = { doing: `downloading ${place}`, place };
  const http = createHttp({ target: options.target, deps: options.deps, signal: options.signal });
  const artifact = await found(http, wanted, subject);
  const manifest = await manifestOf(http, artifact, subject);
  const chosen = chooseFile(manifest, place, wanted.file);
  const path = await fetched(http, artifact, chosen, options, subject);
  const version = artifact.version === null ? wanted.alias : `v${artifact.version}`;
  return {
    path: /\.table\.json$/i.test(chosen.path) ? await tableRows(path, `${place}#${chosen.path}`) : path,
    artifact: `${wanted.entity}/${wanted.project}/${wanted.name}:${version}`,
    file: chosen.path,
  };
}

async function found(http: Http, wanted: ArtifactPath, subject: Subject): Promise<FoundArtifact> {
  const { entity, project, name, alias } = wanted;
  const answer = await sendOperation(http, FIND_ARTIFACT, { entity, project, name: `${name}:${alias}` }, subject);
  if (!answer.project) throw faultOf(404, '', { ...subject, place: `${entity}/${project}` }, http.target);
  if (answer.artifact?.state === 'COMMITTED') return answer.artifact;
  throw new TrackingError(
    'not-found',
    `W&B has no artifact ${subject.place}, or none that this key may see.`,
    'Check its name and its alias on the Artifacts page of the project.',
  );
}

async function manifestOf(http: Http, { id }: FoundArtifact, subject: Subject): Promise<Manifest> {
  const url = await sendOperation(http, ARTIFACT_MANIFEST, { artifact_id: id }, subject);
  if (url === null) throw faultOf(502, 'an artifact without a manifest.', subject, http.target);
  const response = await http.get(url, {}, [], subject);
  const manifest = manifestSchema.safeParse(parseJson(await response.text(ANSWER_BYTES).catch(() => '')));
  if (manifest.success) return manifest.data;
  throw faultOf(502, 'something that is no manifest.', subject, http.target);
}

async function fetched(
  http: Http,
  { id }: FoundArtifact,
  { path, digest }: ChosenFile,
  { cache, deps, signal }: DownloadOptions,
  subject: Subject,
): Promise<string> {
  // By its content: whichever artifact or alias it came with, it is the same file.
  const folder = join(cache, Buffer.from(digest, 'base64').toString('hex'));
  const target = join(
    folder,
    basename(path)
      .replace(/[^\w.-]+/g, '_')
      .slice(-100),
  );
  if (await holds(target, digest)) return target;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const url = await urlOf(http, id, path, subject);
  await fetchFile(http, { url, target, digest, subject, deps, signal });
  return target;
}

async function urlOf(http: Http, id: string, path: string, subject: Subject): Promise<string> {
  let cursor: string | null = null;
  do {
    const page: { files: readonly { name: string; directUrl: string }[]; next: string | null } = await sendOperation(
      http,
      ARTIFACT_FILES,
      { id, cursor, perPage: PER_PAGE },
      subject,
    );
    const file = page.files.find(({ name }) => name === path);
    if (file !== undefined) return file.directUrl;
    cursor = page.next;
  } while (cursor !== null);
  throw faultOf(502, `no address for ${path}.`, subject, http.target);
}
