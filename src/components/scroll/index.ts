export { scrollBy } from './reducer.ts';
export { ScrollText, type ScrollTextProps } from './view.tsx';
