import type { LogRecord } from './records.ts';

type OutputRecord = Extract<LogRecord, { kind: 'output' }>;

/**
 * Lines of the console out of what was written to it, as W&B streams them: `ERROR ` for stderr, the time in UTC with
 * microseconds, the text. Of a line that was written over (`\r`), what stood there last.
 */
export class ConsoleLines {
  readonly lines: string[] = [];
  private readonly open = { stdout: '', stderr: '' };

  take({ stream, at, text }: OutputRecord): void {
    const [first = '', ...others] = text.split('\n');
    const last = others.pop();
    if (last === undefined) {
      this.open[stream] += first;
      return;
    }
    for (const line of [this.open[stream] + first, ...others]) this.lines.push(lineOf(stream, at, line));
    this.open[stream] = last;
  }

  /** What no line end came after is a line too. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.open[stream] !== '') this.lines.push(lineOf(stream, null, this.open[stream]));
      this.open[stream] = '';
    }
  }
}

function lineOf(stream: 'stdout' | 'stderr', at: number | null, text: string): string {
  const time = at === null ? '' : `${new Date(at).toISOString().slice(0, -1)}000 `;
  const shown = text.replace(/\r+$/, '').split('\r').at(-1) ?? '';
  return `${stream === 'stderr' ? 'ERROR ' : ''}${time}${shown}`;
}
