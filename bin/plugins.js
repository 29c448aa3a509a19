// What keeps libraries from doing before the first frame what the first frame does not need. Each is measured in
// docs/benchmarks.md, and each fails the build when a new version of its library no longer looks as it expects.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const SEGMENTER = fileURLToPath(new URL('../src/domain/text/segmenter.ts', import.meta.url));
const DATA_URL = /data:application\/octet-stream;base64,([A-Za-z0-9+/=]{1000,})/;

/** @type {(library: string, path: string) => boolean} */
const isOf = (library, path) => path.split(/[\\/]/).includes(library) && path.includes('node_modules');

/**
 * conf imports a schema validator that it uses only when it is given a schema, which we never do: zod reads what it
 * hands us. Building that validator's own schemas would take part in every start.
 * @type {import('rolldown').Plugin}
 */
export const confWithoutValidator = {
  name: 'conf-without-validator',
  resolveId: {
    filter: { id: /^ajv(-formats)?(\/|$)/ },
    handler: (_, importer) => (importer !== undefined && isOf('conf', importer) ? '\0no-validator' : null),
  },
  load: {
    filter: { id: /^\0no-validator$/ },
    handler: () => `
      export class Ajv2020 { constructor() { throw new Error('This build of conf checks no schemas.'); } }
      export default {};`,
  },
};

/**
 * string-width's table of emoji, which V8 takes 20 ms to put together, only once something is measured that may be one. Widths that were
 * measured are kept, as far as they fit: a frame of boxes and marks measures some hundred texts that are not ASCII, nearly all of them those
 * of the frame before.
 * @type {import('rolldown').Plugin}
 */
export const widthsMeasuredOnce = changing('widths-measured-once', /[\\/]string-width[\\/]index\.js$/, [
  [
    /const emojiPrefixRegex = (\/.*\/v);/,
    `let emojiPrefix;
     const emojiPrefixRegex = {
       exec: string => (emojiPrefix ??= $1).exec(string),
       test: string => (emojiPrefix ??= $1).test(string),
     };`,
  ],
  [
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
  ],
  [/^/, 'const keptWidths = new Map();\n'],
]);

/**
 * What Ink made for one frame, kept for the next: cells of texts, their lines, and each row of the screen whose cells are those of before.
 * As it comes, it makes each cell and row anew for each frame, nine tenths of which are as they were.
 * @type {import('rolldown').Plugin}
 */
