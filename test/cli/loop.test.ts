import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngineLauncher } from '../../src/services/engine/launcher.ts';
import { luthier, records, type Seen } from './support/cli.ts';
import { removeFolder, temporaryFolder, userMessages } from './support/folder.ts';

const template = new URL('../../examples/dnd.yaml', import.meta.url).pathname;

describe('the whole loop without a screen, on the embedded engine', () => {
  let folder = '';
  let home = '';
  let out = '';
  let said: Seen[] = [];
  let code: number | null = null;

  const ask = async (...args: string[]) => {
    const run = await luthier([...args, '--json'], { home });
    return { code: run.code, said: records(run.stdout), stderr: run.stderr };
  };
  const event = (name: string): Seen[] => said.filter((record) => record.event === name);

  beforeAll(async () => {
    folder = temporaryFolder();
    home = join(folder, 'home');
    out = join(folder, 'rows.jsonl');
    const run = await luthier(['run', template, '--out', out, '--seed', '7', '--json'], { home });
    code = run.code;
    said = records(run.stdout);
  });
  afterAll(async () => {
    await createEngineLauncher({ home }).stop();
    removeFolder(folder);
  });

  it('ends with 0, with the rows, a sound report and a tuned model', () => {
    expect(code).toBe(0);
    expect(event('generated')).toMatchObject([{ status: 'succeeded', rows: 16, total: 16 }]);
    expect(userMessages(out)).toHaveLength(16);
    expect(event('report')).toMatchObject([{ examples: 16, errors: 0 }]);
    expect(event('trained')).toMatchObject([{ status: 'succeeded', job: { model: 'practice-small' } }]);
    expect(event('quote')).toMatchObject([
      { byHeart: expect.stringMatching(/^1\d rows: they will be learned by heart/) },
    ]);
    expect(event('done')).toHaveLength(1);
    expect(event('tracked')).toMatchObject([{ status: 'succeeded', jobType: 'fine-tune', sync: 'local' }]);
  });

  it('prints every event of the job once, oldest first, and that the loss fell', () => {
    const events = event('job-event');
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(String(events[0]?.message)).toContain('Created fine-tuning job');
    expect(String(events.at(-1)?.message)).toContain('successfully completed');
  });

  it('asks base and tuned the same, also for values no row has', () => {
    const answers = event('answer');
    expect(answers).toHaveLength(4);
    expect(new Set(answers.map(({ model }) => model)).size).toBe(2);
    expect(answers.filter(({ question }) => question === 'mermaid, monk, sling, crab')).toHaveLength(2);
  });

  it('lists the job, shows it, and prints its events again', async () => {
    const list = await ask('jobs');
    expect(list.said).toMatchObject([{ event: 'job', job: { status: 'succeeded' } }]);
    const id = String(event('job-event')[0]?.jobId);
    const shown = await ask('jobs', 'show', id);
    expect(shown.said).toMatchObject([{ event: 'job', job: { id, status: 'succeeded' } }]);
    const events = await ask('jobs', 'events', id);
    expect(events.said.map((record) => record.id)).toEqual(event('job-event').map((record) => record.id));
  });

  it('refuses to cancel a job that has ended, with 1', async () => {
    const id = String(event('job-event')[0]?.jobId);
    const cancelled = await ask('jobs', 'cancel', id);
    expect(cancelled.code).toBe(1);
    expect(cancelled.said).toMatchObject([{ event: 'error' }]);
  });

  it('lists and deletes files', async () => {
    const files = await ask('files');
    const ids = files.said.map(({ file }) =>
      typeof file === 'object' && file !== null && 'id' in file ? file.id : '',
    );
    expect(ids.length).toBeGreaterThanOrEqual(2);
    expect((await ask('files', 'delete', String(ids[0]), '--yes')).code).toBe(0);
    expect((await ask('files')).said).toHaveLength(ids.length - 1);
    expect((await ask('files', 'delete', 'file-nowhere', '--yes')).code).toBe(1);
  });

  it('trains a file with its own hyperparameters, and can be left to itself', async () => {
    const trained = await ask('train', out, '--model', 'practice-small', '--epochs', '2', '--suffix', 'two', '--watch');
    expect(trained.code).toBe(0);
    const last = trained.said.at(-1);
    expect(last).toMatchObject({ event: 'trained', status: 'succeeded', job: { hyperparameters: { nEpochs: 2 } } });
    const started = await ask('train', out, '--model', 'practice-small', '--validation-share', '0.2');
    expect(started.code).toBe(0);
    expect(started.said.some((record) => record.event === 'job-event')).toBe(false);
    const job = started.said.find((record) => record.event === 'job');
    expect(job).toMatchObject({ job: { status: expect.stringMatching(/validating_files|queued|running/) } });
  });

  it('does not upload a file a job would refuse', async () => {
    const { code: refused, stderr } = await ask('train', template, '--model', 'practice-small');
    expect(refused).toBe(1);
    expect(stderr).toContain('not uploaded');
  });

  it('checks the validation file as it checks the training file, and counts the lines that are in both', async () => {
    const held = join(folder, 'held.jsonl');
    const training = (text: string, ...more: readonly string[]) => {
      writeFileSync(held, text);
      return ask('train', out, '--model', 'practice-small', '--validation', held, ...more);
    };
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    const other = '{"messages": [{"role": "user", "content": "New"}, {"role": "assistant", "content": "Yes"}]}';
    const pair =
      '{"input": {"messages": [{"role": "user", "content": "Q"}]}, "preferred_output": [{"role": "assistant", "content": "a"}], "non_preferred_output": [{"role": "assistant", "content": "b"}]}';
    for (const [text, words] of [
      ['{"messages": 3}', 'held.jsonl has 1 error(s)'],
      [pair, 'holds preference (DPO) lines'],
      ['\n', 'has no lines'],
      [lines.toReversed().join('\n'), 'holds the same lines'],
    ] as const) {
      expect(await training(text)).toMatchObject({ code: 1, stderr: expect.stringContaining(words) });
    }
    writeFileSync(held, Buffer.from(`${other}\n${other.replace('New', 'N\xe9w')}\n`, 'latin1'));
    const bytes = await ask('train', out, '--model', 'practice-small', '--validation', held);
    expect(bytes).toMatchObject({ code: 1, stderr: expect.stringMatching(/line 2, column 45 holds the byte E9/) });
    expect(bytes.said.map(({ event: name }) => name)).toEqual(['error']);
    const shared = await training(`${lines[0]}\n${other}\n`);
    expect(shared.code).toBe(0);
    expect(shared.said).toContainEqual(expect.objectContaining({ event: 'shared-lines', shared: 1, validation: 2 }));
  });

  it('says what a held-out share has in common with the rest', async () => {
    const file = join(folder, 'doubled.jsonl');
    const answered = (n: number, answer: string) =>
      JSON.stringify({
        messages: [
          { role: 'user', content: `q${n}` },
          { role: 'assistant', content: answer },
        ],
      });
    const lines = Array.from({ length: 20 }, (_, n) => [answered(n, 'Yes'), answered(n, 'No')]).flat();
    writeFileSync(file, lines.join('\n'));
    const run = await ask('train', file, '--model', 'practice-small', '--validation-share', '0.3', '--seed', '1');
    expect(run.code).toBe(0);
    const [leaks] = run.said.filter(({ event: name }) => name === 'shared-lines');
    expect(leaks).toMatchObject({ lines: 0, near: 0 });
    expect(Number(leaks?.prompts)).toBeGreaterThan(0);
    expect(run.stderr).toContain('have a prompt of the training side');
  });

  it('leaves no demonstration behind, and no project touched', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('luthier-demo-'));
    const run = await luthier(['run', template, '--demo'], { home: join(folder, 'untouched') });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('mermaid, monk, sling, crab');
    expect(run.stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /Asked for 4 values no row has, the tuned model names [1-4] \(the base: \d\).* of the 4 headings .*One answer after 1\d rows/,
    );
    expect(run.stdout).toMatch(/training loss .*[▁▂▃▄▅▆▇█]/);
    expect(readdirSync(folder)).not.toContain('untouched');
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('luthier-demo-'))).toEqual(before);
  });

  it('keeps the engine’s key out of everything that was said', () => {
    const { apiKey } = JSON.parse(readFileSync(join(home, 'engine', 'engine.json'), 'utf8'));
    expect(JSON.stringify(said)).not.toContain(apiKey);
  });
});
