import type { Problem } from '../../domain/text/problem.ts';
import type { Receipt } from './types.ts';

/** Thrown by an operation that ends otherwise than well and knows how to say so. */
export class EndedEarly extends Error {
  readonly status: 'failed' | 'cancelled';
  readonly problem: Problem | null;
  readonly receipt: Receipt | null;

  constructor(status: 'failed' | 'cancelled', problem: Problem | null, receipt: Receipt | null = null) {
    super(problem?.what ?? status);
    this.name = 'EndedEarly';
    this.status = status;
    this.problem = problem;
    this.receipt = receipt;
  }
}
