import { createClock } from '../clock/clock.ts';
import { type ClientSetup, openClient } from './client.ts';
import { createChat } from './completions.ts';
import { createFiles } from './files.ts';
import { createJobs } from './jobs.ts';
import { createModels } from './models.ts';
import { openSession } from './session.ts';
import { UPLOAD_LIMITS, type UploadSettings } from './upload.ts';

/** One provider, connected: chat, files, jobs and models over one official client. Nothing is sent yet. */
export async function createProvider(setup: ClientSetup, uploads: Partial<UploadSettings> = {}) {
  const session = openSession(await openClient(setup), [setup.apiKey.trim()]);
  return {
    id: setup.profile.id,
    name: setup.profile.name,
    chat: createChat(session),
    files: createFiles(session, { ...UPLOAD_LIMITS, sleep: createClock().sleep, ...uploads }),
    jobs: createJobs(session, setup.profile),
    models: createModels(session),
  };
}

export type ConnectedProvider = Awaited<ReturnType<typeof createProvider>>;
