/** A bordered panel on the screen. */
export interface ScreenBox {
  readonly title: string;
  /** What stands inside, row by row, without the border. */
  readonly rows: readonly string[];
}

const TOP = /[╭┏](?:[─━]+)(?: ([^─━╮┓]*) )?[─━]*[╮┓]/g;
const BOTTOM = '╰┗';

/** Every panel that is whole on the screen. Lines must be as wide as they look: no wide characters before a panel. */
export function boxesOf(lines: readonly string[]): readonly ScreenBox[] {
  return lines.flatMap((line, top) =>
    [...line.matchAll(TOP)].flatMap((match) => {
      const { index: left } = match;
      const right = left + match[0].length - 1;
      const height = lines.slice(top + 1).findIndex((below) => BOTTOM.includes(below[left] ?? ' '));
      if (height < 0) return [];
      const rows = lines.slice(top + 1, top + 1 + height).map((row) => row.slice(left + 1, right).trim());
      return [{ title: match[1] ?? '', rows }];
    }),
  );
}
