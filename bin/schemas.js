import { parseAst } from 'rolldown/parseAst';

/** @typedef {NonNullable<Extract<ReturnType<typeof parseAst>['body'][number], { type: 'VariableDeclaration' }>['declarations'][number]['init']>} Expression */

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
        return declared.declarations.flatMap(({ init }) => (init && isSchema(init) ? [init] : []));
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

/** Methods of a schema that give a value read by it, and no schema. */
const READS = /^(?:safe)?(?:parse|encode|decode)/i;

/**
 * Whether an expression makes a schema: a chain of calls that begins at `z`.
 * @param {Expression} expression
 */
const isSchema = (expression) =>
  expression.type === 'CallExpression' &&
  expression.callee.type === 'MemberExpression' &&
  expression.callee.property.type === 'Identifier' &&
  !READS.test(expression.callee.property.name) &&
  startsAtZod(expression);

/**
 * @param {Expression} expression
 * @returns {boolean}
 */
function startsAtZod(expression) {
  if (expression.type === 'CallExpression') return startsAtZod(expression.callee);
  if (expression.type === 'MemberExpression') return startsAtZod(expression.object);
  return expression.type === 'Identifier' && expression.name === 'z';
}
