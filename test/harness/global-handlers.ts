import type { KeyHandlers } from '../../src/keys/binding.ts';
import type { globalBindings } from '../../src/keys/bindings/global.ts';

type GlobalHandlers = KeyHandlers<typeof globalBindings>;

const NONE: GlobalHandlers = {
  'global.home': null,
  'global.template': null,
  'global.generate': null,
  'global.dataset': null,
  'global.train': null,
  'global.chat': null,
  'global.evaluate': null,
  'global.settings': null,
  'global.help': null,
  'global.palette': null,
  'global.operations': null,
  'global.back': null,
  'global.cancel': null,
  'global.suspend': null,
  'global.repaint': null,
  'global.quit': null,
};

/** The handlers of a stand-in for the root: those given, and none for every other global key. */
export const globalHandlers = (given: Partial<GlobalHandlers>): GlobalHandlers => ({ ...NONE, ...given });
