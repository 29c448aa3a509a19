import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseJson } from '../../domain/common/json.ts';
import { priceOverrideSchema, withOverride } from '../../domain/pricing/override.ts';
import { type PriceTable, pricesAt } from '../../domain/pricing/prices.ts';
import { TERMINAL_CHOICES, type TerminalChoices } from '../../domain/project/settings.ts';
import { CALL_LIMITS, type CallLimits } from '../../domain/provider/call-limits.ts';
import { ofEarlierVersion } from '../../domain/provider/earlier.ts';
import type { ProviderProfile } from '../../domain/provider/provider.ts';
import { NO_CHOICES, type TrackingChoices } from '../../domain/tracking/settings.ts';
import type { Server } from '../../domain/weights/servers.ts';
import { ensurePrivateFolder } from '../filesystem/private-files.ts';
import { createProjects, type Projects } from './projects.ts';
import { createRecovery, isTooLarge, type Recovery, setAside, smallText, TOO_LARGE } from './recovery.ts';
import { createSettingsFile, type SettingsFile } from './settings-file.ts';

/** The shipped prices with those of the file over them; the shipped ones alone when there is no file. */
export function readPrices(
  path: string,
  options: { readonly shipped: PriceTable; readonly recovery: Recovery; readonly now: () => number },
): PriceTable {
  if (!existsSync(path)) return options.shipped;
  const parsed = priceOverrideSchema.safeParse(parseJson(smallText(path) ?? ''));
  if (parsed.success) return withOverride(options.shipped, parsed.data);
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` (at ${issue.path.join('.')})`;
  options.recovery.replacing(path, isTooLarge(path) ? TOO_LARGE : `does not hold prices by model as JSON${where}`);
  const aside = setAside(path, options.now());
  if (aside !== null)
    options.recovery.note(
      `${basename(path)} could not be read${where}, so the shipped prices are used. It was set aside as ${aside}.`,
    );
  return options.shipped;
}

export interface Settings {
  profiles(): readonly ProviderProfile[];
  saveProfiles(profiles: readonly ProviderProfile[]): void;
  terminal(): TerminalChoices;
  saveTerminal(choices: TerminalChoices): void;
  prices(providerId?: string): PriceTable;
  recovered(): readonly string[];
}

/** What was chosen about tracking. */
export interface TrackingChoiceStore {
  read(): TrackingChoices;
  save(choices: TrackingChoices): void;
}

/** How long servers may keep calls waiting. */
export interface CallLimitStore {
  read(): CallLimits;
  save(limits: CallLimits): void;
}

/** What answers for real weights on this machine. */
export interface ServingStore {
  read(): Server;
  save(server: Server): void;
}

export interface SettingsOptions {
  readonly home: string;
  /** Given while nothing else was saved; one that a saved list lacks is put before it. */
  readonly profiles: readonly ProviderProfile[];
  readonly prices: PriceTable;
  readonly recovery?: Recovery;
  readonly now?: () => number;
}

/** Settings and projects under `home`. */
export function openSettings(options: SettingsOptions): {
  readonly settings: Settings;
  readonly projects: Projects;
  readonly tracking: TrackingChoiceStore;
  readonly limits: CallLimitStore;
  readonly serving: ServingStore;
} {
  const now = options.now ?? Date.now;
  const recovery = options.recovery ?? createRecovery();
  ensurePrivateFolder(options.home);
  const file = createSettingsFile({ home: options.home, recovery, now });
  return {
    settings: createSettings(file, options, recovery, now),
    projects: createProjects({ home: options.home, settings: file, recovery, now }),
    tracking: {
      read: () => file.read().tracking ?? NO_CHOICES,
      save: (choices) => file.update({ tracking: { ...choices } }),
    },
    limits: createCallLimits(file),
    serving: {
      read: () => file.read().serving ?? 'auto',
      save: (serving) => file.update({ serving }),
    },
  };
}

/** Read once: every call asks for them. */
function createCallLimits(file: SettingsFile): CallLimitStore {
  let kept: CallLimits | null = null;
  return {
    read() {
      kept ??= file.read().limits ?? CALL_LIMITS;
      return kept;
    },
    save(limits) {
      file.update({ limits: { ...limits } });
      kept = limits;
    },
  };
}

function createSettings(file: SettingsFile, options: SettingsOptions, recovery: Recovery, now: () => number): Settings {
  const profiles = (): readonly ProviderProfile[] => {
    const saved = (file.read().profiles ?? []).map(ofEarlierVersion);
    const missing = options.profiles.filter((shipped) => !saved.some((profile) => profile.id === shipped.id));
    return [...missing, ...saved];
  };
  return {
    profiles,
    saveProfiles: (profiles) => file.update({ profiles: profiles.map((profile) => ({ ...profile })) }),
    terminal: () => {
      const { theme = TERMINAL_CHOICES.theme, terminal = TERMINAL_CHOICES } = file.read();
      const { mouse, notifications, animations } = terminal;
      return { theme, mouse, notifications, animations };
    },
    saveTerminal: ({ theme, ...terminal }) => file.update({ theme, terminal }),
    prices(providerId) {
      const table = readPrices(join(options.home, 'prices.json'), { shipped: options.prices, recovery, now });
      return providerId === undefined ? table : pricesAt(profiles().find(({ id }) => id === providerId)?.kind, table);
    },
    recovered: () => recovery.take(),
  };
}
