import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngineLauncher } from '../../src/services/engine/launcher.ts';
import { luthier, records, type Seen, startLuthier } from './support/cli.ts';
import { removeFolder, temporaryFolder, userMessages, writeTemplate } from './support/folder.ts';

describe('requests by the file, on the embedded engine', () => {
  let folder = '';
  let home = '';
  let out = '';

  beforeEach(() => {
    folder = temporaryFolder();
    home = join(folder, 'home');
    out = join(folder, 'rows.jsonl');
  });
  afterEach(async () => {
    await createEngineLauncher({ home }).stop();
    removeFolder(folder);
  });

  const generate = (...more: string[]): string[] => [
    ...['generate', '--template', writeTemplate(folder, 4), '--out', out, '--json', ...more],
  ];
  const batches = async (...more: string[]): Promise<readonly Seen[]> =>
    records((await luthier(['batches', '--json', ...more], { home })).stdout).filter(({ event }) => event === 'batch');
  const requests = (listed: readonly Seen[]): number => listed.reduce((sum, one) => sum + Number(one.requests), 0);
  const hasBatch = ({ event, batches: shown }: Seen): boolean =>
    event === 'progress' && Array.isArray(shown) && shown.some(({ id }) => id !== null);

  it('a run that is killed is gone on with by the next: every row once, nothing asked twice', async () => {
    const running = startLuthier(generate('--batch', '--batch-requests', '6'), { home });
    await running.until(hasBatch);
    running.child.kill('SIGKILL');
    await running.finished;
    expect((await batches()).length).toBeGreaterThan(0);

    const run = await luthier(generate('--batch', '--batch-requests', '6'), { home });
    expect(run.code).toBe(0);
    expect(records(run.stdout).at(-1)).toMatchObject({ event: 'generated', rows: 16, total: 16 });
    expect(new Set(userMessages(out)).size).toBe(16);
    const listed = await batches();
    expect(listed.map(({ state }) => state)).toEqual(listed.map(() => 'ended'));
    expect(requests(listed)).toBe(16);
  });

  it('what a killed run left is taken up by itself, and calls one by one find it there', async () => {
    const running = startLuthier(generate('--batch'), { home });
    await running.until(hasBatch);
    running.child.kill('SIGKILL');
    await running.finished;
    const [waited] = await batches('--wait');
    expect(waited).toMatchObject({ state: 'ended', outcome: { answered: 16, failed: 0, unasked: 0 } });
    const run = await luthier(generate(), { home });
    expect(records(run.stdout).at(-1)).toMatchObject({ rows: 16, reused: 16 });
  });

  it('an evaluation and its judge go by the file too', async () => {
    const file = join(folder, 'asked.jsonl');
    const line = (text: string) =>
      JSON.stringify({
        messages: [
          { role: 'user', content: text },
          { role: 'assistant', content: 'yes' },
        ],
      });
    writeFileSync(file, `${['one', 'two', 'three'].map(line).join('\n')}\n`);
    const asked = ['eval', file, '--model', 'practice-small', '--grader', 'judge:practice-writer', '--batch', '--json'];
    // The practice model gives no verdicts; that its answers came by the file is what counts here.
    expect((await luthier(asked, { home })).stderr).toContain('The judge gave no verdict');
    const listed = await batches();
    expect(listed.map(({ kind }) => kind)).toEqual(['judge', 'evaluate']);
    expect(listed.every(({ state }) => state === 'ended')).toBe(true);
  });

  it('a batch that is not open cannot be cancelled, and the way to them is said', async () => {
    const run = await luthier(['batches', '--cancel', 'batch-none'], { home });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('there is no open batch batch-none');
  });

  it('a million combinations are planned and priced in twenty batches, and nothing is asked', async () => {
    const template = join(folder, 'million.yaml');
    const slot = (name: string) =>
      `  - name: ${name}\n    values: [${Array.from({ length: 100 }, (_, n) => `${name}${n}`).join(', ')}]\n`;
    const prompts = 'system: s\nteacherPrompt: Write of {a}, {b} and {c}.\nstudentPrompt: "{a}, {b}, {c}"\n';
    writeFileSync(template, `name: Million\n${prompts}slots:\n${['a', 'b', 'c'].map(slot).join('')}`);
    const asked = ['generate', '--template', template, '--out', out, '--provider', 'openai', '--model', 'gpt-4o-mini'];
    const planned = async (...more: string[]) =>
      records((await luthier([...asked, '--dry-run', '--json', ...more], { home })).stdout).find(
        ({ event }) => event === 'plan',
      );
    const plan = await planned('--batch');
    expect(plan).toMatchObject({ combinations: '1000000', toGenerate: 1_000_000, batches: 20 });
    expect(Number(plan?.upToUsd)).toBeCloseTo(Number((await planned())?.upToUsd) / 2, 6);
  });
});
