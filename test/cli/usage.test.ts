import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { luthier } from './support/cli.ts';
import { removeFolder, temporaryFolder } from './support/folder.ts';

describe('the command line', () => {
  let home = '';
  beforeAll(() => {
    home = temporaryFolder();
  });
  afterAll(() => removeFolder(home));

  it.each([
    [['generate', '--out', 'x.jsonl'], '--template'],
    [['generate', '--template', 'x.yaml'], '--out'],
    [['generate', '--template', 'x.yaml', '--out', 'x.jsonl', '--combinations', '0'], 'at least 1'],
    [['generate', '--template', 'x.yaml', '--out', 'x.jsonl', '--combinations', 'many'], 'whole number'],
    [['generate', '--template', 'x.yaml', '--out', 'x.jsonl', '--cover', '1'], 'at least 2'],
    [['generate', '--template', 'x.yaml', '--out', 'x.jsonl', '--cover', '2', '--combinations', '9'], 'cannot be used'],
    [['generate', '--template', 'examples/dnd.yaml', '--out', 'x.jsonl', '--stratified'], '--combinations'],
    [['generate', '--template', 'x.yaml', '--out', 'x.jsonl', '--cap', '-1'], 'at least 0'],
    [['generate', '--template', 'x.yaml', '--out', 'x.jsonl', '--base-url', 'localhost'], 'http'],
    [['check'], 'file'],
    [['train', 'x.jsonl'], '--model'],
    [['train', 'x.jsonl', '--model', 'm', '--epochs', '51'], 'at most 50'],
    [['train', 'x.jsonl', '--model', 'm', '--suffix', ''], '1 to 64'],
    [['train', 'x.jsonl', '--model', 'm', '--beta', '0.1'], '--beta goes with --method dpo'],
    [['train', 'x.jsonl', '--model', 'm', '--method', 'dpo', '--beta', '2.1'], 'at most 2'],
    [['train', 'x.jsonl', '--model', 'm', '--method', 'dpo'], 'supervised only'],
    [['run', 'examples/dnd.yaml', '--demo', '--suffix', 'a b'], 'Try a-b.'],
    [['chat', '--model', 'm'], 'prompt'],
    [['chat', '--model', 'm', '--temperature', '2.1', 'hello'], 'at most 2'],
    [['jobs', 'remove', 'x'], 'Allowed choices'],
    [['jobs', 'show'], 'needs the id'],
    [['files', 'delete'], 'needs the id'],
    [['split', '--foo', '--bar'], /'file'.*--train <n>.*--out-train <file>.*--out-validation <file>.*'--foo', '--bar'/],
    [['train', '--modle'], /'file'.*'--model <model>'.*'--modle'/],
    [
      ['generate', '--out', 'x', '-z'],
      /^error: required options not given: '--template <file>'; unknown options: '-z'$/m,
    ],
    [['tune'], 'unknown command'],
    [['check', 'x.jsonl', '--colour'], 'unknown option'],
  ])('refuses %j with 2, and says why', async (args, reason) => {
    const run = await luthier(args, { home });
    expect(run.stderr).toMatch(reason);
    expect(run.code).toBe(2);
    expect(run.stdout).toBe('');
  });

  it.each([[['--help']], [['--version']], [['generate', '--help']], [['help', 'train']], [['engine', '--help']]])(
    'answers %j with 0',
    async (args) => {
      const run = await luthier(args, { home });
      expect(run.code).toBe(0);
      expect(run.stdout).not.toBe('');
    },
  );

  it('names a provider that is not there, and those that are', async () => {
    const run = await luthier(['files', '--provider', 'nowhere'], { home });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('nowhere');
    expect(run.stderr).toContain('openai');
  });
});
