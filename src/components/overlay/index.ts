export { Overlay, type OverlayProps } from './view.tsx';
