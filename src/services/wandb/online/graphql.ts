import * as z from 'zod';
import { parseJson } from '../../../domain/common/json.ts';
import { faultOf, graphqlFault } from './faults.ts';
import type { Http } from './http.ts';
import type { Subject } from './target.ts';

/** An operation of W&B's GraphQL, under the name its own client calls it by. */
export interface Operation<T> {
  readonly name: string;
  readonly document: string;
  readonly data: z.ZodType<T>;
  readonly retryConflict?: boolean;
}

const answerSchema = z.looseObject({
  data: z.unknown().optional(),
  errors: z.array(z.looseObject({ message: z.string().default('') })).nullish(),
});

/** Asks; gives the `data` of the answer, checked. Throws TrackingError, also for `errors` in an answer of 200. */
export async function sendOperation<T>(
  http: Http,
  operation: Operation<T>,
  variables: Readonly<Record<string, unknown>>,
  subject: Subject,
): Promise<T> {
  const body = JSON.stringify({ operationName: operation.name, query: operation.document, variables });
  const text = await http.post('/graphql', body, { subject, retryConflict: operation.retryConflict ?? false });
  const answer = answerSchema.safeParse(parseJson(text));
  const errors = answer.data?.errors ?? [];
  if (errors.length > 0)
    throw graphqlFault(
      errors.map(({ message }) => message),
      subject,
      http.target,
    );
  const data = operation.data.safeParse(answer.data?.data);
  if (data.success) return data.data;
  throw faultOf(502, `something that is no answer to ${operation.name}.`, subject, http.target);
}
