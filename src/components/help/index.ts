export { type HelpRow, helpRows } from './rows.ts';
export { HelpOverlay, type HelpOverlayProps } from './view.tsx';
