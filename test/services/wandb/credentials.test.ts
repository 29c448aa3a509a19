import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TrackingError } from '../../../src/domain/tracking/types.ts';
import { createCredentials } from '../../../src/services/wandb/credentials.ts';
import { temporaryHome } from '../store/sample.ts';

const BASE = 'https://api.wandb.ai';
const key = (letter: string): string => letter.repeat(40);

describe('the key for W&B', () => {
  it('is the environment’s, then the typed one, then the netrc file’s for that very address', () => {
    const homedir = temporaryHome();
    writeFileSync(
      join(homedir, '.netrc'),
      `machine api.wandb.ai password ${key('n')}\nmachine h:8080 password ${key('p')}`,
    );
    const env: Record<string, string> = { WANDB_API_KEY: ` ${key('e')}\n` };
    let typed: string | null = key('t');
    const credentials = createCredentials({ env, homedir, typed: () => typed });
    const found = (baseUrl = BASE) => [credentials.source(baseUrl), credentials.key(baseUrl)];
    expect(found()).toEqual(['environment', key('e')]);
    env.WANDB_API_KEY = ' ';
    expect(found()).toEqual(['file', key('t')]);
    typed = null;
    expect(found()).toEqual(['netrc', key('n')]);
    expect(found('http://h:8080')).toEqual(['netrc', key('p')]);
    expect(found('http://h')).toEqual(['none', null]);
    expect(found('no address')).toEqual(['none', null]);
  });

  it('is known from every place it may be, whichever is in use, for what must not be written', () => {
    const homedir = temporaryHome();
    writeFileSync(
      join(homedir, '.netrc'),
      `machine api.wandb.ai password ${key('n')}\nmachine h:8080 password ${key('p')}`,
    );
    const known = (env: Record<string, string>, typed: string | null, baseUrl = BASE) =>
      createCredentials({ env, homedir, typed: () => typed }).known(baseUrl);
    expect(known({ WANDB_API_KEY: ` ${key('e')}\n` }, key('t'))).toEqual([key('e'), key('t'), key('n')]);
    // W&B's own cloud is logged into too, whichever address is set now.
    expect(known({}, key('t'), 'http://h:8080')).toEqual([key('t'), key('p'), key('n')]);
    expect(known({}, null, 'no address')).toEqual([key('n')]);
    expect(known({ WANDB_API_KEY: 'none' }, 'two words')).toEqual([key('n')]);
  });

  it.each([
    ['environment', 'tiny!', 'WANDB_API_KEY'],
    ['environment', `${key('k')}\r\nX-Other: header`, 'WANDB_API_KEY'],
    ['typed', `${key('k')}ß`, 'typed into Luthier'],
    ['typed', `${key('k')} ${key('k')}`, 'typed into Luthier'],
  ])('of the %s is refused as %j without being shown', (source, bad, name) => {
    const credentials = createCredentials({
      env: source === 'environment' ? { WANDB_API_KEY: bad } : {},
      homedir: '/nowhere',
      typed: () => bad,
    });
    const error = (() => {
      try {
        return credentials.key(BASE);
      } catch (thrown) {
        return thrown;
      }
    })();
    if (!(error instanceof TrackingError)) throw new Error('It was taken.');
    expect(error).toMatchObject({ kind: 'settings', message: expect.stringContaining(name) });
    expect(`${error.message} ${error.next}`).not.toContain(bad.slice(0, 5));
    expect(credentials.source(BASE)).not.toBe('none');
  });
});
