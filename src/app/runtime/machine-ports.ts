/** How the Python of real weights stands on this machine. */
export interface RunnerStanding {
  readonly python: string;
  /** Whether LUTHIER_PYTHON names it. */
  readonly named: boolean;
  /** Null where it cannot be asked. */
  readonly probe: {
    readonly versions: Readonly<Record<string, string | null>>;
    readonly devices: readonly {
      readonly device: string;
      readonly name: string | null;
      readonly memory: number | null;
    }[];
    readonly device: string | null;
    readonly memory: { readonly total: number | null };
  } | null;
  /** What is in the way; null where it can run. */
  readonly problem: string | null;
  /** The line that mends it; empty where nothing is to be mended. */
  readonly mend: string;
}

/** An installation that was looked at and not begun. */
export interface InstallOffer {
  readonly plan: { readonly label: string; readonly download: number };
  readonly base: { readonly python: string; readonly version: string };
  install(onStep: (text: string) => void, signal: AbortSignal): Promise<{ readonly device: string | null }>;
}

/** Puts the Python of real weights on this machine, and takes it away. What it throws may say in `next` what to do. */
export interface RunnerInstaller {
  readonly folder: string;
  state(of: 'used' | 'installed', signal: AbortSignal): Promise<RunnerStanding>;
  prepare(cpu: boolean, signal: AbortSignal): Promise<InstallOffer>;
  /** Whether there was one. */
  remove(): boolean;
}
