export interface PaneWish {
  readonly id: string;
  /** Share of the space among panes side by side; 1 by default. */
  readonly flex?: number;
  /** Rows or columns it should have at least. */
  readonly min?: number;
}

export type Arrangement = 'row' | 'column' | 'single';

/** Sizes along one axis that add up to `total`, by share, each at least its minimum as far as that goes. */
export function shares(panes: readonly PaneWish[], total: number): readonly number[] {
  const flex = panes.reduce((sum, pane) => sum + (pane.flex ?? 1), 0);
  const sizes = panes.map((pane) => Math.max(pane.min ?? 1, Math.floor((total * (pane.flex ?? 1)) / flex)));
  let over = sizes.reduce((sum, size) => sum + size, 0) - total;
  for (let index = sizes.length - 1; index >= 0 && over > 0; index--) {
    const size = sizes[index] ?? 0;
    const given = Math.min(over, Math.max(0, size - 1));
    sizes[index] = size - given;
    over -= given;
  }
  const last = sizes.length - 1;
  if (over < 0 && last >= 0) sizes[last] = (sizes[last] ?? 0) - over;
  return sizes;
}

/** The pane after (1) or before (-1) `focus`, round and round. */
export function nextPane(ids: readonly string[], focus: string, by: 1 | -1): string {
  const at = ids.indexOf(focus);
  return ids[(at + by + ids.length) % ids.length] ?? focus;
}
