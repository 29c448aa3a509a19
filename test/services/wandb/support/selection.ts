/** As much of GraphQL as an operation of one root needs: what it declares, and what it asks for. */

export interface Selection {
  /** Null for a field that has none below. */
  readonly [field: string]: Selection | null;
}

export interface Document {
  readonly name: string;
  /** Its types by its variables, as `String!`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Variables that are used in what follows. */
  readonly used: ReadonlySet<string>;
  readonly selection: Selection;
}

/** Throws for what is no such document. */
export function readDocument(text: string): Document {
  const head = /^\s*(?:query|mutation)\s+(\w+)\s*(?:\(([^)]*)\))?\s*(?=\{)/.exec(text);
  if (head === null) throw new Error('no operation with a name');
  const variables = Object.fromEntries(
    [...(head[2] ?? '').matchAll(/\$(\w+)\s*:\s*([\w![\]]+)/g)].map(([, name, type]) => [name, type]),
  );
  const body = text.slice(head[0].length);
  const used = new Set([...body.matchAll(/\$(\w+)/g)].flatMap(([, name]) => name ?? []));
  // Arguments and directives say nothing of what is asked for.
  const bare = withoutArguments(body).replace(/@\w+/g, ' ');
  const tokens = bare.match(/[{}]|[\w.:]+/g) ?? [];
  const selection = readSelection(tokens);
  if (tokens.length > 0) throw new Error('something after the operation');
  return { name: head[1] ?? '', variables, used, selection };
}

function withoutArguments(text: string): string {
  let depth = 0;
  let bare = '';
  for (const letter of text) {
    if (letter === '(') depth += 1;
    if (depth === 0) bare += letter;
    if (letter === ')') depth -= 1;
  }
  return bare;
}

function readSelection(tokens: string[]): Selection {
  if (tokens.shift() !== '{') throw new Error('no selection');
  const fields: Record<string, Selection | null> = {};
  for (let token = tokens.shift(); token !== '}'; token = tokens.shift()) {
    if (token === undefined || !/^\w+$/.test(token)) throw new Error(`a selection with ${token ?? 'no end'}`);
    fields[token] = tokens[0] === '{' ? readSelection(tokens) : null;
  }
  return fields;
}

/** What of `value` was asked for. Throws for a field there is none of, which a server refuses. */
export function selected(value: unknown, selection: Selection | null, path = 'data'): unknown {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map((item) => selected(item, selection, path));
  if (typeof value !== 'object') {
    if (selection !== null) throw new Error(`${path} has no fields`);
    return value;
  }
  if (selection === null) throw new Error(`${path} needs a selection of fields`);
  return Object.fromEntries(
    Object.entries(selection).map(([field, below]) => {
      if (!(field in value)) throw new Error(`${path} has no field ${field}`);
      return [field, selected(Object.entries(value).find(([name]) => name === field)?.[1], below, `${path}.${field}`)];
    }),
  );
}
