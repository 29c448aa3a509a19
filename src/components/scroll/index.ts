export { scrollBy } from './reducer.ts';
export { ScrollText } from './view.tsx';
