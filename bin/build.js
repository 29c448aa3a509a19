// Bundles each entry into dist/. Splitting keeps what only some commands need out of the first frame's way.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { builtinsAtFirstUse } from './builtins.js';
import { licencesOf } from './licenses.js';
import {
  commanderWithoutPrograms,
  confWithoutValidator,
  exitsWithoutAssert,
  framesKept,
  oneCommand,
  requiredFromBundle,
  segmentersShared,
  tablesWithoutDigests,
  textsMeasuredOnce,
  widthsMeasuredOnce,
  yogaAsBytes,
} from './plugins.js';
import { schemasAtFirstUse } from './schemas.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const fresh = `dist.${process.pid}`;
/** Commands that are measured from their start: bin/luthier.js begins each with a bundle of its own. */
const ALONE = ['check', 'eval', 'generate'];
/** Functions and classes keep their names, which stand in reports of faults; to give short ones their names back would take a tenth of the first frame. */
const minify = { compress: true, mangle: { keepNames: true }, codegen: { removeWhitespace: true } };

const input = /** @satisfies {import('rolldown').InputOptions} */ ({
  cwd: root,
  platform: 'node',
  transform: { target: 'node24', define: { 'process.env.NODE_ENV': '"production"' } },
  // Ink brings an older one, which counts Thai, Devanagari and half a flag a column short: two rulers, broken borders.
  resolve: { alias: { 'string-width': fileURLToPath(import.meta.resolve('string-width')) } },
  external: ['react-devtools-core'],
  plugins: [
    requiredFromBundle,
    commanderWithoutPrograms,
    confWithoutValidator,
    exitsWithoutAssert,
    framesKept,
    segmentersShared,
    tablesWithoutDigests,
    textsMeasuredOnce,
    widthsMeasuredOnce,
    yogaAsBytes,
    schemasAtFirstUse,
    builtinsAtFirstUse,
  ],
  logLevel: 'warn',
});

try {
  const modules = [
    await alone('app', 'src/main.tsx'),
    await bundle({
      cli: 'src/cli/main.ts',
      engine: 'src/engine/main.ts',
      trainer: 'src/engine/trainer.worker.ts',
      look: 'src/services/store/soundness/look.worker.ts',
      parquet: 'src/services/readers/parquet.worker.ts',
      converting: 'src/services/readers/converting.worker.ts',
      search: 'src/services/store/search/search.worker.ts',
    }),
    // A check of a large file starts as many of these as there are processors.
    await alone('tokenizer', 'src/services/tokens/tokenizer.worker.ts'),
  ];
  for (const name of ALONE) modules.push(await alone(name, 'src/cli/main.ts', oneCommand(name)));
  await writeFile(`${root}${fresh}/LICENSES.txt`, await licencesOf(modules.flat()));
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
 * Writes a bundle of these entries; returns the modules in it.
 * @param {Record<string, string>} entries
 * @param {import('rolldown').OutputOptions['codeSplitting']} codeSplitting
 * @param {import('rolldown').Plugin[]} plugins
 */
async function bundle(entries, codeSplitting = true, plugins = []) {
  const made = await rolldown({
    ...input,
    input: entries,
    plugins: [...plugins, ...input.plugins],
    preserveEntrySignatures: false,
  });
  const { output: written } = await made.write({
    dir: `${root}${fresh}`,
    chunkFileNames: '[name]-[hash].js',
    comments: false,
    minify,
    codeSplitting,
  });
  await made.close();
  return written.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
}

/**
 * A bundle of one entry. All that it needs at its start is one file: cut by what else needs which module, as it would be, it is forty
 * files to find, read and link, and a tenth of the first frame.
 * @param {string} name
 * @param {string} path
 * @param {import('rolldown').Plugin & { alsoAtStart?: RegExp }} [plugin] what of its dynamic imports is needed at the start, too
 */
async function alone(name, path, plugin) {
  /** @type {Set<string>} */
  const atStart = new Set();
  /** @type {import('rolldown').Plugin} */
  const reached = {
    name: 'reached-at-start',
    buildEnd() {
      const reach = (/** @type {string} */ id) => {
        if (atStart.has(id)) return;
        atStart.add(id);
        this.getModuleInfo(id)?.importedIds.forEach(reach);
      };
      for (const id of this.getModuleIds()) {
        const info = this.getModuleInfo(id);
        // The entry stays in its own file: what waits for its end at its top must not be in the file that a command's import waits for.
        if (info?.isEntry) info.importedIds.forEach(reach);
        else if (plugin?.alsoAtStart?.test(id)) reach(id);
      }
    },
  };
  const start = { debugName: 'start', name: (/** @type {string} */ id) => (atStart.has(id) ? `${name}-start` : null) };
  return bundle({ [name]: path }, { groups: [start] }, [plugin ?? [], reached].flat());
}

/**
 * A module of the source, for the build's own use: the Node that builds need not know TypeScript.
 * @param {string} path
 */
async function moduleOf(path) {
  const made = await rolldown({ ...input, input: path });
  const [{ code }] = (await made.generate({ codeSplitting: false })).output;
  await made.close();
  return import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
}
