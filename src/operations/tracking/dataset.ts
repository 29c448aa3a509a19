import type { Project } from '../../domain/project/types.ts';
import { datasetRun } from '../../domain/tracking/datasetRun.ts';
import type { TrackedRun } from '../../domain/tracking/types.ts';
import { EndedEarly } from '../channel/ends.ts';
import { splitLines } from '../dataset/trainingFiles.ts';
import type { RowStore } from '../ports.ts';

/** The rows of a project as they would be trained on now, as a run. */
export function gatherDataset(rows: Pick<RowStore, 'scan'>, project: Project): TrackedRun {
  let changedAt = 0;
  function* watched() {
    for (const row of rows.scan(project.id, {})) {
      changedAt = Math.max(changedAt, row.updatedAt);
      yield row;
    }
  }
  const { training, validation } = splitLines(watched(), project.template, project.training);
  if (training.length + validation.length === 0) {
    throw new EndedEarly('failed', {
      what: 'There is no row to keep a version of.',
      saved: 'Nothing was sent.',
      next: 'Generate or import rows, or accept some, in Dataset (4).',
    });
  }
  return datasetRun({ projectName: project.name, training, validation, changedAt });
}
