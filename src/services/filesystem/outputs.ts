import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { open, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import * as z from 'zod';
import {
  type FileFacts,
  OutputError,
  type OutputFacts,
  outputConflict,
  takenError,
  takenOutputs,
} from '../../domain/common/outputs.ts';
import { unwritten } from '../../domain/text/file-faults.ts';
import { type Chunks, type FileStamp, writeAtomically, writeChunks } from './atomic.ts';
import { absolutePath } from './paths.ts';
import { isMissing, writePrivateFile } from './private-files.ts';

/** What is about to be written, before anything is done for it. */
export interface OutputPlan {
  readonly outputs: readonly string[];
  /** Files that are read for it. */
  readonly inputs?: readonly string[];
  /** Who writes, such as `import`: what the same work wrote before, and nobody changed since, it may write again. */
  readonly work: string;
}

export interface WriteChoice {
  readonly work: string;
  /** A person wants the file that is there replaced, whatever it is. */
  readonly replace?: boolean;
}

export interface Outputs {
  /** Throws OutputError where an output would destroy what is read; gives the paths that hold something of someone else's. */
  inspect(plan: OutputPlan): Promise<readonly string[]>;
  /** Gives the absolute path back. Throws OutputError where something of someone else's is in the way. */
  write(path: string, chunks: Chunks, choice: WriteChoice): Promise<string>;
}

/** As many processes as are ever at the same work at once. */
const NOTES_KEPT = 8;

/** Of what was written once. A file that is replaced has notes of two, and of one more for each process at the same work. */
const noteSchema = z.object({ work: z.string() });

/**
 * The one way to files that a person names for writing. What Luthier has written is noted in the data folder by work, size
 * and time, so that a command run again may replace its own file, and no other without being told to. `onUnnoted` is told of
 * a file for which that failed: the next run is asked about it, and this one goes on.
 */
export function createOutputs(home: string, onUnnoted: (path: string) => void = () => {}): Outputs {
  const notesOf = (real: string): string => {
    // Loaded where a file is written, as for a draft.
    const { createHash } = process.getBuiltinModule('node:crypto');
    return join(home, 'written', createHash('sha256').update(real).digest('hex').slice(0, 32));
  };

  const look = async (path: string, work: string): Promise<OutputFacts> => {
    const facts = await factsOf(path);
    if (facts.kind !== 'file') return { ...facts, ours: false };
    const ours = readNote(join(notesOf(facts.real), noteName(await stampOf(facts.real))))?.work === work;
    return { ...facts, ours };
  };

  /** A file for each: two processes that kept one together could each leave the other's out. */
  const note = ({ path: typed, real }: FileFacts, work: string, stamp: FileStamp): void => {
    const folder = notesOf(real);
    try {
      writePrivateFile(join(folder, noteName(stamp)), JSON.stringify({ path: real, work }));
      forgetOld(folder);
    } catch {
      onUnnoted(typed);
    }
  };

  /** Its own store is nothing to write over, whatever a person says. */
  const refuseOwn = async (place: FileFacts): Promise<void> => {
    const inside = relative(await realPathOf(resolve(home)), place.real);
    const isOwn =
      inside !== '' && !inside.startsWith('..') && !isAbsolute(inside) && !inside.startsWith(`exports${sep}`);
    if (isOwn && place.kind === 'file') {
      throw new OutputError(`${place.path} belongs to Luthier's own data.`, 'Name another file.');
    }
  };

  return {
    async inspect({ outputs, inputs = [], work }) {
      const wanted = await Promise.all(outputs.map((path) => look(path, work)));
      // An input that cannot be looked at is told of when it is read.
      const read = await Promise.all(inputs.map((path) => factsOf(path).catch(() => [])));
      const conflict = outputConflict(wanted, read.flat());
      if (conflict !== null) throw conflict;
      for (const place of wanted) await refuseOwn(place);
      return takenOutputs(wanted);
    },
    async write(path, chunks, { work, replace = false }) {
      const place = await look(path, work);
      const conflict = outputConflict([place], []) ?? (replace ? null : refusal(place));
      if (conflict !== null) throw conflict;
      await refuseOwn(place);
      if (place.kind === 'stream') {
        await writeStream(place.real, chunks).catch((error: unknown) => {
          throw unwritten(path, error);
        });
        return place.real;
      }
      const ready = async (stamp: FileStamp): Promise<void> => {
        const refused = replace ? null : refusal(await look(path, work));
        if (refused !== null) throw refused;
        note(place, work, stamp);
      };
      const exclusive = !replace && place.kind === 'absent';
      const isOurs = async (): Promise<boolean> => (await look(path, work)).ours;
      await writeAtomically(place.real, chunks, { home, ready, exclusive, isOurs }).catch((error: unknown) => {
        if (exclusive && error instanceof Error && 'code' in error && error.code === 'EEXIST') {
          throw new OutputError(`${path} came to be there while this was written.`, 'Name another file.');
        }
        throw unwritten(path, error);
      });
      return absolutePath(path);
    },
  };
}

const refusal = (facts: OutputFacts): OutputError | null => takenError(takenOutputs([facts]), 'Name another file.');

const noteName = ({ bytes, modified }: FileStamp): string => `${modified}-${bytes}.json`;

function readNote(path: string): z.infer<typeof noteSchema> | null {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Leaves the newest. The names of notes begin with the time of what was written, in as many digits until the year 2286. */
function forgetOld(folder: string): void {
  const notes = readdirSync(folder).filter((name) => name.endsWith('.json'));
  for (const name of notes.toSorted().slice(0, -NOTES_KEPT)) rmSync(join(folder, name), { force: true });
}

async function factsOf(path: string): Promise<FileFacts> {
  const real = await realPathOf(absolutePath(path));
  const found = await stat(real).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw unwritten(path, error);
  });
  if (found === null) return { path, real, kind: 'absent', id: null, bytes: 0 };
  const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'stream';
  return { path, real, kind, id: `${found.dev}:${found.ino}`, bytes: kind === 'file' ? found.size : 0 };
}

const MOST_LINKS = 40;

/** The path without links, also of what is not there yet: a link to nothing is where the file will be. */
async function realPathOf(path: string, links = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) return path;
  }
  const to = links < MOST_LINKS ? await readlink(path).catch(() => null) : null;
  if (to !== null) return realPathOf(resolve(dirname(path), to), links + 1);
  return join(await realPathOf(dirname(path), links), basename(path));
}

async function stampOf(path: string): Promise<FileStamp> {
  const { size, mtimeNs } = await stat(path, { bigint: true });
  return { bytes: Number(size), modified: String(mtimeNs) };
}

/** Into a pipe or a device, which cannot be written beside. */
async function writeStream(path: string, chunks: Chunks): Promise<void> {
  const file = await open(path, 'w');
  try {
    await writeChunks(file, chunks);
  } finally {
    await file.close();
  }
}
