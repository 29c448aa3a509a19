import * as z from 'zod';
import { hyperparametersSchema } from '../storage/jobs.ts';

/** What a command asks of an engine's home without a server: one JSON line on stdin, answered by JSON lines on stdout. */

const text = z.string().min(1);

/** Where the home is, and what is known of bases. */
const place = {
  /** The engine's own folder. */
  home: text,
  /** Folders of bases, as `luthier engine --base` takes them. */
  bases: z.array(text).readonly(),
};

/** Part of a tuned model's name, as the API takes it. */
export const suffixSchema = z
  .string()
  .max(64)
  .regex(/^[\p{L}\p{N}._-]+$/u);

/** What starts a job on machines without Luthier. */
export const LAUNCHERS = ['torchrun', 'slurm', 'skypilot'] as const;
export type Launcher = (typeof LAUNCHERS)[number];

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
    /** What evaluations found, as Markdown for the card; empty where there were none. */
    evaluations: z.string(),
  }),
  z.strictObject({
    /** Where a tuned model lies, and what it is. */
    kind: z.literal('locate'),
    ...place,
    /** As of `export`. */
    model: text,
  }),
  z.strictObject({
    kind: z.literal('script'),
    ...place,
    launcher: z.enum(LAUNCHERS),
    /** On each node. */
    processes: z.int().min(1),
    nodes: z.int().min(1),
    out: text,
    force: z.boolean(),
    source: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('job'), id: text }),
      z.strictObject({
        kind: z.literal('file'),
        /** Absolute paths. */
        training: text,
        validation: text.nullable(),
        model: text,
        method: z.enum(['supervised', 'dpo']),
        /** Null: one is drawn. */
        seed: z.int().min(0).nullable(),
        suffix: suffixSchema.nullable(),
        hyperparameters: hyperparametersSchema,
      }),
    ]),
  }),
  z.strictObject({
    kind: z.literal('import'),
    ...place,
    /** Absolute. */
    folder: text,
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
