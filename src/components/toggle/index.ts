export { Toggle, type ToggleProps } from './view.tsx';
