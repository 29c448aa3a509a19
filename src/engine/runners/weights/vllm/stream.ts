import { StringDecoder } from 'node:string_decoder';
import * as z from 'zod';
import { isRecord } from '../../../../domain/common/json.ts';
import { LineSplitter } from '../../../../domain/text/lines.ts';

const odds = z.object({ token: z.string(), logprob: z.number(), bytes: z.array(z.int()).nullish() });
const entry = odds.extend({ top_logprobs: z.array(odds).nullish() });

/** What vLLM streams of one answer: only what is read here. */
const chunkSchema = z.object({
  choices: z.array(
    z.object({
      delta: z.object({ content: z.string().nullish() }),
      logprobs: z.object({ content: z.array(entry).nullish() }).nullish(),
      finish_reason: z.string().nullish(),
      stop_reason: z.union([z.string(), z.number()]).nullish(),
    }),
  ),
  usage: z.object({ prompt_tokens: z.int() }).nullish(),
});

export type Chunk = z.output<typeof chunkSchema>;
export type Entry = z.output<typeof entry>;

/** A refusal of vLLM's, with its HTTP status; 200 for one in the middle of an answer. */
export class VllmRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'VllmRefusal';
    this.status = status;
  }
}

/** The message is nested in newer versions and stands at the top in older ones; of a route that is not there it is `detail`. */
export function refusalText(body: unknown): string {
  if (!isRecord(body)) return 'it gave no reason';
  const inner = isRecord(body.error) ? body.error : body;
  const text = inner.message ?? inner.detail;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : 'it gave no reason';
}

export async function refusalOf(answer: Response): Promise<VllmRefusal> {
  const body: unknown = await answer.json().catch(() => null);
  return new VllmRefusal(answer.status, refusalText(body));
}

/** The chunks of an answer. Throws VllmRefusal, and an Error where the stream was cut. */
export async function* chunksOf(answer: Response): AsyncGenerator<Chunk, void, undefined> {
  if (!answer.ok || answer.body === null) throw await refusalOf(answer);
  const decoder = new StringDecoder('utf8');
  const lines = new LineSplitter();
  for await (const bytes of answer.body) {
    for (const line of lines.push(decoder.write(Buffer.from(bytes)))) {
      if (!line.startsWith('data:')) continue;
      const text = line.slice('data:'.length).trim();
      if (text === '[DONE]') return;
      yield chunkOf(text);
    }
  }
  throw new Error('The stream of an answer was cut.');
}

function chunkOf(text: string): Chunk {
  const said: unknown = JSON.parse(text);
  if (isRecord(said) && said.error !== undefined) throw new VllmRefusal(200, refusalText(said));
  return chunkSchema.parse(said);
}
