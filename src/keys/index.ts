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
export { SCREEN_TITLES } from './bindings/global.ts';
export { bindingSets } from './bindings/index.ts';
export { findConflicts } from './conflicts.ts';
export type { KeyHandler, KeyHandlers } from './define.ts';
export { type ActionElsewhere, actionsElsewhere } from './elsewhere.ts';
export { Modal, useBindings, usePasteHandler, useReachableBindings, useScreenBindings, useTextSink } from './hooks.tsx';
export { renderKeybindings } from './markdown.ts';
export { keyLabel } from './names.ts';
export { KeyRouter, type KeyRouterProps } from './router.tsx';
export type { KeyName, LiveBinding } from './types.ts';
