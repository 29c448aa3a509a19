import * as z from 'zod';
import { ProviderError, type ProviderProfile } from '../../../../domain/provider/provider.ts';
import { sanitizeLine } from '../../../../domain/text/sanitize.ts';
import { size } from '../../files.ts';
import { allItems, type CallOptions, listPage, readAs, requestOptions, type Session } from '../../session.ts';
import { createWeights, type WeightFile, type WeightFiles } from '../../weights.ts';
import { createNebiusJobs } from './jobs.ts';

const checkpoint = z.object({
  id: z.string().min(1),
  step_number: z.number().catch(0),
  // Ids, or files with theirs.
  result_files: z
    .array(z.union([z.string().min(1), z.object({ id: z.string().min(1) }).transform(({ id }) => id)]))
    .catch([]),
});
type Checkpoint = z.infer<typeof checkpoint>;

const file = z.object({ id: z.string().min(1), filename: z.string().catch(''), bytes: size });

/** Files of checkpoints at Nebius: each checkpoint names its `result_files`, which are called `CHECKPOINT/adapter_config.json`. */
export function createNebiusWeights(session: Session, profile: ProviderProfile): WeightFiles {
  const { retrieve } = createNebiusJobs(session, profile);

  async function chosenOf(jobId: string, id: string | undefined, options?: CallOptions): Promise<Checkpoint> {
    const all = await allItems(
      (cursor) => listPage(session, `/fine_tuning/jobs/${encodeURIComponent(jobId)}/checkpoints`, cursor, options),
      (raw) => checkpoint.safeParse(raw).data ?? null,
    );
    const found =
      id === undefined
        ? all.toSorted((a, b) => a.step_number - b.step_number).at(-1)
        : all.find((one) => one.id === id);
    if (found === undefined)
      throw new ProviderError(
        'not-found',
        `The job ${jobId} has no checkpoint${id === undefined ? ' yet' : ` ${id}`}.`,
      );
    if (found.result_files.length > 0) return found;
    throw new ProviderError('not-found', `Nebius names no files of the checkpoint ${found.id}.`);
  }

  async function fileOf(id: string, options: CallOptions | undefined): Promise<WeightFile> {
    const raw: unknown = await (await session.client()).get(
      `/files/${encodeURIComponent(id)}`,
      requestOptions(options),
    );
    const found = readAs(session, raw, (answer) => file.parse(answer));
    return { id, bytes: found.bytes, name: baseName(found.filename) };
  }

  return createWeights(session, {
    contentPath: (id) => `/files/${encodeURIComponent(id)}/content`,
    async find(model, options) {
      const [jobId = '', checkpointId] = model.split(':');
      const job = await retrieve(jobId, options);
      const found = await chosenOf(jobId, checkpointId, options);
      const files: WeightFile[] = [];
      for (const id of found.result_files) files.push(await fileOf(id, options));
      const twice = files.find(({ name }, place) => files.findIndex((other) => other.name === name) !== place);
      if (twice !== undefined)
        throw new ProviderError('invalid-request', `Two files of the checkpoint ${found.id} are called ${twice.name}.`);
      return { source: `${jobId}:${found.id}`, base: job.model, files };
    },
  });
}

/** The last part of a name, which is a plain one: whatever a server says, a file stays in its folder. Throws ProviderError. */
function baseName(filename: string): string {
  const name = filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
  if (name !== '' && name.length <= 150 && !/^\.+$|[\p{Cc}:*?"<>|]/u.test(name)) return name;
  throw new ProviderError(
    'invalid-request',
    `Nebius names a file of the checkpoint “${sanitizeLine(filename).slice(0, 80)}”, which is no name for a file.`,
  );
}
