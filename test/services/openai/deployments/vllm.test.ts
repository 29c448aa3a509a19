import { expect, it, onTestFinished } from 'vitest';
import { NO_CHOICES } from '../../../../src/domain/deployment/types.ts';
import { completion, providerAt, sendJson, startServer } from '../servers.ts';
import { vllmElsewhere } from './vllm-server.ts';

const FOLDER = '/models/triage';

async function open() {
  const server = await vllmElsewhere();
  onTestFinished(() => server.strict.close());
  server.disk.set(FOLDER, 8);
  const service = await (await providerAt(server.url)).deployments?.();
  if (service === undefined) throw new Error('no deployments');
  const plan = await service.plan({ job: null, model: FOLDER, choices: NO_CHOICES });
  return { server, service, plan, order: { ...plan, name: 'triage-1', choices: NO_CHOICES, parts: {} } };
}

it('loads an adapter, again without harm, lists it with others and unloads it', async () => {
  const { server, service, plan, order } = await open();
  expect(plan).toMatchObject({ source: FOLDER, usdPerHour: 0, notes: [expect.stringContaining('from its own disk')] });
  expect((await service.look(order)).stage).toBe('absent');
  const ready = { stage: 'ready', model: 'triage-1', word: 'on Qwen/Qwen3-0.6B' };
  expect(await service.advance(order)).toMatchObject(ready);
  expect(await service.advance(order)).toMatchObject(ready);
  // Another window loaded it after the look.
  let looks = 0;
  server.strict.instead = ({ path }) => {
    looks += path === '/v1/models' ? 1 : 0;
    return path === '/v1/models' && looks === 1 ? { body: { object: 'list', data: [] } } : null;
  };
  expect(await service.advance(order)).toMatchObject(ready);
  server.strict.instead = null;
  server.loaded.set('other', '/models/other');
  expect((await service.list()).map(({ order: { name, source } }) => [name, source])).toEqual([
    ['triage-1', FOLDER],
    ['other', '/models/other'],
  ]);
  expect((await service.remove(order)).stage).toBe('absent');
  expect((await service.remove(order)).stage).toBe('absent');
  expect([[...server.loaded.keys()], server.strict.faults]).toEqual([['other'], []]);
});

it('says what stands in the way: no loading at run time, no LoRA, too large a rank, a folder that it does not see', async () => {
  const { server, service, order } = await open();
  server.updating = false;
  await expect(service.advance(order)).rejects.toThrow('Start it as VLLM_ALLOW_RUNTIME_LORA_UPDATING=True');
  server.updating = true;
  server.enabled = false;
  await expect(service.advance(order)).rejects.toThrow('was started without --enable-lora');
  server.enabled = true;
  server.disk.set(FOLDER, 64);
  await expect(service.advance(order)).rejects.toThrow('takes 16 at most. Start it with --max-lora-rank 64.');
  server.strict.instead = ({ method }) =>
    method === 'POST' ? { status: 500, body: { error: { message: 'DoRA is not yet supported' } } } : null;
  const refused = service.advance(order);
  await expect(refused).rejects.toThrow('did not take the adapter: DoRA is not yet supported');
  await expect(refused).rejects.toMatchObject({ retryable: false, mayHaveBeenDone: false });
  server.strict.instead = null;
  server.disk.clear();
  await expect(service.advance(order)).rejects.toThrow(`finds no adapter in ${FOLDER}`);
  server.disk.set(FOLDER, 8);
  await service.advance(order);
  server.updating = false;
  await expect(service.remove(order)).rejects.toThrow('VLLM_ALLOW_RUNTIME_LORA_UPDATING');
  const plan = (model: string, more: object = {}) =>
    service.plan({ job: null, model, choices: { ...NO_CHOICES, ...more } });
  await expect(plan('ft:none')).rejects.toThrow('ft:none is no folder');
  await expect(plan(FOLDER, { accelerator: 'H100' })).rejects.toThrow('no hardware');
  const own = { folder: FOLDER, base: 'org/other', here: 'no' };
  expect((await plan('ft:mine', { own })).notes).toEqual([
    expect.stringContaining('It is not on this machine.'),
    'It was trained on org/other; the server has Qwen/Qwen3-0.6B.',
  ]);
  expect(server.strict.faults).toEqual([]);
});

it('at a server that is no vLLM nothing is deployed, and nothing is listed', async () => {
  const server = await startServer((_, response) =>
    sendJson(response, { object: 'list', data: [{ id: 'm', owned_by: 'me', parent: 'base' }, completion('x')] }),
  );
  onTestFinished(server.close);
  const service = await (await providerAt(server.url)).deployments?.();
  expect(await service?.list()).toEqual([]);
  const plan = service?.plan({ job: null, model: FOLDER, choices: NO_CHOICES });
  await expect(plan).rejects.toThrow('There has no call that deploys a model');
});
