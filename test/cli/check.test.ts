import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preferenceLine } from '../../src/domain/dataset/preferences.ts';
import { luthier, records } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

const line = (user: string): string =>
  JSON.stringify({
    messages: [
      { role: 'user', content: user },
      { role: 'assistant', content: `About ${user}.` },
    ],
  });
const whole = Array.from({ length: 12 }, (_, index) => line(`word${index}`));

describe('luthier check', () => {
  let folder = '';
  beforeAll(() => {
    folder = temporaryFolder();
  });
  afterAll(() => removeFolder(folder));

  const write = (name: string, lines: readonly string[]): string => {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  };
  const home = (): { home: string } => ({ home: join(folder, 'home') });

  it('reports a sound file with 0: counts, percentiles by their true names, epochs, tokens, cost', async () => {
    const run = await luthier(['check', write('sound.jsonl', whole), '--model', 'gpt-4o-mini'], home());
    expect(run.code).toBe(0);
    expect(run.stderr).toBe('');
    for (const part of ['12 examples', 'No findings', 'p5', 'p50', 'p95', 'limit 65,536', 'Epochs by default', '$']) {
      expect(run.stdout).toContain(part);
    }
  });

  it('knows a preference file for what it is, and names what is wrong in it', async () => {
    const pair = (asked: string, other: string) =>
      preferenceLine({ prompt: [{ role: 'user', content: asked }], preferred: 'yes', other }).trimEnd();
    const pairs = Array.from({ length: 12 }, (_, index) => pair(`word${index}`, 'no'));
    const run = await luthier(['check', write('pairs.jsonl', pairs)], home());
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('12 preference pairs');
    const train = await luthier(['train', join(folder, 'pairs.jsonl'), '--model', 'practice-small'], home());
    expect(train.code).toBe(1);
    expect(train.stderr).toContain('Add --method dpo.');
    const json = await luthier(['check', write('poor.jsonl', [...pairs, pair('more', ' ')]), '--json'], home());
    expect(json.code).toBe(1);
    const said = records(json.stdout);
    expect(said[0]).toMatchObject({ event: 'finding', code: 'empty-content', line: 13 });
    expect(said.at(-1)).toMatchObject({ event: 'report', kind: 'preference', examples: 13, errors: 1 });
  });

  it('names every broken line with its fix, and ends with 1', async () => {
    const broken = [...whole.slice(0, 6), '{"messages": [', ...whole.slice(6), line('x').replace('"user"', '"usr"')];
    const path = write('broken.jsonl', broken);
    const run = await luthier(['check', path], home());
    expect(run.code).toBe(1);
    expect(run.stdout).toMatch(/✗ line 7: .+\n\s+fix: .+/);
    expect(run.stdout).toMatch(/✗ line 14: .+usr.+\n\s+fix: .*user/);

    const json = await luthier(['check', path, '--json'], home());
    expect(json.code).toBe(1);
    const said = records(json.stdout);
    const lines = said.filter((record) => record.event === 'finding' && record.severity === 'error');
    expect(lines.map((finding) => finding.line)).toEqual(expect.arrayContaining([7, 14]));
    expect(said.at(-1)).toMatchObject({ event: 'report', examples: 14, errors: lines.length });
  });

  it('says an unknown price, and prices a known one', async () => {
    const path = write('priced.jsonl', whole);
    const unknown = await luthier(['check', path, '--model', 'somebodys-model', '--json'], home());
    expect(records(unknown.stdout).at(-1)).toMatchObject({ event: 'report', costUsd: null });
    const known = await luthier(['check', path, '--model', 'gpt-4o', '--json'], home());
    const report = records(known.stdout).at(-1);
    expect(report?.costUsd).toBeCloseTo((Number(report?.billedTokens) * 25) / 1e6, 10);
  });

  it('lets nothing of a hostile file reach the terminal', async () => {
    const hostile = JSON.stringify({ messages: [{ role: '\x1b]0;owned\x07\x1b[2J', content: 'x' }] });
    const run = await luthier(['check', write('hostile.jsonl', [...whole, hostile])], home());
    expect(run.code).toBe(1);
    expect(run.stdout + run.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });

  it('warns of rubbish by kind, with count, lines and a sample, and does not fail of it', async () => {
    const answers = ["I'm sorry, but I can't help with that.", 'It stood by the river. The miller went to the'];
    const rubbish = answers.map((content) =>
      line('x')
        .replace('About x.', content)
        .replace('"x"', `"${content.slice(0, 4)}"`),
    );
    const path = write('rubbish.jsonl', [...whole, ...rubbish]);
    const run = await luthier(['check', path], home());
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('0 errors, 2 warnings, 2 examples flagged');
    expect(run.stdout).toContain("! line 13: 1 answer reads as a refusal: line 13. Line 13: “I'm sorry");
    const json = records((await luthier(['check', path, '--json'], home())).stdout);
    expect(json[1]).toMatchObject({ event: 'finding', code: 'truncated', severity: 'warning', count: 1, lines: [14] });
    expect(json.at(-1)).toMatchObject({ event: 'report', flagged: 2 });
    // Nobody listens there: what is said before the upload is all there is.
    const train = ['train', write('sound.jsonl', whole), '--validation', path, '--model', 'm'];
    const { stderr } = await luthier([...train, '--base-url', 'http://127.0.0.1:9/v1'], home());
    expect(stderr).toContain('2 examples flagged');
    expect(stderr).toContain(`luthier check ${path} lists them.`);
    expect(stderr).not.toContain('sound.jsonl lists');
  });

  it('mends a file into another, says what it did and what is left, and checks clean', async () => {
    const path = join(folder, 'spoilt.jsonl');
    const spoilt = [
      `\ufeff${whole[0]}`,
      `${whole[0]}`,
      '',
      ...whole.slice(1).map((text) => `${text},`),
      '{"messages": None}',
    ];
    writeFileSync(path, spoilt.join('\r\n'));
    const out = join(folder, 'mended.jsonl');
    const run = await luthier(['check', path, '--fix', out], home());
    expect(readFileSync(out, 'utf8')).toBe(
      [...whole, '{"messages": null}', ''].join('\n').replace('{"messages": null}', '{}'),
    );
    expect(run.code).toBe(1);
    for (const said of [
      '✓ 1 byte order mark removed: line 1',
      '✓ 1 blank line left out: line 3',
      '✓ 1 copy of a line before left out: line 2',
      '✓ Commas with nothing after them removed from 11 lines: lines 4, 5',
      '14 lines ended with \\n instead of \\r\\n',
      '1 error, 0 warnings',
      'line 13: There are no messages.',
    ]) {
      expect(run.stdout).toContain(said);
    }
    const again = await luthier(['check', out, '--fix', out], home());
    expect(again.code).not.toBe(0);
    expect(again.stderr).toContain(out);
    const list = join(folder, 'list.json');
    writeFileSync(list, `[\n${whole.join(',\n')}\n]`);
    const lined = await luthier(['check', list, '--fix', join(folder, 'lined.jsonl')], home());
    expect(lined.code).toBe(0);
    expect(lined.stdout).toContain('✓ The file was written with one object a line');
    expect(readFileSync(join(folder, 'lined.jsonl'), 'utf8')).toBe(`${whole.join('\n')}\n`);
  });

  it('writes nothing of a file that is no UTF-8', async () => {
    const path = join(folder, 'latin.jsonl');
    writeFileSync(path, Buffer.from(`${whole.join('\n')}\n${line('é')}\n`, 'latin1'));
    const run = await luthier(['check', path, '--fix', join(folder, 'never.jsonl')], home());
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('line 13, column');
    expect(existsSync(join(folder, 'never.jsonl'))).toBe(false);
  });

  it('answers a file that is not there with 2', async () => {
    const run = await luthier(['check', join(folder, 'nowhere.jsonl')], home());
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('nowhere.jsonl');
  });
});
