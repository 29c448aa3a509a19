import { useState } from 'react';
import { useRead, useWorkbench } from '../../../app/react.tsx';
import type { TrackingKeySource, TrackingMode, TrackingSettings } from '../../../domain/tracking/settings.ts';
import { trackerFacts } from '../../../domain/tracking/trackers.ts';
import { useTheme } from '../../../theme/theme.tsx';
import type { Tone } from '../../../theme/themes.ts';

export const MODES: readonly TrackingMode[] = ['online', 'offline', 'disabled'];

/** What a mode means, in plain words. */
export const MODE_LABELS: Readonly<Record<TrackingMode, string>> = {
  online: 'written here, and sent as it happens',
  offline: 'written here; w sends a run',
  disabled: 'nothing is written, nothing is sent',
};

function keyLabel({ tracker }: Pick<TrackingSettings, 'tracker'>, source: TrackingKeySource): string {
  switch (source) {
    case 'environment':
      return `from ${trackerFacts(tracker).keyVariables.join(' or ')}`;
    case 'file':
      return 'kept in a 0600 file';
    case 'netrc':
      return 'from ~/.netrc';
    case 'none':
      return 'no key yet: a types one in';
    case 'unneeded':
      return 'none, which many servers ask none of; a types one in';
  }
}

type TrackingSettingName = keyof TrackingSettings['sources'];

/** The environment variable that decides a part; null where none does, and what is chosen here holds. */
function decidedBy({ tracker, sources }: Pick<TrackingSettings, 'tracker' | 'sources'>, part: TrackingSettingName) {
  if (sources[part] !== 'environment') return null;
  return part === 'tracker' ? 'LUTHIER_TRACKER' : (trackerFacts(tracker).variables[part] ?? null);
}

/** `set by WANDB_PROJECT` where the environment decides, and nothing here can; null elsewhere. */
export function environmentNote(
  settings: Pick<TrackingSettings, 'tracker' | 'sources'>,
  part: TrackingSettingName,
): string | null {
  const variable = decidedBy(settings, part);
  return variable === null ? null : `set by ${variable}`;
}

const originOf = (settings: TrackingSettings, part: TrackingSettingName): string =>
  environmentNote(settings, part) ?? (settings.sources[part] === 'default' ? 'default' : '');

export interface TrackingFact {
  readonly label: string;
  readonly value: string;
  /** Where it comes from; empty where it was chosen here. It is kept whole, the value gives way. */
  readonly origin: string;
}

/** What holds now, a fact a row. A label that is empty goes on with the row above. */
export function trackingFacts(settings: TrackingSettings, key: TrackingKeySource): readonly TrackingFact[] {
  const entity = settings.entity ?? "the account's own";
  const { place } = trackerFacts(settings.tracker);
  return [
    { label: 'Mode', value: settings.mode, origin: originOf(settings, 'mode') },
    { label: '', value: MODE_LABELS[settings.mode], origin: '' },
    { label: place, value: settings.project, origin: originOf(settings, 'project') },
    ...(settings.tracker === 'wandb'
      ? [{ label: 'Entity', value: entity, origin: settings.entity === null ? '' : originOf(settings, 'entity') }]
      : []),
    { label: 'Server', value: settings.baseUrl, origin: originOf(settings, 'baseUrl') },
    { label: 'Key', value: keyLabel(settings, key), origin: '' },
    { label: 'Log', value: settings.log ? 'yes: the text of job events goes along' : 'no: figures only', origin: '' },
  ];
}

export interface ConnectionTestResult {
  readonly tone: Tone;
  readonly text: string;
}

export interface TrackingStatus {
  readonly settings: TrackingSettings;
  readonly key: TrackingKeySource;
  /** What the last test of these very settings said; null when they were not tested. */
  readonly answer: ConnectionTestResult | null;
  test(): void;
}

/** What holds for tracking, read again when a choice has changed, and the test of it. */
export function useTrackingStatus(): TrackingStatus {
  const { symbols } = useTheme();
  const { trackingSettings } = useWorkbench();
  const { settings, key } = useRead(
    ['tracking'],
    () => ({ settings: trackingSettings.read(), key: trackingSettings.keySource() }),
    [trackingSettings],
  );
  const [said, setSaid] = useState<{ readonly about: string; readonly answer: ConnectionTestResult } | null>(null);
  // A test is of the settings and the key it was made with.
  const about = JSON.stringify([settings, key]);
  return {
    settings,
    key,
    answer: said?.about === about ? said.answer : null,
    test() {
      setSaid({ about, answer: { tone: 'muted', text: `Asking ${settings.baseUrl}${symbols.ellipsis}` } });
      trackingSettings.test().then((outcome) => {
        const answer: ConnectionTestResult = outcome.ok
          ? { tone: 'ok', text: `${symbols.ok} ${outcome.value}` }
          : { tone: 'error', text: `${symbols.error} ${outcome.problem.what}\n${outcome.problem.next}` };
        setSaid({ about, answer });
      });
    },
  };
}
