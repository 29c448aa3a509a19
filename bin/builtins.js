import { builtinModules } from 'node:module';
import { parseAst } from 'rolldown/parseAst';

/** Loaded with the first call of one of their functions: the first frame is drawn without them. */
const AT_FIRST_CALL = new Set(['child_process', 'crypto', 'fs/promises', 'readline', 'timers/promises', 'zlib']);

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
  const whole = `process.getBuiltinModule(${JSON.stringify(module)})`;
  if (name === null) return `const ${local} = ${whole};\n`;
  return isOnlyCalled(module, name)
    ? `const ${local} = (...args) => ${whole}.${name}(...args);\n`
    : `const ${local} = ${whole}.${name};\n`;
}

/** Whether all that is done with an export is to call it: a class is built, and what `promisify` makes of `execFile` is a property of it. */
function isOnlyCalled(/** @type {string} */ module, /** @type {string} */ name) {
  if (!AT_FIRST_CALL.has(module) || /^[A-Z]/.test(name)) return false;
  const value = Reflect.get(process.getBuiltinModule(module) ?? {}, name);
  if (typeof value !== 'function') return false;
  return Reflect.ownKeys(value).every((key) => key === 'length' || key === 'name' || key === 'prototype');
}
