import type { Arrangement } from '../../components/panes/index.ts';

export interface SettingsShape {
  readonly columns: number;
  readonly rows: number;
}

export interface SettingsLayout {
  /** Two rows of two panes; else all panes in one `arrangement`. */
  readonly grid: boolean;
  readonly arrangement: Arrangement;
  /** Rows of the panes above, and of what stands below them; 0 where there is no room for it. */
  readonly upper: number;
  readonly lower: number;
}

const FOLDER_ROWS = 6;
/** Seven facts of tracking, two rows of what its test said, and the border. */
const TRACKING_ROWS = 11;
const MOST_TRACKING_ROWS = 13;
const LEAST_UPPER = 8;
const GRID_COLUMNS = 90;
const GRID_ROWS = 20;
const ROW_COLUMNS = 120;

/** Who gets which rows. `tracking`: its pane has the focus, which has more to say than the others where only one is shown. */
export function settingsLayout({ columns, rows }: SettingsShape, tracking: boolean): SettingsLayout {
  if (columns >= GRID_COLUMNS && rows >= GRID_ROWS) {
    const lower = Math.min(MOST_TRACKING_ROWS, Math.max(TRACKING_ROWS, Math.floor(rows * 0.4)));
    return { grid: true, arrangement: 'row', upper: rows - lower, lower };
  }
  const arrangement = columns >= ROW_COLUMNS ? 'row' : 'single';
  const least = tracking || arrangement === 'row' ? TRACKING_ROWS : LEAST_UPPER;
  const lower = rows - FOLDER_ROWS < least ? 0 : FOLDER_ROWS;
  return { grid: false, arrangement, upper: rows - lower, lower };
}
