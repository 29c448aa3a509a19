import { expect, it } from 'vitest';
import { WorkbenchProvider } from '../../../src/app/react.tsx';
import { Frame } from '../../../src/components/layout/frame.tsx';
import { ProviderError } from '../../../src/domain/provider/provider.ts';
import { HomeScreen } from '../../../src/screens/home/home-screen.tsx';
import { deploymentOf, fakeDeployments } from '../../app/fakes/deployments.ts';
import { newDisk, openFakeWorkbench } from '../../app/fakes/fake-workbench.ts';
import { fakeProvider } from '../../app/fakes/provider.ts';
import { render } from '../../harness/render.tsx';

const FACTS = { project: 'P', breadcrumb: ['home'], provider: 'Engine', practice: true, running: 0, spentUsd: 0 };

it('shows what is deployed at every provider, and beside what cannot be asked after, why', async () => {
  const [good, bad] = [fakeDeployments(), fakeDeployments()];
  const disk = newDisk();
  for (const [key, providerId] of [
    ['k1', 'good'],
    ['k2', 'bad'],
  ] as const) {
    disk.profiles.push({
      id: providerId,
      name: providerId,
      kind: 'together',
      jobDialect: 'together',
      baseUrl: null,
      apiVersion: null,
    });
    const order = { ...deploymentOf().order, name: `triage-${providerId}` };
    const record = deploymentOf({ key, providerId, order, answered: true, billedSince: 1 });
    disk.deps.deployments.save({ ...record, view: { ...record.view, stage: 'ready', model: `acme/${providerId}` } });
  }
  good.there.set('triage-good', { stage: 'ready', word: 'READY', message: '', model: 'acme/good', parts: {} });
  bad.service.look = async () => {
    throw new ProviderError('network', 'Nothing answers at api.bad.example: the connection was refused.');
  };
  const providers = [
    fakeProvider({ chat: { complete: () => Promise.reject(new Error('unused')) } }),
    fakeProvider({ deployments: good.service }, 'good'),
    fakeProvider({ deployments: bad.service }, 'bad'),
  ];
  const desk = openFakeWorkbench({ disk, providers });
  const app = await render(
    <WorkbenchProvider store={desk.store} workbench={desk.workbench}>
      <Frame facts={FACTS} notice={null}>
        <HomeScreen />
      </Frame>
    </WorkbenchProvider>,
    { columns: 160, rows: 40 },
  );
  desk.resume();
  await desk.clock.advance(100);
  await app.settled();
  expect(app.frame()).toMatch(/✓ +deployed +acme\/good · \d+\.\d h/);
  expect(app.frame()).toMatch(/acme\/bad · .*as last seen: .*Nothing answers at api\.bad\.example/);
  bad.service.look = good.service.look;
  good.there.set('triage-bad', { stage: 'ready', word: 'READY', message: '', model: 'acme/bad', parts: {} });
  await desk.clock.advance(61_000);
  await app.settled();
  expect(app.frame()).toContain('acme/bad');
  expect(app.frame()).not.toContain('as last seen');
});
