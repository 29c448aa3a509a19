import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRefusals } from '../../../src/services/store/refusals.ts';
import { NOON, temporaryHome } from './sample.ts';

const DAY = 24 * 3_600_000;
const refused = { maxTokens: 'max_tokens', without: ['temperature'] } as const;

it('keeps what a model refuses at an address, for a week', () => {
  const home = temporaryHome();
  const at = (days: number) => createRefusals(home, () => NOON + days * DAY);
  expect(at(0).find('https://one/v1', 'm')).toBeNull();
  at(0).save('https://one/v1', 'm', { ...refused, without: [] });
  at(1).save('https://one/v1', 'm', refused);
  at(1).save('https://one/v1', 'n', refused);
  expect(at(7).find('https://one/v1', 'm')).toMatchObject(refused);
  expect(at(7).find('https://two/v1', 'm')).toBeNull();
  expect(at(9).find('https://one/v1', 'm')).toBeNull();
});

it('takes a file that cannot be read for an empty one', () => {
  const home = temporaryHome();
  writeFileSync(join(home, 'refusals.json'), '{');
  const refusals = createRefusals(home, () => NOON);
  expect(refusals.find('https://one/v1', 'm')).toBeNull();
  refusals.save('https://one/v1', 'm', refused);
  expect(refusals.find('https://one/v1', 'm')).toMatchObject(refused);
});

it('is silent where nothing can be written', () => {
  const file = join(temporaryHome(), 'file');
  writeFileSync(file, '');
  const refusals = createRefusals(file, () => NOON);
  expect(() => refusals.save('https://one/v1', 'm', refused)).not.toThrow();
});
