import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { inTemporaryFolder, megabytes, ms, type Result, root, runNode } from './measure.ts';

/** 100 is its own for assertions that failed; every row was asked all the same. */
const ENDS: ReadonlySet<number | null> = new Set([0, 100]);

interface Work {
  readonly concurrency: number;
  /** Calls that must have been answered. */
  readonly rows: number;
  /** What Luthier took. */
  readonly wallMs: number;
}

/** The template's prompts: promptfoo multiplies lists of variables out, as the lattice does. */
export function promptfoo(url: string, work: Work): Promise<readonly Result[]> {
  const template = parse(readFileSync(join(root, 'examples/dnd-1296.yaml'), 'utf8'));
  return byPromptfoo(
    {
      prompts: [String(template.teacher_prompt).replace(/\{(\w+)\}/g, '{{$1}}')],
      providers: [{ id: 'openai:chat:slow-teacher', config: { apiBaseUrl: url, max_tokens: 400 } }],
      tests: [{ vars: template.slots }],
    },
    work,
  );
}

/**
 * The same work through promptfoo, when it is installed in a folder beside this one (`npm install promptfoo`
 * in `../promptfoo`, or wherever LUTHIER_BENCH_PROMPTFOO points). It is no dependency: it is larger than we are.
 */
export async function byPromptfoo(configuration: object, work: Work): Promise<readonly Result[]> {
  const home = process.env.LUTHIER_BENCH_PROMPTFOO ?? join(root, '../promptfoo');
  const manifest = join(home, 'node_modules/promptfoo/package.json');
  if (!existsSync(manifest)) {
    return [{ what: 'the same through promptfoo', figure: 'not installed', limit: '', met: null }];
  }
  const { version, bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  const entry = join(home, 'node_modules/promptfoo', bin.promptfoo);
  const run = await inTemporaryFolder(async (folder) => {
    const config = join(folder, 'promptfooconfig.json');
    writeFileSync(config, JSON.stringify(configuration));
    const args = [
      entry,
      'eval',
      '-c',
      config,
      '-j',
      String(work.concurrency),
      '--no-cache',
      '--no-table',
      '--no-progress-bar',
    ];
    const env = {
      OPENAI_API_KEY: 'bench',
      PROMPTFOO_CONFIG_DIR: folder,
      PROMPTFOO_DISABLE_TELEMETRY: '1',
      PROMPTFOO_DISABLE_UPDATE: '1',
    };
    const out = join(folder, 'out.jsonl');
    const done = await runNode([...args, '-o', out], env, folder);
    return { ...done, rows: existsSync(out) ? readFileSync(out, 'utf8').trimEnd().split('\n').length : 0 };
  });
  const name = `the same through promptfoo ${version}`;
  if (!ENDS.has(run.code) || run.rows !== work.rows) {
    return [{ what: name, figure: `failed: exit ${run.code}, ${run.rows} rows`, limit: '', met: null }];
  }
  const ratio = `${(run.wallMs / work.wallMs).toFixed(1)} × Luthier`;
  return [{ what: name, figure: `${ms(run.wallMs)}, ${megabytes(run.peakBytes)} (${ratio})`, limit: '', met: null }];
}
