import * as z from 'zod';

/** What a command asks of an engine's home without a server: one JSON line on stdin, answered by JSON lines on stdout. */

const text = z.string().min(1);

/** Where the home is, and what is known of bases. */
const place = {
  /** The engine's own folder. */
  home: text,
  /** Folders of bases, as `luthier engine --base` takes them. */
  bases: z.array(text).readonly(),
};

export const offlineRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('export'),
    ...place,
    /** A tuned model, a checkpoint, or the job that made one. */
    model: text,
    target: z.enum(['adapter', 'merged', 'ollama', 'vllm']),
    /** Absolute. */
    out: text,
    force: z.boolean(),
  }),
]);

export type OfflineRequest = z.output<typeof offlineRequest>;
export type RequestOf<K extends OfflineRequest['kind']> = Extract<OfflineRequest, { kind: K }>;

/** Why something asked for cannot be done, and what to do about it. */
export class OfflineFault extends Error {
  readonly next: string;

  constructor(message: string, next: string) {
    super(message);
    this.name = 'OfflineFault';
    this.next = next;
  }
}
