import * as z from 'zod';
import { readDocument, selected } from './selection.ts';
import { artifactOperations } from './wandb-artifacts.ts';
import type { Operations, Served } from './wandb-operations.ts';
import { runOperations } from './wandb-runs.ts';
import { type OperationName, shapesOf, type Variables } from './wandb-shapes.ts';

const operations: Operations = { ...runOperations, ...artifactOperations };

const requestSchema = z.strictObject({
  operationName: z.string(),
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

/** Answers operations: their variables exactly as they should be, and of what there is only what they ask for. */
export function createGraphql(server: Served, permissive: boolean): (body: string) => unknown {
  const shapes = shapesOf(permissive);
  const isOperation = (name: string): name is OperationName => Object.hasOwn(shapes, name);

  function run<N extends OperationName>(name: N, variables: unknown): unknown {
    // The shape of a name is the type of its variables, which a lookup by a type parameter does not tell.
    return operations[name](server, shapes[name].parse(variables) as Variables<N>);
  }

  return (body) => {
    const { operationName, query, variables } = requestSchema.parse(JSON.parse(body));
    if (!isOperation(operationName)) {
      if (permissive) return extra(operationName);
      throw new Error(`an unknown operation ${operationName}`);
    }
    if (permissive) return run(operationName, flattened(operationName, variables ?? {}));
    const result = run(operationName, variables ?? {});
    const document = readDocument(query);
    if (document.name !== operationName) throw new Error(`${operationName} has a document of ${document.name}`);
    const given = Object.keys(variables ?? {}).toSorted();
    const declared = Object.keys(document.variables).toSorted();
    if (String(given) !== String(declared)) throw new Error(`${operationName} declares ${declared}, is given ${given}`);
    const unused = declared.filter((variable) => !document.used.has(variable));
    if (unused.length > 0) throw new Error(`${operationName} does not use ${unused}`);
    return selected(result, document.selection);
  };
}

/** Its released versions give this operation one variable, those in its repository one for each part of it. */
const flattened = (name: OperationName, variables: Readonly<Record<string, unknown>>): unknown =>
  name === 'CreateArtifactFiles' && 'input' in variables ? variables.input : variables;

/** What W&B's own client asks besides. */
function extra(name: string): unknown {
  const answers: Readonly<Record<string, unknown>> = {
    ServerFeaturesQuery: { serverInfo: { features: [] } },
    ServerInfo: { serverInfo: { cliVersionInfo: {}, latestLocalVersionInfo: null } },
    RunStoppedStatus: { project: { run: { stopped: false } } },
  };
  if (!(name in answers)) throw new Error(`an unknown operation ${name}`);
  return answers[name];
}
