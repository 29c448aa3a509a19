export { pagedRows, usePagedRows } from './paged.ts';
export { type ListMove, moveIn, windowStart } from './reducer.ts';
export { useListWindow } from './use-window.ts';
export { List } from './view.tsx';
