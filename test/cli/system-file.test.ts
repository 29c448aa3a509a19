import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { luthier } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

describe('luthier import --system', () => {
  let folder = '';
  beforeAll(() => {
    folder = temporaryFolder();
  });
  afterAll(() => removeFolder(folder));

  const home = () => ({ home: join(folder, 'home') });
  const at = (name: string): string => join(folder, name);
  const write = (name: string, text: string): string => {
    writeFileSync(at(name), text);
    return at(name);
  };
  const linesOf = (name: string): readonly string[] => readFileSync(at(name), 'utf8').trimEnd().split('\n');

  it('takes the system message from the file that @ names, read as every text is', async () => {
    const rows = write('to-greet.csv', 'question,answer\nHi?,Hello\n');
    const importing = (system: string) =>
      luthier(['import', rows, '--system', system, '--out', at('greeted.jsonl'), '--force'], home());
    const messageOf = (): string => JSON.parse(linesOf('greeted.jsonl')[0] ?? '').messages[0].content;
    for (const [system, message] of [
      [`@${write('system.txt', '\ufeffAnswer {answer} to\n{question}\r\n')}`, 'Answer Hello to\nHi?'],
      ['@@home', '@home'],
      ['a@b', 'a@b'],
    ] as const) {
      expect(await importing(system)).toMatchObject({ code: 0 });
      expect(messageOf()).toBe(message);
    }
    writeFileSync(at('latin.txt'), Buffer.from('Sois gentil, c\xe9r\xe9monieux', 'latin1'));
    const refused = await importing(`@${at('latin.txt')}`);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('line 1, column 15 holds the byte E9');
    const missing = await importing('@nowhere.txt');
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stderr).toContain('nowhere.txt cannot be read: there is no such file.');
  });
});
