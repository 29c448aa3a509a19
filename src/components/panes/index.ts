export { PaneBox, type PaneSize } from './box.tsx';
export { type Arrangement, nextPane, shares } from './reducer.ts';
export { type Pane, Panes } from './view.tsx';
