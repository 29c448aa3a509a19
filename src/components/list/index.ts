export { pagedRows, usePagedRows } from './paged.ts';
export { type ListMove, moveIn, windowStart } from './reducer.ts';
export { useListWindow, type WindowOptions } from './use-window.ts';
export { List, type ListProps } from './view.tsx';
