import type { ScreenId } from '../../domain/project/types.ts';
import type { BindingTable } from '../binding.ts';

/** Screens in the order of their digits. */
export const SCREEN_ORDER = [
  'home',
  'template',
  'generate',
  'dataset',
  'train',
  'chat',
  'evaluate',
  'settings',
] as const satisfies readonly ScreenId[];

export const SCREEN_TITLES: Readonly<Record<ScreenId, string>> = {
  home: 'Home',
  template: 'Template',
  generate: 'Generate',
  dataset: 'Dataset',
  train: 'Train',
  chat: 'Chat',
  evaluate: 'Evaluate',
  settings: 'Settings',
};

export const globalBindings = [
  { id: 'global.home', keys: ['1'], label: 'Home', help: 'Go to Home' },
  { id: 'global.template', keys: ['2'], label: 'Template', help: 'Go to Template' },
  { id: 'global.generate', keys: ['3'], label: 'Generate', help: 'Go to Generate' },
  { id: 'global.dataset', keys: ['4'], label: 'Dataset', help: 'Go to Dataset' },
  { id: 'global.train', keys: ['5'], label: 'Train', help: 'Go to Train' },
  { id: 'global.chat', keys: ['6'], label: 'Chat', help: 'Go to Chat' },
  { id: 'global.evaluate', keys: ['7'], label: 'Evaluate', help: 'Go to Evaluate' },
  { id: 'global.settings', keys: ['8'], label: 'Settings', help: 'Go to Settings' },
  { id: 'global.help', keys: ['?'], label: 'help', help: 'Show every key of this screen', hint: 90 },
  { id: 'global.palette', keys: [':'], label: 'commands', help: 'Find any action by name', hint: 91 },
  { id: 'global.operations', keys: ['ctrl-o'], label: 'operations', help: 'Open the drawer of what runs and what ran' },
  {
    id: 'global.back',
    keys: ['escape'],
    label: 'back',
    help: 'Leave this field, close this panel, or go one level back',
  },
  { id: 'global.cancel', keys: ['ctrl-c'], label: 'stop or quit', help: 'Cancel what runs here, else ask to quit' },
  {
    id: 'global.suspend',
    keys: ['ctrl-z'],
    label: 'suspend',
    help: 'Go back to the shell for a while; fg brings this back',
  },
  {
    id: 'global.repaint',
    keys: ['ctrl-l'],
    label: 'repaint',
    help: 'Draw the whole screen anew, over what another program wrote on it',
  },
  { id: 'global.quit', keys: ['q'], label: 'quit', help: 'Quit; asks only while something runs', hint: 99 },
] as const satisfies BindingTable;
