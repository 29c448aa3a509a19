import { afterEach, beforeEach, expect, it } from 'vitest';
import { hoursOf } from '../../../src/domain/deployment/billing.ts';
import { type DeploymentRecord, NO_CHOICES } from '../../../src/domain/deployment/types.ts';
import { createDatabase, type StoreDatabase } from '../../../src/services/store/database.ts';
import { createDeployments } from '../../../src/services/store/deployments.ts';
import { createLedger } from '../../../src/services/store/spending/ledger.ts';
import { removeFolder, temporaryFolder } from '../../cli/support/folder.ts';

const HOUR = 3_600_000;
let home = '';
let database: StoreDatabase;
let now = 0;

beforeEach(() => {
  home = temporaryFolder();
  database = createDatabase({ home });
  now = 0;
});
afterEach(() => {
  database.close();
  removeFolder(home);
});

const recordOf = (change: Partial<DeploymentRecord> = {}): DeploymentRecord => ({
  key: 'k1',
  projectId: 'p',
  providerId: 'there',
  address: 'https://api.together.ai/v1',
  jobId: 'ft-1',
  order: { name: 'triage-1', source: 'ml_1', tunedModel: 'acme/triage', setup: { config: 'c' }, choices: NO_CHOICES },
  view: { stage: 'absent', word: '', message: '', model: null, parts: {} },
  askedAt: 0,
  seenAt: 0,
  answered: false,
  leaving: false,
  closed: false,
  usdPerHour: 4,
  billedMs: 0,
  billedSince: null,
  ...change,
});

const spent = () => createLedger(database).totals('p');

it('one model has one open deployment at an address, whoever begins it', () => {
  const deployments = createDeployments(database, () => now);
  expect(deployments.begin(recordOf())).toEqual(recordOf());
  expect(deployments.begin(recordOf({ key: 'k2' })).key).toBe('k1');
  const elsewhere = recordOf({ key: 'k3', address: 'https://elsewhere/v1' });
  expect(deployments.begin(elsewhere).key).toBe('k3');
  deployments.save(recordOf({ closed: true }));
  expect(deployments.begin(recordOf({ key: 'k2', askedAt: 5 })).key).toBe('k2');
  expect(deployments.list({ open: true }).map(({ key }) => key)).toEqual(['k2', 'k3']);
  expect(deployments.list().length).toBe(3);
  expect(deployments.get('k1')).toMatchObject({ closed: true });
});

it('books hours as they pass, in few entries, and each once', () => {
  const deployments = createDeployments(database, () => now);
  deployments.begin(recordOf());
  expect(spent()).toEqual([]);
  const running = recordOf({ billedSince: 0 });
  for (let minute = 0; minute <= 120; minute += 1) {
    now = (minute * HOUR) / 60;
    deployments.save(running);
  }
  expect(spent()).toMatchObject([
    { kind: 'deployment', model: 'acme/triage', calls: 1, usd: expect.closeTo(8, 0), unpriced: 0 },
  ]);
  const entries = database.statement("SELECT count(*) AS n FROM spending WHERE kind = 'deployment'").get()?.n;
  expect(Number(entries)).toBeLessThan(45);
  now = 10 * HOUR;
  const stopped = recordOf({ billedMs: 2.5 * HOUR, closed: true });
  deployments.save(stopped);
  deployments.save(stopped);
  expect(spent()).toMatchObject([{ calls: 1, usd: 10 }]);
  expect(hoursOf(stopped, now)).toBe(2.5);
});

it('books one of unknown price as one call of unknown price, and one that is free as free', () => {
  const deployments = createDeployments(database, () => now);
  now = HOUR;
  deployments.save(recordOf({ usdPerHour: null, billedSince: 0 }));
  deployments.save(recordOf({ usdPerHour: null, billedSince: 0 }));
  expect(spent()).toMatchObject([{ calls: 1, usd: 0, unpriced: 1 }]);
  const free = recordOf({ key: 'k2', usdPerHour: 0, billedSince: 0, address: 'b', projectId: 'q' });
  deployments.save(free);
  expect(createLedger(database).totals('q')).toMatchObject([{ calls: 1, usd: 0, unpriced: 0 }]);
});
