import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { netrcPassword, passwordIn } from '../../../src/services/wandb/credentials.ts';
import { temporaryHome } from '../store/sample.ts';

describe('the netrc file', () => {
  it.each([
    ['one line', 'machine api.wandb.ai login user password k1'],
    ['several lines', 'machine api.wandb.ai\n  login user\n  password k1\n'],
    ['Windows line ends', 'machine api.wandb.ai\r\n\tlogin user\r\n\tpassword k1\r\n'],
    ['quotes', 'machine "api.wandb.ai" login "a b" password "k1"'],
    ['a shell’s quotes', "machine 'api.wandb.ai' login user password 'k1'"],
    ['a backslash', 'machine api.wandb.ai password k\\1'],
    ['an account', 'machine api.wandb.ai login user account password password k1'],
    ['another machine before', 'machine github.com login a password b machine api.wandb.ai password k1'],
    [
      'comments',
      '# machine api.wandb.ai password no\nmachine api.wandb.ai # mine\nlogin user #\npassword k1 # old: k0',
    ],
    ['a macro', 'macdef init\nmachine api.wandb.ai password no\n\nmachine api.wandb.ai password k1'],
    ['a macro after', 'machine api.wandb.ai password k1\nmacdef init\ncd /pub'],
    ['default', 'machine other password no\ndefault login user password k1'],
    ['default after it', 'machine api.wandb.ai password k1\ndefault password no'],
    ['the last of two', 'machine api.wandb.ai password no\nmachine api.wandb.ai password k1'],
  ])('gives the password with %s', (_, text) => {
    expect(passwordIn(text, 'api.wandb.ai')).toBe('k1');
  });

  it.each([
    ['nothing', ''],
    ['only another machine', 'machine other login user password k1'],
    ['a machine without a password', 'machine api.wandb.ai login user\ndefault password k1'],
    ['another port', 'machine api.wandb.ai:8080 password k1'],
    ['what is no netrc', 'api.wandb.ai k1'],
    ['a word that none knows', 'machine api.wandb.ai passwort k1'],
    ['a password of no machine', 'password k1 machine api.wandb.ai'],
    ['a comment that hides it', 'machine api.wandb.ai #password k1'],
    ['a macro that holds it', 'macdef init\nmachine api.wandb.ai password k1\n'],
  ])('gives none with %s', (_, text) => {
    expect(passwordIn(text, 'api.wandb.ai')).toBeNull();
  });

  it('keeps a # that belongs to the password', () => {
    expect(passwordIn('machine h password #k#1 # comment', 'h')).toBe('#k#1');
  });

  it('lies where NETRC says, or in the home folder under one of two names', () => {
    const homedir = temporaryHome();
    const write = (name: string, key: string): void => writeFileSync(join(homedir, name), `machine h password ${key}`);
    expect(netrcPassword({ env: {}, homedir }, 'h')).toBeNull();
    write('_netrc', 'windows');
    expect(netrcPassword({ env: {}, homedir }, 'h')).toBe('windows');
    write('.netrc', 'unix');
    expect(netrcPassword({ env: {}, homedir }, 'h')).toBe('unix');
    write('mine', 'named');
    expect(netrcPassword({ env: { NETRC: join(homedir, 'mine') }, homedir }, 'h')).toBe('named');
    expect(netrcPassword({ env: { NETRC: '~/mine' }, homedir }, 'h')).toBe('named');
    expect(netrcPassword({ env: { NETRC: '~/none' }, homedir }, 'h')).toBeNull();
    mkdirSync(join(homedir, 'folder'));
    expect(netrcPassword({ env: { NETRC: '~/folder' }, homedir }, 'h')).toBeNull();
  });
});
