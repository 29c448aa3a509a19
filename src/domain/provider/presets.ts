import type { JobDialect } from './job-dialects.ts';
import type { ProviderKind } from './kinds.ts';
import type { ProviderProfile } from './provider.ts';

/** What a new provider can be made from. */
export type PresetId =
  | 'openai'
  | 'azure'
  | 'nebius'
  | 'together'
  | 'fireworks'
  | 'groq'
  | 'mistral'
  | 'openrouter'
  | 'deepseek'
  | 'gemini'
  | 'ollama'
  | 'lmstudio'
  | 'vllm'
  | 'llamacpp'
  | 'litellm'
  | 'luthier'
  | 'other';

/** Whether a server wants a key: always its own, or none unless it was started with one. */
export type KeyWish = 'own' | 'maybe';

export interface ProviderPreset {
  readonly label: string;
  readonly kind: ProviderKind;
  readonly dialect: JobDialect;
  /** Where its calls go; null where everybody has another address, then as `example`. */
  readonly baseUrl: string | null;
  readonly example: string;
  /** The environment variable its key is usually in; null for none. */
  readonly variable: string | null;
  /** The hosts that variable's key is for, and those below them. It is sent to no other unless a person says so. */
  readonly hosts: readonly string[];
  readonly key: KeyWish;
  /** What can be done there, for a person about to choose. */
  readonly note: string;
}

const CHAT = 'chat; no fine-tuning';
const LOCAL = { kind: 'compatible', dialect: 'method', variable: null, hosts: [], key: 'maybe' } as const;

/** A service whose base URL is the same for everybody and which answers only. */
const chatAt = (label: string, baseUrl: string, variable: string, note = CHAT): ProviderPreset => ({
  label,
  kind: 'compatible',
  dialect: 'method',
  baseUrl,
  example: baseUrl,
  variable,
  hosts: [new URL(baseUrl).host],
  key: 'own',
  note,
});

const onThisMachine = (label: string, port: number): ProviderPreset => ({
  ...LOCAL,
  label,
  baseUrl: `http://127.0.0.1:${port}/v1`,
  example: `http://127.0.0.1:${port}/v1`,
  note: 'chat, on this machine; wants no key unless it was started with one',
});

/** Every preset, in the order a list offers them: those that train first. */
export const PRESETS = {
  openai: {
    label: 'OpenAI',
    kind: 'openai',
    dialect: 'method',
    baseUrl: 'https://api.openai.com/v1',
    example: 'https://api.openai.com/v1',
    variable: 'OPENAI_API_KEY',
    hosts: ['api.openai.com'],
    key: 'own',
    note: 'chat and fine-tuning; no new jobs after 2027-01-06',
  },
  azure: {
    label: 'Azure OpenAI',
    kind: 'azure',
    dialect: 'azure',
    baseUrl: null,
    example: 'https://NAME.openai.azure.com/openai/v1/',
    variable: 'AZURE_OPENAI_API_KEY',
    hosts: ['openai.azure.com', 'services.ai.azure.com', 'cognitiveservices.azure.com'],
    key: 'own',
    note: 'chat and fine-tuning, at your own resource',
  },
  nebius: {
    label: 'Nebius Token Factory',
    kind: 'nebius',
    dialect: 'nebius',
    baseUrl: 'https://api.tokenfactory.nebius.com/v1',
    example: 'https://api.tokenfactory.nebius.com/v1',
    variable: 'NEBIUS_API_KEY',
    hosts: ['nebius.com'],
    key: 'own',
    note: 'chat and fine-tuning',
  },
  together: {
    label: 'Together AI',
    kind: 'together',
    dialect: 'together',
    baseUrl: 'https://api.together.ai/v1',
    example: 'https://api.together.ai/v1',
    variable: 'TOGETHER_API_KEY',
    hosts: ['together.ai', 'together.xyz'],
    key: 'own',
    note: 'chat and fine-tuning; a job costs $4.00 at least',
  },
  fireworks: {
    label: 'Fireworks AI',
    kind: 'fireworks',
    dialect: 'fireworks',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    example: 'https://api.fireworks.ai/inference/v1',
    variable: 'FIREWORKS_API_KEY',
    hosts: ['fireworks.ai'],
    key: 'own',
    note: 'chat and fine-tuning, under an account',
  },
  groq: chatAt('Groq', 'https://api.groq.com/openai/v1', 'GROQ_API_KEY'),
  mistral: chatAt('Mistral', 'https://api.mistral.ai/v1', 'MISTRAL_API_KEY', 'chat; its fine-tuning has ended'),
  openrouter: chatAt('OpenRouter', 'https://openrouter.ai/api/v1', 'OPENROUTER_API_KEY'),
  deepseek: chatAt('DeepSeek', 'https://api.deepseek.com', 'DEEPSEEK_API_KEY'),
  gemini: chatAt('Gemini', 'https://generativelanguage.googleapis.com/v1beta/openai', 'GEMINI_API_KEY'),
  ollama: onThisMachine('Ollama', 11_434),
  lmstudio: onThisMachine('LM Studio', 1234),
  vllm: onThisMachine('vLLM', 8000),
  llamacpp: onThisMachine('llama.cpp', 8080),
  litellm: onThisMachine('LiteLLM', 4000),
  luthier: {
    ...LOCAL,
    label: 'a Luthier engine elsewhere',
    // The port of `luthier engine`, as an SSH tunnel leads to it.
    baseUrl: 'http://127.0.0.1:4117/v1',
    example: 'http://127.0.0.1:4117/v1',
    key: 'own',
    note: 'chat and fine-tuning on another machine, over a tunnel',
  },
  other: {
    ...LOCAL,
    label: 'other',
    baseUrl: null,
    example: 'http://localhost:4000/v1',
    note: 'any server that speaks OpenAI’s API',
  },
} satisfies Record<PresetId, ProviderPreset>;

export const presetFacts = (preset: PresetId): ProviderPreset => PRESETS[preset];

export function isPresetId(value: unknown): value is PresetId {
  return typeof value === 'string' && Object.hasOwn(PRESETS, value);
}

export const PRESET_NAMES: readonly PresetId[] = Object.keys(PRESETS).filter(isPresetId);

/** A profile as a preset fills it in, without an id; a name is left to the person where there is none. */
export function profileOfPreset(preset: PresetId): ProviderProfile {
  const { label, kind, dialect, baseUrl } = presetFacts(preset);
  const name = preset === 'other' ? '' : label.replace(/^a /, '');
  return { id: '', name, kind, baseUrl, jobDialect: dialect, apiVersion: null };
}

/** The preset that a host is of; null where none is known. */
export function presetForHost(hostname: string): PresetId | null {
  const host = hostname.toLowerCase();
  const found = PRESET_NAMES.find((preset) =>
    presetFacts(preset).hosts.some((known) => host === known || host.endsWith(`.${known}`)),
  );
  return found ?? null;
}

/** The variable whose key is meant for a host; null where none is known. */
export function variableForHost(hostname: string): string | null {
  const preset = presetForHost(hostname);
  return preset === null ? null : presetFacts(preset).variable;
}
