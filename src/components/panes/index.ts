export { PaneBox, type PaneBoxProps, type PaneSize } from './box.tsx';
export { type Arrangement, nextPane, type PaneWish, shares } from './reducer.ts';
export { type Pane, Panes, type PanesProps } from './view.tsx';
