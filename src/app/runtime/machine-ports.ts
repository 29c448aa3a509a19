import type { ExportTarget } from '../../domain/weights/export-targets.ts';
import type { Server } from '../../domain/weights/servers.ts';

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

/** What answers for real weights on this machine, as a person chose it. */
export interface ServingStore {
  read(): Server;
  save(server: Server): void;
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

/** A tuned model as it was written for other programs. */
export interface ExportedModel {
  readonly path: string;
  /** Whether something was written: nothing is where the target cannot take the model, as a finding says. */
  readonly written: boolean;
  readonly files: readonly { readonly name: string; readonly size: number }[];
  /** What serves it, word by word; null where that is the other program's own affair. */
  readonly command: readonly string[] | null;
  readonly findings: readonly {
    readonly severity: 'error' | 'warning' | 'note';
    readonly message: string;
    readonly fix: string;
  }[];
  /** What makes GGUF of it, whether it is here, and where it is had; null where nothing does. */
  readonly gguf: { readonly command: readonly string[]; readonly found: boolean; readonly where: string } | null;
}

export interface ExportWish {
  readonly model: string;
  readonly target: ExportTarget;
  readonly out: string;
  /** Whether an earlier export there may go. */
  readonly force: boolean;
  readonly bases: readonly string[];
  /** What evaluations found, as Markdown; empty where there were none. */
  readonly evaluations: string;
}

/** Writes tuned models of this machine's engine for other programs. What it throws may say in `next` what to do. */
export type ModelExporter = (wish: ExportWish, signal: AbortSignal) => Promise<ExportedModel>;

/** A base model on this machine. */
export interface BaseOnDisk {
  readonly id: string;
  readonly place: 'pulled' | 'huggingface' | 'folder';
  /** `half`: a pull was cut, and the next one goes on; `incomplete`: a part is missing. */
  readonly state: 'whole' | 'half' | 'incomplete';
  readonly missing: readonly string[];
  readonly bytes: number;
  readonly license: string | null;
}

/** A model of the Hub that was looked at, and nothing of it brought. */
export interface PullOffer {
  readonly id: string;
  readonly commit: string;
  readonly license: string | null;
  /** Its terms must have been accepted on its page. */
  readonly gated: boolean;
  readonly files: number;
  /** In all, and of that what is still to come. */
  readonly bytes: number;
  readonly left: number;
  readonly folder: string;
  /** It is here at this commit, whole. */
  readonly done: boolean;
  /** The commit that is here now and would go; null where none is. */
  readonly replaces: string | null;
  pull(
    onProgress: (progress: { readonly file: string; readonly have: number; readonly bytes: number }) => void,
    signal: AbortSignal,
  ): Promise<BaseOnDisk>;
}

/** Base models on this machine, and those of the Hub. What it throws may say in `next` what to do. */
export interface BaseModels {
  list(): readonly BaseOnDisk[];
  /** `name` as `ORG/NAME` or `ORG/NAME@REVISION`. */
  prepare(name: string, signal: AbortSignal): Promise<PullOffer>;
  /** Of what was pulled alone; whether there was anything. */
  remove(id: string): boolean;
}
