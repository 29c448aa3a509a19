import { builtinModules } from 'node:module';
import { parseAst } from 'rolldown/parseAst';

/** Loaded where one of their functions is first called: the first frame is drawn without them. */
const AT_FIRST_USE = new Set([
  'child_process',
  'crypto',
  'fs/promises',
  'readline',
  'readline/promises',
  'stream',
  'timers/promises',
  'v8',
  'worker_threads',
  'zlib',
]);

/**
 * Node's own modules, taken by `process.getBuiltinModule` in place of imports. What an import gives is a facade of all exports, some of which
 * load more (`fs.promises`), and it is there before anything of the bundle runs: an eighth of the first frame.
 * @type {import('rolldown').Plugin}
 */
export const builtinsAtFirstUse = {
  name: 'builtins-at-first-use',
  renderChunk(code) {
    const imports = parseAst(code).body.flatMap((node) => {
      if (node.type !== 'ImportDeclaration') return [];
      const module = node.source.value.replace(/^node:/, '');
      return builtinModules.includes(module) ? [{ node, module }] : [];
    });
    let [written, end] = ['', 0];
    for (const { node, module } of imports) {
      written += code.slice(end, node.start);
      for (const specifier of node.specifiers) written += constant(module, exportOf(specifier), specifier.local.name);
      end = node.end;
    }
    return written + code.slice(end);
  },
};

/**
 * The name of what an import takes; null for the whole module.
 * @param {Extract<ReturnType<typeof parseAst>['body'][number], { type: 'ImportDeclaration' }>['specifiers'][number]} specifier
 */
function exportOf(specifier) {
  if (specifier.type !== 'ImportSpecifier') return null;
  const name = specifier.imported.type === 'Literal' ? specifier.imported.value : specifier.imported.name;
  return name === 'default' ? null : name;
}

/** @type {(module: string, name: string | null, local: string) => string} */
function constant(module, name, local) {
  const whole = `globalThis.process.getBuiltinModule(${JSON.stringify(module)})`;
  const part = name === null ? whole : `${whole}.${name}`;
  return `const ${local} = ${AT_FIRST_USE.has(module) ? atFirstUse(module, name, part) : part};\n`;
}

/**
 * An expression that stands for `part` and does not load its module. A function of which there is no more than to call it is a function; one
 * with properties (what `promisify` makes of `execFile` is one), a class, or an object hands on whatever is done with it.
 * @type {(module: string, name: string | null, part: string) => string}
 */
function atFirstUse(module, name, part) {
  const whole = process.getBuiltinModule(module);
  const value = name === null ? whole : Reflect.get(whole ?? {}, name);
  // What differs from thread to thread, as a port to the one before, is not to be known where it is bundled.
  if (value === null || (typeof value === 'object' && name !== null && !isOfFigures(value))) return part;
  const looks = `get: (_, key) => Reflect.get(${part}, key), has: (_, key) => Reflect.has(${part}, key)`;
  if (typeof value === 'object') return `new Proxy({}, { ${looks} })`;
  if (typeof value !== 'function') return part;
  const isOnlyCalled =
    !/^[A-Z]/.test(value.name) &&
    Reflect.ownKeys(value).every((key) => key === 'length' || key === 'name' || key === 'prototype');
  if (isOnlyCalled) return `(...args) => ${part}(...args)`;
  const uses = `apply: (_, self, args) => Reflect.apply(${part}, self, args), construct: (_, args, made) => Reflect.construct(${part}, args, made)`;
  return `new Proxy(function () {}, { ${looks}, ${uses} })`;
}

/** Whether an object is constants and nothing that would ask whose method it is. */
const isOfFigures = (/** @type {object} */ value) =>
  Object.values(value).every((constant) => typeof constant === 'number');
