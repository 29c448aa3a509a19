export {
  choiceBindings,
  confirmBindings,
  drawerBindings,
  formBindings,
  listBindings,
  overlayBindings,
  paletteBindings,
  paneBindings,
  promptBindings,
} from './bindings/components.ts';
export { SCREEN_ORDER, SCREEN_TITLES } from './bindings/global.ts';
export { bindingSets } from './bindings/index.ts';
export { findConflicts } from './conflicts.ts';
export type { BindingId, BindingSet, BindingTable, KeyHandler, KeyHandlers } from './define.ts';
export {
  type BindingOptions,
  Modal,
  useBindings,
  usePasteHandler,
  useReachableBindings,
  useScreenBindings,
  useTextSink,
} from './hooks.tsx';
export { renderKeybindings } from './markdown.ts';
export { isPrintable, keyLabel } from './names.ts';
export type { TextSink } from './registry.ts';
export { KeyRouter, type KeyRouterProps } from './router.tsx';
export type { Binding, KeyName, KeyScope, LiveBinding } from './types.ts';
