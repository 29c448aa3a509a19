import { stringify } from 'yaml';
import { writtenUrlOf } from '../../provider/keys.ts';
import { kindFacts } from '../../provider/kinds.ts';
import type { ProviderProfile } from '../../provider/provider.ts';
import { type GraderKind, type GraderSpec, nameGrader } from '../graders/graders.ts';
import type { EvaluatedItem, Evaluation } from '../types.ts';

type Assertion = Readonly<Record<string, unknown>>;
type Writer<K extends GraderKind> = (spec: GraderSpec<K>, target: string) => Assertion;

const javascript = (value: string): Assertion => ({ type: 'javascript', value });
const text = (target: string): string => JSON.stringify(target.trim());

/** Graders that promptfoo can be told of in its own words (promptfoo.dev/docs/configuration/expected-outputs); others grade here alone. */
const ASSERTIONS: { readonly [K in GraderKind]: Writer<K> | null } = {
  exact: (_, target) => javascript(`output.trim() === ${text(target)}`),
  'exact-ci': (_, target) => javascript(`output.trim().toLowerCase() === ${text(target)}.toLowerCase()`),
  contains: (_, target) => ({ type: 'icontains', value: literal(target.trim()) }),
  regex: ({ pattern, flags }, target) =>
    javascript(
      `new RegExp(${JSON.stringify(pattern.replaceAll('{target}', () => quoted(target.trim())))}, ${JSON.stringify(flags.replaceAll(/[gy]/g, ''))}).test(output)`,
    ),
  json: null,
  'json-schema': ({ schema }) => ({ type: 'is-json', value: schema }),
  number: null,
  labels: null,
  similarity: null,
  slots: null,
  'tool-call': null,
  judge: ({ rubric }) => ({ type: 'llm-rubric', value: literal(rubric) }),
};

/** Every ASCII character as `\xHH`, as the grader itself quotes a target in a pattern. */
const quoted = (target: string): string =>
  target.replaceAll(/[\x00-\x7f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** promptfoo reads every text as a template: what looks like one is to stay as it is. */
const literal = (words: string): string =>
  /\{[{%#]/.test(words)
    ? `{% raw %}${words.replaceAll('{% endraw %}', '{% endraw %}{{ "{% endraw %}" }}{% raw %}')}{% endraw %}`
    : words;

function assertionOf<K extends GraderKind>(spec: GraderSpec<K>, target: string): Assertion | null {
  return ASSERTIONS[spec.kind]?.(spec, target) ?? null;
}

export interface PromptfooSource {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluatedItem[];
  readonly profiles?: readonly ProviderProfile[];
  /** Masks keys wherever they stand. */
  readonly mask: (text: string) => string;
}

/** The items, models and graders of an evaluation as promptfooconfig.yaml; what cannot be said there is named at its head. */
export function promptfooConfig({ evaluation, items, profiles = [], mask }: PromptfooSource): string {
  const { plan, name } = evaluation;
  const lost = plan.graders.filter(({ kind }) => ASSERTIONS[kind] === null).map((spec) => nameGrader(spec));
  const isAsked = (id: string): boolean => plan.models.some(({ providerId }) => providerId === id);
  const whole = items.filter(({ item }) => item.whole !== undefined).length;
  const config = {
    description: literal(name),
    prompts: ['{{messages}}'],
    providers: plan.models.map(({ providerId, model }) => {
      const profile = profiles.find(({ id }) => id === providerId);
      const address = profile === undefined || profile.kind === 'openai' ? '' : addressOf(profile);
      const { temperature, maxTokens } = plan.sampling;
      return {
        id: `openai:chat:${model}`,
        label: `${providerId}: ${model}`,
        config: {
          ...(address === '' ? {} : { apiBaseUrl: address, apiKeyEnvar: variableOf(providerId) }),
          ...(temperature === undefined ? {} : { temperature }),
          ...(maxTokens === undefined ? {} : { max_tokens: maxTokens }),
        },
      };
    }),
    tests: items.map(({ item }) => ({
      description: `item ${item.line}`,
      vars: { messages: literal(JSON.stringify(item.prompt)) },
      assert: plan.graders.flatMap((spec) => assertionOf(spec, item.target) ?? []),
    })),
  };
  const head = [
    '# yaml-language-server: $schema=https://promptfoo.dev/config-schema.json',
    '# npx promptfoo eval -c THIS_FILE',
    ...(lost.length === 0 ? [] : [`# promptfoo has no such grader, so it is left out: ${lost.join('; ')}.`]),
    ...(whole === 0
      ? []
      : [`# ${whole} items hold more than texts (tools, images, names): their texts alone are asked here.`]),
    ...(profiles.some(({ id, kind }) => isAsked(id) && kindFacts(kind).address.from === 'engine')
      ? [
          '# The engine of Luthier is at another port each time: start `luthier engine` and name its address as apiBaseUrl.',
        ]
      : []),
  ];
  return mask(
    `${head.map((line) => line.replaceAll(/[\r\n]+/g, ' ')).join('\n')}\n${stringify(config, { lineWidth: 0 })}`,
  );
}

const addressOf = (profile: ProviderProfile): string =>
  kindFacts(profile.kind).address.from === 'engine' ? '' : writtenUrlOf(profile, {});

/** A variable to put the key into, which is never written here. */
const variableOf = (providerId: string): string => `${providerId.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_API_KEY`;
