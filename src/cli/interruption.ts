/** What Ctrl-C and a polite kill do: the first asks the command to stop and keep what is done, the second ends it. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** 130 after SIGINT, 143 after SIGTERM, as shells expect; null while nothing interrupted. */
  readonly exitCode: number | null;
}

const CODES = { SIGINT: 130, SIGTERM: 143 } as const;

export function interruption(target: NodeJS.Process): Interruption {
  const controller = new AbortController();
  let exitCode: number | null = null;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    target.on(name, () => {
      if (exitCode !== null) target.exit(CODES[name]);
      exitCode = CODES[name];
      target.stderr.write('\nStopping; what is done is kept. Once more ends it at once.\n');
      controller.abort(new Error(`stopped by ${name}`));
    });
  }
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
  };
}
