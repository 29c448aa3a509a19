import type { ChatTurn } from '../domain/chat/turn.ts';
import type { PriceTable } from '../domain/pricing/types.ts';
import type { Project } from '../domain/project/types.ts';
import type { KeySource, ProviderProfile } from '../domain/provider/types.ts';
import type { ThemeName } from '../domain/settings/types.ts';
import type { TrackingChoices, TrackingKeySource, TrackingSettings } from '../domain/tracking/settings.ts';

/** What the workbench needs kept between runs. Services satisfy these by shape. */

export interface ProjectStore {
  /** Newest first. */
  list(): readonly Project[];
  save(project: Project): void;
  remove(id: string): void;
  current(): string | null;
  setCurrent(id: string): void;
}

/** What a project holds besides itself. */
export interface ProjectRows {
  /** Copies the rows; jobs and conversation stay where they are. */
  copy(from: string, to: string): void;
  /** Forgets rows, jobs, events, checkpoints and conversation. */
  clear(projectId: string): void;
}

export interface SettingsStore {
  /** The embedded engine, OpenAI, and whatever was added. */
  profiles(): readonly ProviderProfile[];
  saveProfiles(profiles: readonly ProviderProfile[]): void;
  theme(): ThemeName;
  setTheme(theme: ThemeName): void;
  /** The shipped table, or the one in `prices.json` of the data folder when there is one. */
  prices(): PriceTable;
  /** What was corrupt and where it was set aside, to be told once; empty when all was well. */
  recovered(): readonly string[];
}

export interface SecretStore {
  set(profileId: string, key: string | null): void;
  source(profileId: string): KeySource;
}

/** How things are tracked: what was chosen here, and what holds beside the environment. */
export interface TrackingPreferences {
  choices(): TrackingChoices;
  save(choices: TrackingChoices): void;
  settings(): TrackingSettings;
  keySource(): TrackingKeySource;
  /** Null forgets it. */
  setKey(key: string | null): void;
}

export interface TranscriptStore {
  /** Oldest first. */
  turns(projectId: string): readonly ChatTurn[];
  save(projectId: string, turn: ChatTurn): void;
  /** Removes this turn and all after it. */
  removeFrom(projectId: string, turnId: string): void;
}

export interface Documents {
  readText(path: string): Promise<string>;
  /** Lines as they are read; a file of any size. */
  readLines(path: string): AsyncIterable<string>;
  /** Writes beside and renames, so that a reader sees the old or the new; makes folders; gives the absolute path back. */
  writeText(path: string, chunks: string | Iterable<string>): Promise<string>;
  /** Bytes under the data folder, and where it is. */
  dataFolder(): Promise<{ readonly path: string; readonly bytes: number }>;
}

export interface Desktop {
  copy(text: string): void;
  editExternally(text: string, extension: string): Promise<string | null>;
}