export const framesKept = changing('frames-kept', /[\\/]ink[\\/]build[\\/]output\.js$/, [
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

/**
 * A text's width, as it was measured for its place: Ink measures it once more where it is drawn.
 * @type {import('rolldown').Plugin}
 */
export const textsMeasuredOnce = changing('texts-measured-once', /[\\/]ink[\\/]build[\\/]render-node-to-output\.js$/, [
  ['widestLine(text)', 'measureText(text).width'],
  ["import widestLine from 'widest-line';", "import measureText from './measure-text.js';"],
]);

/**
 * Libraries' grapheme clusters as the app finds its own: each makes a segmenter of its own at the start, and the first takes 7 ms.
 * @type {import('rolldown').Plugin}
 */
export const segmentersShared = {
  name: 'segmenters-shared',
  transform: {
    filter: { id: /[\\/]node_modules[\\/].+\.js$/, code: /= new Intl\.Segmenter\(/ },
    handler: (code) =>
      replaced(
        code,
        /= new Intl\.Segmenter\((?:undefined, \{\s*granularity: ["']grapheme["']\s*\})?\);/,
        `= { segment };\nimport { segmentGraphemes as segment } from ${JSON.stringify(SEGMENTER)};`,
      ),
  },
};

/**
 * Yoga's WebAssembly as bytes. As it comes, it hands its own data URL to `fetch`, which first loads all of Node's
 * undici: 40 ms for 90 kB that are there already. It is compiled where it is asked for, function by function: a thread that compiles it
 * takes five times as long to say so.
 * @type {import('rolldown').Plugin[]}
 */
export const yogaAsBytes = [
  {
    name: 'yoga-as-bytes',
    resolveId: { filter: { id: /^yoga\.wasm$/ }, handler: () => '\0yoga.wasm' },
    load: {
      filter: { id: /^\0yoga\.wasm$/ },
      async handler() {
        const glue = fileURLToPath(new URL('../binaries/yoga-wasm-base64-esm.js', import.meta.resolve('yoga-layout')));
        const [, base64] = DATA_URL.exec(await readFile(glue, 'utf8')) ?? [];
        if (base64 === undefined) throw new Error('Yoga no longer comes with its WebAssembly as a data URL.');
        return `export default Buffer.from('${base64}', 'base64');`;
      },
    },
  },
  changing('yoga-without-url', /[\\/]yoga-wasm-base64-esm\.js$/, [[DATA_URL, '']]),
  changing('yoga-from-bytes', /[\\/]yoga-layout[\\/]dist[\\/]src[\\/]index\.js$/, [
    [
      'loadYoga()',
      `loadYoga({
        instantiateWasm(imports, receive) {
          const instance = new WebAssembly.Instance(new WebAssembly.Module(wasmBinary), imports);
          receive(instance);
          return instance.exports;
        },
      })`,
    ],
    [/^/, "import wasmBinary from 'yoga.wasm';\n"],
  ]),
];

/**
 * Rows of ink-table told apart by what they hold, and not by a digest of it: a digest needs Node's crypto, which takes 5 ms to load.
 * @type {import('rolldown').Plugin}
 */
export const tablesWithoutDigests = changing('tables-without-digests', /[\\/]ink-table[\\/]dist[\\/]index\.js$/, [
  ["import { sha1 } from 'object-hash';", ''],
  ['sha1(row)', 'JSON.stringify(row)'],
]);

/**
 * signal-exit without Node's assert, which takes 2 ms to load, to look at what Ink hands it.
 * @type {import('rolldown').Plugin}
 */
export const exitsWithoutAssert = changing('exits-without-assert', /[\\/]signal-exit[\\/]index\.js$/, [
  ["require('assert')", '{ equal() {} }'],
]);

/**
 * commander without what starts programs, for commands that are programs of their own, which we have none of: it takes Node five
 * milliseconds to load.
 * @type {import('rolldown').Plugin}
 */
export const commanderWithoutPrograms = changing(
  'commander-without-programs',
  /[\\/]commander[\\/]lib[\\/]command\.js$/,
  [
    [
      "import childProcess from 'node:child_process';",
      "const childProcess = { spawn() { throw new Error('This build of commander starts no programs.'); } };",
    ],
  ],
);

/**
 * The commands with one of them alone: it starts from one file, in which V8 finds no other command's code.
 * @param {string} name
 */
export const oneCommand = (name) => ({
  name: 'one-command',
  alsoAtStart: new RegExp(`[\\\\/]commands[\\\\/]${name}\\.ts$`),
  resolveId: {
    filter: { id: /[\\/]commands[\\/][\w-]+\.ts$/ },
    /** @type {(id: string, importer: string | undefined, how: { kind: string }) => string | null} */
    handler: (id, _, { kind }) =>
      kind === 'dynamic-import' && !id.endsWith(`/${name}.ts`) ? '\0another-command' : null,
  },
  load: {
    filter: { id: /^\0another-command$/ },
    handler: () => `throw new Error('The bundle of luthier ${name} holds no other command.');`,
  },
});

/**
 * A module of a library with texts in it replaced; a pattern it no longer holds fails the build.
 * @param {string} name
 * @param {RegExp} id
 * @param {readonly (readonly [RegExp | string, string])[]} changes
 * @returns {import('rolldown').Plugin}
 */
function changing(name, id, changes) {
  return {
    name,
    transform: {
      filter: { id },
      handler: (code) => changes.reduce((text, [pattern, by]) => replaced(text, pattern, by), code),
    },
  };
}

/**
 * What a module of ours requires at its first use, put into the bundle: a package has no libraries beside it.
 * @type {import('rolldown').Plugin}
 */
export const requiredFromBundle = {
  name: 'required-from-bundle',
  transform: {
    filter: { id: /[\\/]src[\\/].+\.tsx?$/, code: /createRequire\(/ },
    handler: (code) =>
      replaced(
        code,
        /createRequire\(import\.meta\.url\)\((?:'([^']+)'|fileURLToPath\(import\.meta\.resolve\('([^']+)'\)\))\)/,
        "require('$1$2')",
      ),
  },
};

/** @type {(text: string, pattern: RegExp | string, by: string) => string} */
function replaced(text, pattern, by) {
  const changed = text.replace(pattern, by);
  if (changed === text) throw new Error(`A library no longer holds what the build replaces: ${pattern}`);
  return changed;
}
