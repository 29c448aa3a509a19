import { clip } from './columns.ts';
import type { Progress, Sink } from './types.ts';

const WIDTH = 24;

/** `██████░░░░  62%  generate  842 / 1,296 …`, cut to `width` so that it never wraps. */
export function barLine(progress: Progress, width: number): string {
  const filled = progress.fraction === null ? 0 : Math.round(Math.min(1, Math.max(0, progress.fraction)) * WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
  const percent = progress.fraction === null ? '   …' : `${String(Math.floor(progress.fraction * 100)).padStart(3)}%`;
  return ` ${bar} ${percent}  ${clip(`${progress.label}  ${progress.text}`, Math.max(1, width - WIDTH - 9))}`;
}

export interface Bar {
  draw(progress: Progress): void;
  clear(): void;
}

/** One line that redraws itself. */
export function terminalBar(sink: Sink): Bar {
  let shown = false;
  return {
    draw(progress) {
      sink.write(`\r\x1b[2K${barLine(progress, sink.columns ?? 80)}`);
      shown = true;
    },
    clear() {
      if (shown) sink.write('\r\x1b[2K');
      shown = false;
    },
  };
}

/** Where nothing can be redrawn (a file, a pipe, a log): a plain line at the start and every tenth of the way. */
export function plainBar(sink: Sink): Bar {
  let label = '';
  let tenth = -1;
  return {
    draw(progress) {
      if (progress.label !== label) tenth = -1;
      label = progress.label;
      const now = progress.fraction === null ? 0 : Math.floor(progress.fraction * 10);
      if (now <= tenth) return;
      tenth = now;
      const percent = progress.fraction === null ? '' : ` ${now * 10}%`;
      sink.write(`${progress.label}${percent}  ${progress.text}\n`);
    },
    clear() {},
  };
}
