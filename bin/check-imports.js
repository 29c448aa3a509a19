// The shape of src/, checked: which layer may import which, the order of the rooms in app/, screens apart, no circles, no folder too small.
// biome.json holds what each layer may take from outside (React, Node, packages); this holds what they take of each other.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseCircular, parseDependencyTree } from 'dpdm';

/**
 * What each layer may import besides itself.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const LAYERS = {
  domain: [],
  theme: ['domain'],
  keys: ['domain', 'theme'],
  services: ['domain'],
  engine: ['domain'],
  app: ['domain'],
  components: ['domain', 'theme', 'keys', 'app'],
  screens: ['domain', 'theme', 'keys', 'app', 'components'],
  cli: ['domain', 'services', 'app'],
  'main.tsx': ['domain', 'services', 'app', 'screens'],
};

/** The rooms of app/: each may import its own row and the rows above. */
const ROOMS = [
  ['runtime'],
  ['core'],
  ['completions'],
  ['batches'],
  ['generation'],
  ['dataset'],
  ['training'],
  ['deployment'],
  ['evaluation', 'chat'],
  ['bakeoff'],
  ['tracking'],
  ['projects', 'settings'],
  ['workbench.ts', 'react.tsx'],
];

/** Fewer files than this are part of a neighbour. */
const SMALLEST_FOLDER = 3;

/** @param {string} path */
const layerOf = (path) => path.split('/')[1] ?? '';
/** @param {string} path */
const roomOf = (path) => path.split('/')[2] ?? '';

/**
 * Why `from` may not import `to`; null when it may. Paths are relative to the repository.
 * @param {string} from
 * @param {string} to
 */
function refusal(from, to) {
  const [layer, other] = [layerOf(from), layerOf(to)];
  const allowed = LAYERS[layer];
  if (allowed === undefined) return `${layer} is no layer: name it in bin/check-imports.js`;
  if (layer !== other) {
    if (!allowed.includes(other)) return `${layer} may import ${allowed.join(', ') || 'nothing of the others'}`;
    if (from.startsWith('src/cli/commands/') && other === 'services')
      return 'the files beside commands/ put services together';
    return layer === 'cli' && to === 'src/app/react.tsx' ? 'the commands draw nothing' : null;
  }
  if (roomOf(from) === roomOf(to)) return null;
  if (layer === 'screens') return roomOf(from) === 'root' ? null : 'a screen imports no other screen';
  if (layer !== 'app') return null;
  const row = (/** @type {string} */ path) => ROOMS.findIndex((rooms) => rooms.includes(roomOf(path)));
  if (row(from) === -1) return `${roomOf(from)} is no room of app/: name it in bin/check-imports.js`;
  return row(to) <= row(from) ? null : `app/${roomOf(to)} comes after app/${roomOf(from)}`;
}

/**
 * Folders below `folder` that are too small to be one: fewer than three files and folders.
 * @param {string} folder
 * @returns {string[]}
 */
function smallFolders(folder) {
  const entries = readdirSync(folder, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory());
  const size = entries.length;
  const small = size < SMALLEST_FOLDER ? [`${folder} holds ${size}: make it part of a neighbour`] : [];
  return [...small, ...folders.flatMap(({ name }) => smallFolders(`${folder}/${name}`))];
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const tree = await parseDependencyTree(['src/**/*.ts', 'src/**/*.tsx'], {
  context: process.cwd(),
  extensions: ['', '.ts', '.tsx', '.js'],
  include: /src/,
  exclude: /node_modules/,
});
if (!tree['src/main.tsx']?.length) throw new Error('No imports of src/main.tsx were found, so nothing was checked.');
const problems = [
  ...parseCircular(tree).map((circle) => `a circle of imports: ${circle.join(' -> ')}`),
  ...Object.entries(tree).flatMap(([from, imports]) =>
    (imports ?? []).flatMap(({ id }) => {
      const why = id === null || !id.startsWith('src/') ? null : refusal(from, id);
      return why === null ? [] : [`${from} imports ${id}: ${why}`];
    }),
  ),
  ...smallFolders('src'),
];
for (const problem of problems) process.stderr.write(`${problem}\n`);
const files = Object.keys(tree).filter((path) => path.startsWith('src/')).length;
process.stdout.write(
  `imports of ${files} files: ${problems.length === 0 ? 'each arrow one way, no circle' : `${problems.length} problems`}\n`,
);
if (problems.length > 0) process.exitCode = 1;
