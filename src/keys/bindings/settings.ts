import type { BindingTable } from '../binding.ts';

export const settingsBindings = [
  { id: 'settings.theme', keys: ['c'], label: 'theme', help: 'Next theme: auto, dark, light, contrast, mono', hint: 6 },
  {
    id: 'settings.terminal',
    keys: ['m'],
    label: 'terminal',
    help: 'Theme, mouse, notifications, animations',
    hint: 7,
  },
  {
    id: 'settings.limits',
    keys: ['l'],
    label: 'limits',
    help: 'How long a server may keep a call waiting: first byte, pauses, the whole call',
  },
  { id: 'settings.copy-folder', keys: ['y'], label: 'copy data folder', help: 'Copy the path of the data folder' },
  {
    id: 'settings.runner',
    keys: ['w'],
    label: 'real weights',
    help: 'The Python that trains and serves real weights: how it stands, install, remove',
    hint: 8,
  },
  {
    id: 'settings.bases',
    keys: ['b'],
    label: 'base models',
    help: 'Base models of real weights on this machine: which are here, pull one from the Hub, remove',
    hint: 9,
  },
  { id: 'settings.refresh', keys: ['r'], label: 'refresh models', help: "Read the provider's models again" },
] as const satisfies BindingTable;

export const settingsProviderBindings = [
  { id: 'settings.use', keys: ['u'], label: 'use', help: 'Use the selected provider for this project', hint: 2 },
  {
    id: 'settings.test',
    keys: ['t'],
    label: 'test connection',
    help: 'Ask the provider for its models and say what it said',
    hint: 1,
  },
  { id: 'settings.key', keys: ['a'], label: 'API key', help: 'Type the key, hidden; kept in a 0600 file', hint: 3 },
  { id: 'settings.edit', keys: ['enter', 'e'], label: 'edit', help: 'Change name, base URL or dialect', hint: 4 },
  {
    id: 'settings.add',
    keys: ['n'],
    label: 'new provider',
    help: 'Add a provider from a list of presets, or any compatible one',
    hint: 5,
  },
  { id: 'settings.remove', keys: ['x'], label: 'remove', help: 'Remove the selected provider (asks)' },
] as const satisfies BindingTable;

export const settingsTrackingBindings = [
  {
    id: 'settings.tracking.test',
    keys: ['t'],
    label: 'test connection',
    help: 'Ask the tracker whose key it is, and where runs go',
    hint: 1,
  },
  {
    id: 'settings.tracking.edit',
    keys: ['enter', 'e'],
    label: 'edit',
    help: 'Change tracker, mode, where runs go, and whether logs go along',
    hint: 2,
  },
  {
    id: 'settings.tracking.key',
    keys: ['a'],
    label: 'API key',
    help: 'Type the key of the tracker, hidden; kept in a 0600 file',
    hint: 3,
  },
] as const satisfies BindingTable;

export const settingsRunnerBindings = [
  {
    id: 'settings.runner.install',
    keys: ['i'],
    label: 'install',
    help: 'Say what is downloaded, and install it (asks)',
    hint: 1,
  },
  {
    id: 'settings.runner.install-cpu',
    keys: ['c'],
    label: 'install for CPU',
    help: 'The same for the processor alone, without the gigabytes of CUDA (asks)',
    hint: 2,
  },
  {
    id: 'settings.runner.serve',
    keys: ['v'],
    label: 'answers by',
    help: 'Choose what answers for real weights: vLLM, transformers, or vLLM where it can',
    hint: 3,
  },
  {
    id: 'settings.runner.remove',
    keys: ['x'],
    label: 'remove',
    help: 'Remove what was installed (asks); models stay',
    hint: 4,
  },
  { id: 'settings.runner.close', keys: ['escape', 'enter'], label: 'close', help: 'Back to the settings', hint: 5 },
] as const satisfies BindingTable;

export const settingsBasesBindings = [
  {
    id: 'settings.bases.pull',
    keys: ['p'],
    label: 'pull',
    help: 'Name a model of the Hub; says size and licence, and asks',
    hint: 1,
  },
  {
    id: 'settings.bases.remove',
    keys: ['x'],
    label: 'remove',
    help: 'Choose one of those that were pulled (asks)',
    hint: 2,
  },
  { id: 'settings.bases.close', keys: ['escape', 'enter'], label: 'close', help: 'Back to the settings', hint: 3 },
] as const satisfies BindingTable;
