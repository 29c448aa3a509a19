import { parseAst } from 'rolldown/parseAst';

/** Made where it is first looked at. What is done with it is done with what was made. */
const STAND_IN = `
function schemaAtFirstUse(make) {
  let made;
  const schema = () => (made ??= make());
  return new Proxy({}, {
    get: (_, key) => Reflect.get(schema(), key),
    has: (_, key) => Reflect.has(schema(), key),
    getPrototypeOf: () => Reflect.getPrototypeOf(schema()),
  });
}
export { schemaAtFirstUse };`;

/**
 * Schemas at the top of our modules made with their first use: the app has six hundred, each of some closures, and its first frame reads two
 * files by them.
 * @type {import('rolldown').Plugin}
 */
export const schemasAtFirstUse = {
  name: 'schemas-at-first-use',
  resolveId: { filter: { id: /^schema-at-first-use$/ }, handler: () => '\0schema-at-first-use' },
  load: { filter: { id: /^\0schema-at-first-use$/ }, handler: () => STAND_IN },
  transform: {
    filter: { id: /[\\/]src[\\/].+\.tsx?$/, code: /from 'zod'/ },
    handler(code, id) {
      const schemas = parseAst(code, { lang: id.endsWith('x') ? 'tsx' : 'ts' }).body.flatMap((node) => {
        const declared = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
        if (declared?.type !== 'VariableDeclaration' || declared.kind !== 'const') return [];
        return declared.declarations.flatMap(({ init }) => (init && isOfZod(init) ? [init] : []));
      });
      if (schemas.length === 0) return null;
      let [written, end] = ["import { schemaAtFirstUse } from 'schema-at-first-use';", 0];
      for (const schema of schemas) {
        const made = code.slice(schema.start, schema.end);
        written += `${code.slice(end, schema.start)}schemaAtFirstUse(() => ${made})`;
        end = schema.end;
      }
      return written + code.slice(end);
    },
  },
};

/**
 * Whether an expression is a chain of calls that begins at `z`.
 * @param {{ type: string, callee?: unknown, object?: unknown, name?: unknown }} expression
 * @returns {boolean}
 */
function isOfZod({ type, callee, object, name }) {
  if (type === 'CallExpression') return isOfZod(/** @type {Parameters<typeof isOfZod>[0]} */ (callee));
  if (type === 'MemberExpression') return isOfZod(/** @type {Parameters<typeof isOfZod>[0]} */ (object));
  return type === 'Identifier' && name === 'z';
}
