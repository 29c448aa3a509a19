import * as z from 'zod';

/** What the runner says, docs/runner-protocol.md: only the fields that are read here. Numbers that are none are null. */

const figure = z.number().nullable();
const memory = z.object({ used: figure, peak: figure, total: figure }).nullish();
const details = z.record(z.string(), z.unknown());
const fault = { code: z.string(), message: z.string(), fix: z.string().nullish(), details: details.nullish() };
const rewards = z.object({ chosen: figure, rejected: figure, margin: figure }).nullish();

const trainingLine = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ready'),
    device: z.string(),
    device_name: z.string().nullish(),
    precision: z.string().nullish(),
  }),
  z.object({ kind: z.literal('notice'), code: z.string(), message: z.string() }),
  z.object({
    kind: z.literal('plan'),
    steps: z.number(),
    steps_per_epoch: z.number(),
    first_step: z.number(),
    learned_tokens: z.number(),
    trained_tokens: z.number(),
    too_long: z.array(z.object({ file: z.string(), row: z.number(), tokens: z.number(), limit: z.number() })),
    parameters: z.number(),
    trainable_parameters: z.number(),
    context_length: figure,
  }),
  z.object({
    kind: z.literal('step'),
    step: z.number(),
    loss: figure,
    accuracy: figure,
    learning_rate: figure,
    gradient_norm: figure,
    tokens_per_second: figure,
    seconds: figure,
    memory,
    rewards,
  }),
  z.object({ kind: z.literal('evaluation'), step: z.number(), loss: figure, accuracy: figure, rewards }),
  z.object({
    kind: z.literal('checkpoint'),
    path: z.string(),
    step: z.number(),
    epoch: z.number(),
    model: z.boolean(),
  }),
  z.object({ kind: z.literal('done'), path: z.string(), trained_tokens: z.number() }),
  z.object({ kind: z.literal('stopped'), step: figure }),
  z.object({ kind: z.literal('failed'), ...fault }),
]);

export type TrainingLine = z.output<typeof trainingLine>;
export type LineOf<K extends TrainingLine['kind']> = Extract<TrainingLine, { kind: K }>;

const token = { token: z.number(), text: z.string(), bytes: z.array(z.number()), logprob: figure };

const servingLine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('loaded'), id: z.string() }),
  z.object({ kind: z.literal('unloaded'), id: z.string().nullable(), reason: z.string() }),
  z.object({ kind: z.literal('prompt'), id: z.string(), tokens: z.number() }),
  z.object({
    kind: z.literal('token'),
    id: z.string(),
    index: z.number(),
    ...token,
    top: z.array(z.object(token)),
  }),
  z.object({
    kind: z.literal('end'),
    id: z.string(),
    index: z.number(),
    reason: z.enum(['stop', 'length', 'cancelled']),
  }),
  z.object({ kind: z.literal('error'), id: z.string().nullish(), ...fault }),
  z.object({ kind: z.literal('failed'), ...fault }),
]);

export type ServingLine = z.output<typeof servingLine>;

/** Null for a line of a kind that is not known here, which is passed over. Throws for a known one that is damaged. */
export const readTrainingLine = (line: unknown): TrainingLine | null => read(trainingLine, line);
export const readServingLine = (line: unknown): ServingLine | null => read(servingLine, line);

const KINDS: ReadonlySet<string> = new Set(
  [trainingLine, servingLine].flatMap(({ options }) => options.map(({ shape }) => shape.kind.value)),
);

function read<S extends z.ZodType>(schema: S, line: unknown): z.output<S> | null {
  const { kind } = z.object({ kind: z.string() }).parse(line);
  return KINDS.has(kind) ? schema.parse(line) : null;
}

/** What went wrong in the runner's own words, with what to do about it. */
export const faultText = ({ message, fix }: { readonly message: string; readonly fix?: string | null | undefined }) =>
  fix ? `${message} ${fix}` : message;
