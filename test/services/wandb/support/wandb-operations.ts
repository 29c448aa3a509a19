import type { OperationName, Variables } from './wandb-shapes.ts';
import type { WandbState } from './wandb-state.ts';

/** What operations see of the server. */
export interface Served {
  readonly state: WandbState;
  readonly account: { readonly username: string; readonly entity: string | null; readonly teams: readonly string[] };
  /** `entity/project` that are not there. */
  readonly missing: Set<string>;
  /** Files a page of an artifact's has. */
  perPage: number;
  /** A pre-signed address. */
  readonly signed: (kind: 'runs' | 'artifact' | 'manifest', path: readonly string[]) => string;
}

export type Operations = { readonly [N in OperationName]: (server: Served, variables: Variables<N>) => unknown };

/** A refusal a client may run into without doing wrong; its status tells which. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const fault = (status: number, message: string): Refusal => new Refusal(status, message);
