// Bundles each entry into dist/. Splitting keeps what only some commands need out of the first frame's way.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licencesOf } from './licenses.js';
import {
  commanderWithoutPrograms,
  confWithoutValidator,
  framesKept,
  oneCommand,
  widthsMeasuredOnce,
  yogaAsBytes,
} from './plugins.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const fresh = `dist.${process.pid}`;
/** Commands that are measured from their start: bin/luthier.js begins each with a bundle of its own. */
const ALONE = ['check', 'eval', 'generate'];
/**
 * Of what is waited for from its start: names of functions are in reports of faults, and to say each of them beside a short one takes a tenth of
 * the first frame. Elsewhere a smaller package is worth more.
 */
const asNamed = { minify: false, minifySyntax: true, minifyWhitespace: true, keepNames: false };
const settings = /** @satisfies {import('esbuild').BuildOptions} */ ({
  absWorkingDir: root,
  outdir: fresh,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  jsx: 'automatic',
  minify: true,
  keepNames: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  external: ['react-devtools-core'],
  // Ink brings an older one, which counts Thai, Devanagari and half a flag a column short: two rulers, broken borders.
  alias: { 'string-width': fileURLToPath(import.meta.resolve('string-width')) },
  plugins: [commanderWithoutPrograms, confWithoutValidator, framesKept, widthsMeasuredOnce, yogaAsBytes],
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});

try {
  // The app by itself: what it shares with other entries would be cut into twenty more files to find, read and link.
  const app = await build({ ...settings, ...asNamed, entryPoints: { app: 'src/main.tsx' } });
  const rest = await build({
    ...settings,
    entryPoints: {
      cli: 'src/cli/main.ts',
      engine: 'src/engine/main.ts',
      trainer: 'src/engine/trainer.worker.ts',
      look: 'src/services/store/soundness/look.worker.ts',
      parquet: 'src/services/readers/parquet.worker.ts',
      converting: 'src/services/readers/converting.worker.ts',
      search: 'src/services/store/search/search.worker.ts',
    },
  });
  // So does the thread that counts, several times over: a check of a large file starts as many as there are processors.
  const tokenizer = await build({ ...settings, entryPoints: { tokenizer: 'src/services/tokens/tokenizer.worker.ts' } });
  const metafiles = [app.metafile, rest.metafile, tokenizer.metafile];
  for (const name of ALONE) {
    const plugins = [oneCommand(name), ...settings.plugins];
    const alone = await build({ ...settings, ...asNamed, plugins, entryPoints: { [name]: 'src/cli/main.ts' } });
    metafiles.push(alone.metafile);
  }
  await writeFile(`${root}${fresh}/LICENSES.txt`, await licencesOf(metafiles, root));
  // What counts tokens takes its tables as they lie in memory: read from base64 they would take a tenth of a second each time.
  const { packPairs, readPairs } = await moduleOf('src/services/tokens/pair-table.ts');
  for (const encoding of ['o200k_base', 'cl100k_base']) {
    const table = await readFile(fileURLToPath(import.meta.resolve(`gpt-tokenizer/data/${encoding}.tiktoken`)));
    await writeFile(`${root}${fresh}/${encoding}.pairs`, packPairs(readPairs(table)));
  }
  // A build that fails leaves the one before it in place.
  await rm(`${root}dist`, { recursive: true, force: true });
  await rename(`${root}${fresh}`, `${root}dist`);
} finally {
  await rm(`${root}${fresh}`, { recursive: true, force: true });
}

/**
 * A module of the source, for the build's own use: the Node that builds need not know TypeScript.
 * @param {string} path
 */
async function moduleOf(path) {
  const { outputFiles } = await build({ ...settings, banner: {}, splitting: false, entryPoints: [path], write: false });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')}`);
}
