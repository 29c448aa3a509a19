import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { luthier } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

const run = promisify(execFile);
const has = (shell: string): boolean => spawnSync(shell, ['--version']).error === undefined;

/** What each shell offers after these words, asked in its own way. */
const OFFERS: Readonly<
  Record<'bash' | 'fish', (script: string, words: readonly string[]) => readonly [string, string]>
> = {
  bash: (script, words) => [
    '-c',
    `${script}\nCOMP_WORDS=(${['luthier', ...words].map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _luthier; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  fish: (script, words) => ['-c', `${script}\ncomplete -C '${['luthier', ...words].join(' ')}'`],
};

describe('the completion script', () => {
  let home = '';
  beforeAll(() => {
    home = temporaryFolder();
  });
  afterAll(() => removeFolder(home));

  describe.each(['bash', 'fish'] as const)('of %s', (shell) => {
    it.skipIf(!has(shell)).each([
      [['tr'], ['train', 'track']],
      [['train', '--meth'], ['--method']],
      [
        ['train', '--method', ''],
        ['supervised', 'dpo'],
      ],
      [['jobs', 'ca'], ['cancel']],
    ])('offers after %j what there is: %j', async (words, wanted) => {
      const { stdout: script, code } = await luthier(['completion', shell], { home });
      expect(code).toBe(0);
      const { stdout } = await run(shell, OFFERS[shell](script, words));
      const offered = stdout.split('\n').flatMap((line) => line.split('\t')[0] || []);
      expect(offered.sort()).toEqual([...wanted].sort());
    });
  });

  it.skipIf(!has('zsh'))('of zsh is a function that zsh takes', async () => {
    const { stdout: script } = await luthier(['completion', 'zsh'], { home });
    execFileSync('zsh', [
      '-f',
      '-c',
      `autoload -U compinit && compinit -D -u\n${script}\n(( $+functions[_luthier] )) && [[ $_comps[luthier] == _luthier ]]`,
    ]);
  });
});
