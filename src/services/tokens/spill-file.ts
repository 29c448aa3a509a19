import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Room } from '../../domain/dataset/equal/examples.ts';
import type { Spill } from '../../domain/dataset/equal/records.ts';
import { FileError, faultText } from '../../domain/text/file-faults.ts';

/** Lines whose digests are kept in memory: some six megabytes. */
const LINES = 1 << 17;

/** The system's own calls for files, and where they lie; another in tests, to which a disk is full. */
export interface SpillSystem {
  readonly folder: string;
  readonly write: (file: number, bytes: Uint8Array) => number;
}

const SYSTEM: SpillSystem = { folder: tmpdir(), write: (file, bytes) => writeSync(file, bytes) };

/**
 * What a check keeps beyond memory, in a file of the system's folder for such, made when it is first wanted. Its name is gone as soon as it is open, so that nothing
 * is left whatever ends the process; on Windows, where an open file keeps its name, when it is disposed of.
 */
export class SpillFile implements Spill, Room, Disposable {
  readonly lines: number;
  private readonly system: SpillSystem;
  private folder: string | null = null;
  private file: number | null = null;
  private end = 0;

  constructor(lines = LINES, system = SYSTEM) {
    this.lines = lines;
    this.system = system;
  }

  readonly open = (): Spill => {
    this.guarded(() => {
      this.folder = mkdtempSync(join(this.system.folder, 'luthier-check-'));
      this.file = openSync(join(this.folder, 'lines'), 'wx+', 0o600);
    });
    if (process.platform !== 'win32') this.remove();
    return this;
  };

  write(bytes: Uint8Array): number {
    const at = this.end;
    this.guarded((file) => {
      for (let done = 0; done < bytes.length; ) done += this.system.write(file, bytes.subarray(done));
    });
    this.end += bytes.length;
    return at;
  }

  read(into: Uint8Array, at: number): void {
    this.guarded((file) => {
      for (let done = 0; done < into.length; ) {
        const read = readSync(file, into, done, into.length - done, at + done);
        if (read === 0) throw new Error('what was written there is gone');
        done += read;
      }
    });
  }

  [Symbol.dispose](): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
    this.remove();
  }

  private guarded(work: (file: number) => void): void {
    try {
      work(this.file ?? -1);
    } catch (error) {
      throw new FileError(
        `What a check of so many lines keeps cannot be written to ${this.system.folder}: ${faultText(error)}.`,
        'Make room there, or name another folder for it in TMPDIR, and check again.',
      );
    }
  }

  private remove(): void {
    if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true });
    this.folder = null;
  }
}
