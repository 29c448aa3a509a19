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
    filter: { id: /[\\/]src[\\/].+\.tsx?$/, code: /\bz\.|Schema\./ },
    handler(code, id) {
      const schemas = schemasIn(parseAst(code, { lang: id.endsWith('x') ? 'tsx' : 'ts' }));
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
 * @typedef {{ type: string, start: number, end: number }} Node
 * @typedef {Node & { callee: Node } & { type: 'CallExpression' }} Call
 * @typedef {Node & { object: Node, property: Node & { name?: string } } & { type: 'MemberExpression' }} Member
 */

const isNode = (/** @type {unknown} */ value) =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

/**
 * The outermost expressions of a module that make schemas as it is read: none within a function, which makes its own each time.
 * @param {unknown} value
 * @returns {Node[]}
 */
function schemasIn(value) {
  if (Array.isArray(value)) return value.flatMap(schemasIn);
  if (!isNode(value)) return [];
  const node = /** @type {Node} */ (value);
  if (/Function|Class/.test(node.type)) return [];
  return isSchema(node) ? [node] : Object.values(node).flatMap(schemasIn);
}

/** Methods of a schema that give a value read by it, and no schema. */
const READS = /^(?:safe)?(?:parse|encode|decode)/i;

/** Whether an expression makes a schema: a chain of calls that begins at `z`, or at a schema by its name. */
function isSchema(/** @type {Node} */ node) {
  if (node.type !== 'CallExpression') return false;
  const { callee } = /** @type {Call} */ (node);
  return (
    callee.type === 'MemberExpression' &&
    !READS.test(/** @type {Member} */ (callee).property.name ?? '') &&
    beginsAtSchema(node)
  );
}

/** @type {(node: Node) => boolean} */
function beginsAtSchema(node) {
  if (node.type === 'CallExpression') return beginsAtSchema(/** @type {Call} */ (node).callee);
  if (node.type === 'MemberExpression') return beginsAtSchema(/** @type {Member} */ (node).object);
  return node.type === 'Identifier' && /^z$|Schema$/.test(/** @type {Node & { name: string }} */ (node).name);
}
