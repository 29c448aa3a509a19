import type { TuningJob } from '../training/types.ts';
import { jobFields } from './jobFields.ts';
import { aliasOf } from './names.ts';
import type { TrackedArtifact } from './types.ts';

/** The official integration's name and type. */
const NAME = 'model-metadata';
const TYPE = 'model';

/**
 * What a job made, as an artifact: the weights stay at the provider. Made of the job alone, so that an evaluation that
 * takes the model in names the very version the job put out.
 */
export function modelArtifact(job: TuningJob, role: TrackedArtifact['role']): TrackedArtifact {
  const fields = jobFields(job);
  const own = aliasOf(job.id);
  return {
    name: NAME,
    type: TYPE,
    description: `Metadata of ${job.fineTunedModel ?? job.id}, tuned from ${job.model}.`,
    metadata: fields,
    // An evaluation of an older model must not make it the latest.
    aliases: role === 'output' ? ['latest', own] : [own],
    role,
    files: [{ path: 'model_metadata.json', chunks: () => [JSON.stringify(fields, null, 2)] }],
  };
}
