export { HelpOverlay } from './view.tsx';
