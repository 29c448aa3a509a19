import type { ReactNode } from 'react';
import { useAppState, useWorkbench } from '../../app/react.tsx';
import type { Saved } from '../../app/settings/providers.ts';
import { ChoiceDialog } from '../../components/dialogs/choice-dialog.tsx';
import { ConfirmDialog } from '../../components/dialogs/confirm-dialog.tsx';
import { PromptDialog } from '../../components/dialogs/prompt-dialog.tsx';
import { kindFacts } from '../../domain/provider/kinds.ts';
import { isPresetId, PRESET_NAMES, presetFacts, profileOfPreset } from '../../domain/provider/presets.ts';
import type { ProviderProfile } from '../../domain/provider/provider.ts';
import { ProfileEditor } from './profile-editor.tsx';
import type { ProviderDialogRequest } from './providers.tsx';

const PRESET_OPTIONS = PRESET_NAMES.map((preset) => {
  const { label, note } = presetFacts(preset);
  return { value: preset, label, note };
});

export interface ProviderDialogProps {
  readonly question: ProviderDialogRequest;
  /** Asks what comes after. */
  readonly onAsk: (question: ProviderDialogRequest) => void;
  readonly onDone: () => void;
}

/** Asks what `question` says and does it. */
export function ProviderDialog({ question, onAsk, onDone }: ProviderDialogProps): ReactNode {
  switch (question.kind) {
    case 'new':
      return (
        <ChoiceDialog
          title="New provider"
          options={PRESET_OPTIONS}
          searchable
          onChoose={(preset) => {
            if (isPresetId(preset)) onAsk({ kind: 'edit', preset, profile: null, onSaved: question.onSaved });
          }}
          onCancel={onDone}
        />
      );
    case 'edit':
      return <Editing question={question} onAsk={onAsk} onDone={onDone} />;
    case 'key':
      return <KeyDialog profile={question.profile} onAsk={onAsk} onDone={onDone} />;
    case 'http':
      return <PlainHttpDialog question={question} onDone={onDone} />;
    case 'remove':
      return <RemoveDialog profile={question.profile} onDone={onDone} />;
  }
}

interface About<Kind extends ProviderDialogRequest['kind']> {
  readonly question: Extract<ProviderDialogRequest, { readonly kind: Kind }>;
  readonly onDone: () => void;
}

function Editing({ question, onDone }: About<'edit'> & Pick<ProviderDialogProps, 'onAsk'>): ReactNode {
  const profiles = useAppState((state) => state.profiles);
  const { settings, navigation } = useWorkbench();
  const { profile, preset, onSaved } = question;
  const { variable, example } = presetFacts(preset ?? 'other');
  const fresh = { ...profileOfPreset(preset ?? 'other'), keyVariable: variable };
  const address = profile === null ? null : kindFacts(profile.kind).address;
  return (
    <ProfileEditor
      profile={profile ?? fresh}
      example={address?.from === 'profile' ? address.example : example}
      variable={profile === null ? variable : settings.keyFacts(profile.id).variable}
      taken={profiles.map(({ id }) => id)}
      onSave={(saved) => {
        const told = settings.saveProfile(saved, ...(profile === null ? [fresh] : []));
        const { source, optional } = settings.keyFacts(saved.id);
        navigation.note(savedText(saved, told, source === 'none' && !optional));
        onSaved?.();
        onDone();
      }}
      onCancel={onDone}
    />
  );
}

/** What was saved, what became of its key, and what to press. */
function savedText({ name }: ProviderProfile, { mended, keyWasFor }: Saved, lacksKey: boolean): string {
  const saved = mended === null ? `${name} is saved` : `It is saved with the base URL ${mended}`;
  if (keyWasFor !== null) return `${saved}. Its key was for ${keyWasFor} and is dropped: a types one in.`;
  return `${saved}: ${lacksKey ? 'a types its key in, ' : ''}u uses it, t tests it.`;
}

interface OfProfile {
  readonly profile: ProviderProfile;
  readonly onDone: () => void;
}

function KeyDialog({ profile, onAsk, onDone }: OfProfile & Pick<ProviderDialogProps, 'onAsk'>): ReactNode {
  const { settings, navigation } = useWorkbench();
  return (
    <PromptDialog
      title={`Key for ${profile.name}`}
      label="Hidden, kept in a 0600 file, for this host alone. Empty forgets it."
      masked
      onSubmit={(typed) => {
        const key = typed.trim() === '' ? null : typed.trim();
        settings.setKey(profile.id, key);
        const { readableAt } = settings.keyFacts(profile.id);
        if (readableAt !== null) {
          onAsk({ kind: 'http', profile, host: readableAt, next: null });
          return;
        }
        navigation.note(key === null ? 'The key is forgotten.' : 'The key is saved: t tests it.');
        onDone();
      }}
      onCancel={onDone}
    />
  );
}

function PlainHttpDialog({ question: { profile, host, next }, onDone }: About<'http'>): ReactNode {
  const { settings, navigation } = useWorkbench();
  return (
    <ConfirmDialog
      title={`Send the key to ${host} over plain http?`}
      lines={[
        'Whoever is on the way can read it, and what is sent with it.',
        'An https address, or an SSH tunnel, keeps it apart.',
      ]}
      confirmLabel="send it"
      danger
      onConfirm={() => {
        settings.allowPlainHttp(profile.id);
        navigation.note(`The key goes to ${host} over plain http.`);
        onDone();
        next?.();
      }}
      onCancel={() => {
        navigation.note('The key is not sent.');
        onDone();
      }}
    />
  );
}

function RemoveDialog({ profile, onDone }: OfProfile): ReactNode {
  const { settings } = useWorkbench();
  return (
    <ConfirmDialog
      title={`Remove ${profile.name}?`}
      lines={['Its address and key are forgotten.', 'Projects that use it go back to the embedded engine.']}
      confirmLabel="remove"
      danger
      onConfirm={() => {
        settings.removeProfile(profile.id);
        onDone();
      }}
      onCancel={onDone}
    />
  );
}
