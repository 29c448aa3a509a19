import type { WeightsService } from '../../../src/app/runtime/deployment-ports.ts';
import type { ChatService } from '../../../src/app/runtime/ports.ts';
import { fakeDeployments } from '../../app/fakes/deployments.ts';
import { newDisk } from '../../app/fakes/fake-workbench.ts';
import { answerOf, fakeProvider } from '../../app/fakes/provider.ts';
import { done, fakeWorkbenchWith, renderTrain } from './render-train.tsx';

const chat: ChatService = { complete: async () => answerOf('Hello.') };
const jobs = { retrieve: async () => done.job, events: async () => [], checkpoints: async () => [] };

/** A job that succeeded, on the screen, with what is deployed there. */
export async function deployableJob(
  jobDialect: 'together' | 'nebius' = 'together',
  parts: { readonly weights?: WeightsService } = {},
) {
  const at = fakeDeployments();
  const disk = newDisk();
  const terms = { kind: jobDialect, jobDialect, baseUrl: null, apiVersion: null };
  disk.profiles.push({ id: 'there', name: 'There', ...terms });
  const there = fakeProvider({ deployments: at.service, chat, jobs, ...parts }, 'there');
  const providers = [fakeProvider({}), there];
  const desk = fakeWorkbenchWith([{ ...done, record: { providerId: 'there' } }], 16, { disk, providers });
  desk.workbench.projects.update((project) => ({ ...project, providerId: 'there' }));
  const app = await renderTrain(desk);
  await app.press('enter');
  const pass = async (ms: number): Promise<void> => {
    await desk.clock.advance(ms);
    await app.settled();
  };
  return { at, desk, app, pass };
}
