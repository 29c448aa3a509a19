import * as z from 'zod';

/** What the runner says, docs/runner-protocol.md: only the fields that are read here. Numbers that are none are null. */

const figure = z.number().nullable();
const memory = z.object({ used: figure, peak: figure, total: figure }).nullish();
const details = z.record(z.string(), z.unknown());
const fault = { code: z.string(), message: z.string(), fix: z.string().nullish(), details: details.nullish() };
const rewards = z.object({ chosen: figure, rejected: figure, margin: figure }).nullish();

const tooLong = z.array(z.object({ file: z.string(), row: z.number(), tokens: z.number(), limit: z.number() }));

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
    too_long: tooLong,
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

const finding = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'note']),
  message: z.string(),
  fix: z.string(),
});

const estimateLine = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('base'),
    architecture: z.string().nullable(),
    parameters: figure,
    context_length: z.number(),
    target_modules: z.array(z.string()),
    findings: z.array(finding),
  }),
  z.object({
    kind: z.literal('row'),
    file: z.string(),
    row: z.number(),
    side: z.enum(['chosen', 'rejected']).optional(),
    tokens: z.number(),
    learned: z.number(),
    too_long: z.boolean(),
    spans: z.array(z.object({ text: z.string(), tokens: z.number(), learned: z.boolean() })),
  }),
  z.object({ kind: z.literal('notice'), code: z.string(), message: z.string() }),
  z.object({
    kind: z.literal('estimate'),
    device: z.string(),
    device_name: z.string().nullable(),
    precision: z.string(),
    memory: z.object({ needed: z.number(), available: z.number(), fits: z.boolean() }),
    steps: z.number(),
    seconds_per_step: figure,
    seconds: figure,
    measured_steps: z.number(),
    trained_tokens: z.number(),
    learned_tokens: z.number(),
    too_long: tooLong,
  }),
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('failed'), ...fault }),
]);

export type EstimateLine = z.output<typeof estimateLine>;

/** As `readTrainingLine`. */
export const readEstimateLine = (line: unknown): EstimateLine | null => read(estimateLine, line, ESTIMATE_KINDS);

/** Null for a line of a kind that is not known here, which is passed over. Throws for a known one that is damaged. */
export const readTrainingLine = (line: unknown): TrainingLine | null => read(trainingLine, line);
export const readServingLine = (line: unknown): ServingLine | null => read(servingLine, line);

const kindsOf = (
  schemas: readonly { readonly options: readonly { readonly shape: { readonly kind: z.ZodLiteral<string> } }[] }[],
) => new Set(schemas.flatMap(({ options }) => options.map(({ shape }) => shape.kind.value)));

const KINDS: ReadonlySet<string> = kindsOf([trainingLine, servingLine]);
const ESTIMATE_KINDS: ReadonlySet<string> = kindsOf([estimateLine]);

function read<S extends z.ZodType>(schema: S, line: unknown, kinds = KINDS): z.output<S> | null {
  const { kind } = z.object({ kind: z.string() }).parse(line);
  return kinds.has(kind) ? schema.parse(line) : null;
}

export interface Fault {
  readonly message: string;
  readonly fix?: string | null | undefined;
  readonly details?: Readonly<Record<string, unknown>> | null | undefined;
}

/** What went wrong in the runner's own words, with what to do about it. */
export const faultText = ({ message, fix }: Pick<Fault, 'message' | 'fix'>) => (fix ? `${message} ${fix}` : message);
