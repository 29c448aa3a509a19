// What keeps libraries from doing before the first frame what the first frame does not need. Each is measured in
// docs/benchmarks.md, and each fails the build when a new version of its library no longer looks as it expects.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/**
 * conf imports a schema validator that it uses only when it is given a schema, which we never do: zod reads what it
 * hands us. Building that validator's own schemas would take part in every start.
 * @type {import('esbuild').Plugin}
 */
export const confWithoutValidator = {
  name: 'conf-without-validator',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^ajv(-formats)?(\/|$)/ }, ({ path, importer }) =>
      /[\\/]node_modules[\\/]conf[\\/]/.test(importer) ? { path, namespace: 'no-validator' } : undefined,
    );
    onLoad({ filter: /^/, namespace: 'no-validator' }, () => ({
      contents: `
        export class Ajv2020 { constructor() { throw new Error('This build of conf checks no schemas.'); } }
        export default {};`,
    }));
  },
};

/**
 * string-width's table of emoji, which V8 takes 20 ms to put together, only once something is measured that may be one. Widths that were
 * measured are kept, as far as they fit: a frame of boxes and marks measures some hundred texts that are not ASCII, nearly all of them those
 * of the frame before.
 * @type {import('esbuild').Plugin}
 */
export const widthsMeasuredOnce = {
  name: 'widths-measured-once',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]string-width[\\/]index\.js$/ }, async ({ path }) => {
      const lazy = replaced(
        await readFile(path, 'utf8'),
        /const emojiPrefixRegex = (\/.*\/v);/,
        `let emojiPrefix;
         const emojiPrefixRegex = {
           exec: string => (emojiPrefix ??= $1).exec(string),
           test: string => (emojiPrefix ??= $1).test(string),
         };`,
      );
      const contents = replaced(
        lazy,
        'return nonAsciiOrControlRegex.test(string) ? unicodeWidth(string, ambiguousIsNarrow) : string.length;',
        `if (!nonAsciiOrControlRegex.test(string)) return string.length;
         if (!ambiguousIsNarrow || string.length > 256) return unicodeWidth(string, ambiguousIsNarrow);
         let width = keptWidths.get(string);
         if (width === undefined) {
           width = unicodeWidth(string, true);
           if (keptWidths.size >= 4096) keptWidths.clear();
           keptWidths.set(string, width);
         }
         return width;`,
      );
      return { contents: `const keptWidths = new Map();\n${contents}` };
    });
  },
};

/**
 * What Ink made for one frame, kept for the next: cells of texts, their lines, and each row of the screen whose cells are those of before.
 * As it comes, it makes each cell and row anew for each frame, nine tenths of which are as they were.
 * @type {import('esbuild').Plugin}
 */
export const framesKept = {
  name: 'frames-kept',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]ink[\\/]build[\\/]output\.js$/ }, async ({ path }) => {
      const changes = /** @type {const} */ ([
        [
          'caches = new OutputCaches();',
          'caches = ((kept.styledChars.size > 600 || kept.widths.size > 2048) && (kept = new OutputCaches()), kept);',
        ],
        ['styledChars = new Map();', 'styledChars = new Map(); textLines = new Map(); slices = new Map();'],
        [
          /(\/\/ Preserve styles across explicit newlines[\s\S]*?)let lines = (characterLines\.map\(line => styledCharsToString\(line\)\));/,
          'let lines = this.caches.textLines.get(text);\nif (lines === undefined) {\n$1lines = $2;\nthis.caches.textLines.set(text, lines);\n}',
        ],
        [
          'return this.sliceLineToColumns(line, from, to);',
          `const key = from + ' ' + to + ' ' + line;
           let slice = this.caches.slices.get(key);
           if (slice === undefined) this.caches.slices.set(key, (slice = this.sliceLineToColumns(line, from, to)));
           return slice;`,
        ],
        [/row\.push\(\{[^}]*\}\);/, 'row.push(BLANK);'],
        [
          /(generatedOutput = output\s*)\.map\(line => \{([\s\S]*?)return (.*\.trimEnd\(\));/,
          '$1.map((line, y) => {$2return keptRow(line, y, () => $3);',
        ],
        [
          'export default class Output',
          `let kept = new OutputCaches();
           const BLANK = { type: 'char', value: ' ', fullWidth: false, styles: [] };
           const rows = [];
           function keptRow(cells, y, make) {
             const before = rows[y]?.cells;
             let same = before?.length === cells.length;
             for (let x = 0; same && x < cells.length; x++) same = before[x] === cells[x];
             if (!same) rows[y] = { cells, text: make() };
             return rows[y].text;
           }
           export default class Output`,
        ],
      ]);
      let contents = await readFile(path, 'utf8');
      for (const [pattern, by] of changes) contents = replaced(contents, pattern, by);
      return { contents };
    });
    // A text is measured for its place already; what it measured then is asked again when it is drawn.
    onLoad({ filter: /[\\/]ink[\\/]build[\\/]render-node-to-output\.js$/ }, async ({ path }) => ({
      contents: replaced(
        replaced(await readFile(path, 'utf8'), 'widestLine(text)', 'measureText(text).width'),
        "import widestLine from 'widest-line';",
        "import measureText from './measure-text.js';",
      ),
    }));
  },
};

