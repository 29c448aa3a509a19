import { PassThrough, Writable } from 'node:stream';
import type { Screen } from './screen.ts';

/** A terminal's output as Ink wants it: size, `resize` events, and every write shown on the screen. */
export class ScreenOutput extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  private readonly screen: Screen;

  constructor(screen: Screen, columns: number, rows: number) {
    super({ decodeStrings: false });
    this.screen = screen;
    this.columns = columns;
    this.rows = rows;
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.screen.write(chunk.toString(), done);
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit('resize');
  }
}

/** A keyboard in raw mode. */
export class Keyboard extends PassThrough {
  readonly isTTY = true;
  raw = false;

  setRawMode(raw: boolean): this {
    this.raw = raw;
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
