import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { cursorKind } from '../../app/core/screen-states.ts';
import { useAppState, useRead, useScreenValue, useWorkbench } from '../../app/react.tsx';
import { List } from '../../components/lists/list.tsx';
import { Line } from '../../components/text/line.tsx';
import { ScrollText } from '../../components/text/scroll-text.tsx';
import { wrapped } from '../../components/text/wrapped.ts';
import { dialectFacts } from '../../domain/provider/job-dialects.ts';
import { kindFacts } from '../../domain/provider/kinds.ts';
import { PRACTICE_LABEL } from '../../domain/provider/models.ts';
import type { PresetId } from '../../domain/provider/presets.ts';
import { isBuiltIn } from '../../domain/provider/profiles.ts';
import type { KeySource, ProviderProfile } from '../../domain/provider/provider.ts';
import { settingsProviderBindings } from '../../keys/bindings/settings.ts';
import { useBindings } from '../../keys/hooks.tsx';
import { useTheme } from '../../theme/theme.tsx';
import type { Tone } from '../../theme/themes.ts';
import { addressText, keySourceText } from './format.ts';

export type ProviderDialogRequest =
  /** Which preset a new one is made from. */
  | { readonly kind: 'new'; readonly onSaved: () => void }
  /** `profile`: null for a new one, of a preset. */
  | {
      readonly kind: 'edit';
      readonly profile: ProviderProfile | null;
      readonly preset: PresetId | null;
      readonly onSaved: (() => void) | null;
    }
  /** Whether the key may go over plain http; then comes `next`. */
  | {
      readonly kind: 'http';
      readonly profile: ProviderProfile;
      readonly host: string;
      readonly next: (() => void) | null;
    }
  | { readonly kind: 'key'; readonly profile: ProviderProfile }
  | { readonly kind: 'remove'; readonly profile: ProviderProfile };

/** What the last test of a connection said. */
export interface ConnectionTest {
  readonly profileId: string;
  readonly key: KeySource;
  readonly tone: Tone;
  readonly lines: readonly string[];
}

export interface ProvidersProps {
  readonly width: number;
  readonly height: number;
  readonly focus: boolean;
  readonly onAsk: (question: ProviderDialogRequest) => void;
}

const CURSOR = cursorKind('settings-providers');

/** Every provider, with the facts of the selected one and what testing it said. */
export function Providers({ width, height, focus, onAsk }: ProvidersProps): ReactNode {
  const { symbols } = useTheme();
  const profiles = useAppState((state) => state.profiles);
  const current = useAppState((state) => state.project.providerId);
  const { settings } = useWorkbench();
  const [selected, setSelected] = useScreenValue(CURSOR, () => profiles.findIndex(({ id }) => id === current));
  const [result, setResult] = useState<ConnectionTest | null>(null);
  const at = Math.max(0, Math.min(selected, profiles.length - 1));
  const profile = profiles[at];
  const key = useRead(['keys'], () => (profile === undefined ? null : settings.keyFacts(profile.id)), [
    settings,
    profile,
  ]);

  const test = ({ id, name }: ProviderProfile): void => {
    const about = { profileId: id, key: settings.keyFacts(id).source };
    setResult({ ...about, tone: 'muted', lines: [`Asking ${name}${symbols.ellipsis}`] });
    settings.testConnection(id).then((outcome) => {
      if (outcome.ok) setResult({ ...about, tone: 'ok', lines: [`${symbols.ok} ${outcome.value}`] });
      else {
        const { what, next } = outcome.problem;
        setResult({ ...about, tone: 'error', lines: [`${symbols.error} ${what}`, next] });
      }
    });
  };
  const withProfile = (act: (profile: ProviderProfile) => void, why: string | null = null) => ({
    run: () => {
      if (profile !== undefined) act(profile);
    },
    disabledReason: profile === undefined ? 'no provider is selected' : why,
  });
  /** A key that would go over plain http waits for a yes. */
  const withKey = (act: (profile: ProviderProfile) => void) => (one: ProviderProfile) => {
    const { readableAt } = settings.keyFacts(one.id);
    if (readableAt === null) act(one);
    else onAsk({ kind: 'http', profile: one, host: readableAt, next: () => act(one) });
  };
  const fixed = profile !== undefined && isBuiltIn(profile.id);
  const embedded = profile !== undefined && kindFacts(profile.kind).key.from === 'engine';
  useBindings(
    'screen',
    settingsProviderBindings,
    {
      'settings.use': withProfile(
        withKey(({ id }) => settings.use(id)),
        profile?.id === current ? 'it is in use already' : null,
      ),
      'settings.test': withProfile(withKey(test)),
      'settings.key': withProfile(
        (one) => onAsk({ kind: 'key', profile: one }),
        embedded ? `the ${PRACTICE_LABEL} makes its own key` : null,
      ),
      'settings.edit': withProfile(
        (one) => onAsk({ kind: 'edit', profile: one, preset: null, onSaved: null }),
        embedded ? `the ${PRACTICE_LABEL} needs no settings` : null,
      ),
      // What is added stands last.
      'settings.add': () => onAsk({ kind: 'new', onSaved: () => setSelected(profiles.length) }),
      'settings.remove': withProfile(
        (one) => onAsk({ kind: 'remove', profile: one }),
        fixed ? 'this provider is always there' : null,
      ),
    },
    { active: focus },
  );

  const remark = profile === undefined ? null : dialectFacts(profile.jobDialect).remark;
  const details =
    profile === undefined || key === null
      ? []
      : [
          { text: kindFacts(profile.kind).label, tone: 'strong' as const },
          { text: addressText(profile, settings.environmentUrl()), tone: 'plain' as const },
          { text: keySourceText(key), tone: 'plain' as const },
          ...(remark === null ? [] : [{ text: remark, tone: 'plain' as const }]),
        ].flatMap(({ text, tone }) => wrapped(text, width).map((line) => ({ text: line, tone })));
  // A test is of the key it was made with.
  const said = result !== null && result.profileId === profile?.id && result.key === key?.source ? result : null;
  const listHeight = Math.max(2, Math.min(profiles.length, height - details.length - 1));
  /** Rows under the list and its gap. */
  const room = height - listHeight - 1;
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <List
        count={profiles.length}
        height={listHeight}
        width={width}
        selected={at}
        onSelect={setSelected}
        focus={focus}
        item={(index) => {
          const one = profiles[index];
          return one === undefined ? '' : `${one.name}${one.id === current ? ` ${symbols.separator} in use` : ''}`;
        }}
      />
      {room > 0 && <Box height={1} flexShrink={0} />}
      {details.slice(0, room).map((line, index) => (
        <Line key={index} text={line.text} width={width} tone={line.tone} />
      ))}
      {said !== null && room > details.length && (
        <ScrollText
          key={said.lines.join()}
          text={said.lines.join('\n')}
          width={width}
          height={room - details.length}
          focus={false}
          tone={said.tone}
        />
      )}
    </Box>
  );
}
