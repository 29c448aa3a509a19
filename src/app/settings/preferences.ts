import type { Outcome } from '../../domain/common/outcome.ts';
import type { PriceTable } from '../../domain/pricing/prices.ts';
import type { TerminalChoices } from '../../domain/project/settings.ts';
import type { CallLimits } from '../../domain/provider/call-limits.ts';
import { completePath, type PathCompletion, splitPath } from '../../domain/text/path-completion.ts';
import type { TrackingChoices, TrackingKeySource, TrackingSettings } from '../../domain/tracking/settings.ts';
import type { WorkbenchContext } from '../core/context.ts';
import type { OutputWork } from '../runtime/ports.ts';
import { destinationOf } from '../tracking/policy.ts';
import type { ModelReader } from './models.ts';

export interface TrackingSettingsActions {
  /** What holds now, or would with other choices, and where each part comes from. */
  read(choices?: TrackingChoices): TrackingSettings;
  /** What was chosen here, whatever the environment says. */
  choices(): TrackingChoices;
  save(choices: TrackingChoices): void;
  keySource(): TrackingKeySource;
  /** Kept in a 0600 file apart from the settings; null forgets it. */
  setKey(key: string | null): void;
  /** Says whose key it is and where runs go, or what failed and what to do. */
  test(): Promise<Outcome<string>>;
}

export interface PreferenceActions {
  /** Holds from now on; kept for the next start. */
  setTerminal(choices: Partial<TerminalChoices>): void;
  prices(providerId?: string): PriceTable;
  /** Where the data is and how many bytes it takes. */
  dataFolder(): Promise<{ readonly path: string; readonly bytes: number }>;
  refreshModels(): void;
  /** The folder that exports are offered to be written to. */
  exportFolder(): string;
  /** How long servers may keep calls waiting; what is saved holds from the next call on. */
  limits(): CallLimits;
  saveLimits(limits: CallLimits): void;
  /** Whether a file is there that this work did not write, or that was changed since: to be replaced only when a person says so. */
  isTaken(work: OutputWork, path: string): Promise<boolean>;
  /** What Tab makes of a path that is typed; as it is where its folder cannot be read. */
  completePath(typed: string): Promise<PathCompletion>;
}

const KEPT = 'The settings are as they were.';

export function createPreferenceActions(context: WorkbenchContext, models: ModelReader): PreferenceActions {
  const { settings, documents, exportFolder, limits } = context.deps;
  return {
    setTerminal(choices) {
      context.set({ terminal: { ...context.store.getState().terminal, ...choices } });
      // What is kept, and not what this window was started with, is what the change is made to.
      context.guard('The choice holds until the app ends.', () =>
        settings.saveTerminal({ ...settings.terminal(), ...choices }),
      );
    },
    prices: (providerId) => settings.prices(providerId),
    dataFolder: () => documents.dataFolder(),
    refreshModels: () => models.refresh(),
    exportFolder: () => exportFolder,
    limits: () => limits.read(),
    saveLimits: (next) => context.guard(KEPT, () => limits.save(next)),
    // What cannot be looked at is said when it is written.
    isTaken: (work, path) =>
      documents.inspectOutputs({ work, outputs: [path] }).then(
        (taken) => taken.length > 0,
        () => false,
      ),
    completePath: (typed) =>
      documents.list(splitPath(typed).folder).then(
        (entries) => completePath(typed, entries),
        () => ({ path: typed, entries: [] }),
      ),
  };
}

/** `changed` lets the screens read again. */
export function createTrackingSettings(context: WorkbenchContext, changed: () => void): TrackingSettingsActions {
  const { tracking, tracker } = context.deps;
  return {
    read: (choices) => tracking.settings(choices),
    choices: () => tracking.choices(),
    save: (choices) =>
      context.guard(KEPT, () => {
        tracking.save(choices);
        changed();
      }),
    keySource: () => tracking.keySource(),
    setKey: (key) =>
      context.guard('The key was not saved.', () => {
        tracking.setKey(key);
        changed();
      }),
    test: () =>
      context.attempt('Runs stay on this machine.', async () => {
        const account = await tracker.account();
        const { username, entity, teams } = account;
        const settings = tracking.settings();
        const to = destinationOf(settings, account);
        const where = to === null ? settings.project : `${to}/${settings.project}`;
        const others = teams.filter((team) => team !== to);
        const known = to === null || to === entity || teams.includes(to);
        const note = known ? '' : ` ${to} is none of its teams: runs may be refused.`;
        const more = others.length === 0 ? '' : ` Its teams: ${others.join(', ')}.`;
        const whose = username === null ? `${settings.baseUrl} answers.` : `The key is ${username}'s.`;
        return `${whose} Runs go to ${where}.${note}${more}`;
      }),
  };
}