/**
 * Yoga's WebAssembly as bytes. As it comes, it hands its own data URL to `fetch`, which first loads all of Node's
 * undici: 40 ms for 90 kB that are there already.
 * @type {import('esbuild').Plugin}
 */
export const yogaAsBytes = {
  name: 'yoga-as-bytes',
  setup({ onResolve, onLoad }) {
    const dataUrl = /data:application\/octet-stream;base64,([A-Za-z0-9+/=]{1000,})/;
    const glue = fileURLToPath(new URL('../binaries/yoga-wasm-base64-esm.js', import.meta.resolve('yoga-layout')));
    onResolve({ filter: /^yoga\.wasm$/ }, () => ({ path: glue, namespace: 'yoga-bytes' }));
    onLoad({ filter: /^/, namespace: 'yoga-bytes' }, async () => {
      const [, base64] = dataUrl.exec(await readFile(glue, 'utf8')) ?? [];
      if (base64 === undefined) throw new Error('Yoga no longer comes with its WebAssembly as a data URL.');
      return { contents: Buffer.from(base64, 'base64'), loader: 'binary' };
    });
    onLoad({ filter: /[\\/]yoga-wasm-base64-esm\.js$/, namespace: 'file' }, async ({ path }) => ({
      contents: replaced(await readFile(path, 'utf8'), dataUrl, ''),
    }));
    onLoad({ filter: /[\\/]yoga-layout[\\/]dist[\\/]src[\\/]index\.js$/ }, async ({ path }) => ({
      contents: `import wasmBinary from 'yoga.wasm';\n${replaced(await readFile(path, 'utf8'), 'loadYoga()', 'loadYoga({ wasmBinary })')}`,
    }));
  },
};

/**
 * commander without what starts programs, for commands that are programs of their own, which we have none of: it takes Node five
 * milliseconds to load.
 * @type {import('esbuild').Plugin}
 */
export const commanderWithoutPrograms = {
  name: 'commander-without-programs',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]commander[\\/]lib[\\/]command\.js$/ }, async ({ path }) => ({
      contents: replaced(
        await readFile(path, 'utf8'),
        "import childProcess from 'node:child_process';",
        "const childProcess = { spawn() { throw new Error('This build of commander starts no programs.'); } };",
      ),
    }));
  },
};

/**
 * The commands with one of them alone. What it shares with the others is cut into a hundred files when all are bundled together, each to
 * be found, read and linked: a quarter of the start of `luthier eval`.
 * @type {(name: string) => import('esbuild').Plugin}
 */
export const oneCommand = (name) => ({
  name: 'one-command',
  setup({ onResolve, onLoad, onEnd }) {
    let found = false;
    onResolve({ filter: /[\\/]commands[\\/][\w-]+\.ts$/ }, ({ path, kind }) => {
      if (kind !== 'dynamic-import') return undefined;
      if (!path.endsWith(`/${name}.ts`)) return { path: 'another', namespace: 'another-command' };
      found = true;
      return undefined;
    });
    onLoad({ filter: /^/, namespace: 'another-command' }, () => ({
      contents: `throw new Error('The bundle of luthier ${name} holds no other command.');`,
    }));
    onEnd(() => {
      if (!found) throw new Error(`There is no command ${name} to bundle alone.`);
    });
  },
});

/** @type {(text: string, pattern: RegExp | string, by: string) => string} */
function replaced(text, pattern, by) {
  const changed = text.replace(pattern, by);
  if (changed === text) throw new Error(`A library no longer holds what the build replaces: ${pattern}`);
  return changed;
}
