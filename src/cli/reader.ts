import { faultText } from '../domain/text/file-faults.ts';

/** Whoever reads what a command prints. */
export interface Reader {
  /** Aborted when nothing printed arrives any more: what is under way is to be finished, and nothing new begun. */
  readonly gone: AbortSignal;
  /** 141 when a pipe was closed, as shells expect of SIGPIPE; 1 for any other fault; null while all arrives. */
  readonly exitCode: 141 | 1 | null;
}

/** Watches the streams of a command. What is written to one that is gone is dropped. */
export function watchReader({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>): Reader {
  const controller = new AbortController();
  let exitCode: Reader['exitCode'] = null;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (exitCode !== null) return;
      exitCode = error.code === 'EPIPE' ? 141 : 1;
      if (exitCode === 1) stderr.write(`✗ The output cannot be written: ${faultText(error)}.\n`);
      controller.abort(error);
    });
  }
  return {
    gone: controller.signal,
    get exitCode() {
      return exitCode;
    },
  };
}
