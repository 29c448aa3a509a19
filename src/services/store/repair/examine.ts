import { existsSync } from 'node:fs';
import { namedDamage } from '../../../domain/text/store-damage.ts';
import { createDatabase, damageOf } from '../database.ts';
import { createEvaluations, createVotes } from '../evaluations.ts';
import { createJobs } from '../jobs.ts';
import { createRows } from '../rows/rows.ts';
import { lookThrough } from '../soundness/look.ts';
import { createTranscripts } from '../transcripts.ts';

/** What a sound database holds; null where there is none yet. */
export interface Holdings {
  readonly rows: number;
  readonly jobs: number;
}

/** Looks through a database whole, and reads every record as the rest of Luthier does. Throws StoreDamage. */
export function examineDatabase(home: string): Holdings | null {
  const database = createDatabase({ home });
  try {
    const { statement } = database;
    if (!existsSync(database.path) && !existsSync(`${database.path}.seal`)) return null;
    const holdings = { rows: 0, jobs: 0 };
    for (const _ of createRows(database).every()) holdings.rows += 1;
    const texts = (sql: string): string[] =>
      statement(sql)
        .all()
        .map((record) => String(Object.values(record)[0]));
    const jobs = createJobs(database);
    for (const projectId of texts('SELECT DISTINCT project_id FROM jobs')) holdings.jobs += jobs.list(projectId).length;
    for (const jobId of texts('SELECT DISTINCT job_id FROM events')) jobs.events(jobId);
    for (const jobId of texts('SELECT DISTINCT job_id FROM checkpoints')) jobs.checkpoints(jobId);
    const transcripts = createTranscripts(database);
    for (const projectId of texts('SELECT DISTINCT project_id FROM turns')) transcripts.turns(projectId);
    const evaluations = createEvaluations(database);
    for (const id of texts('SELECT id FROM evaluations')) evaluations.get(id);
    for (const id of texts('SELECT DISTINCT evaluation_id FROM evaluation_items')) evaluations.items(id);
    const votes = createVotes(database);
    for (const id of texts('SELECT DISTINCT evaluation_id FROM votes')) votes.list(id);
    const findings = lookThrough({ prepare: statement });
    if (findings.length > 0) throw damageOf(database.path, findings);
    return holdings;
  } catch (error) {
    throw namedDamage(error);
  } finally {
    database.close();
  }
}
