import type { ReactNode } from 'react';
import { ConfirmDialog, PromptDialog } from '../../components/dialog/index.ts';
import { useAppState, useWorkbench } from '../../state/context.tsx';
import { ProfileEditor } from './editor.tsx';
import type { ProviderQuestion } from './providers.tsx';

export interface QuestionProps {
  readonly question: ProviderQuestion;
  readonly onDone: () => void;
}

/** Asks what `question` says and does it. */
export function Question({ question, onDone }: QuestionProps): ReactNode {
  const profiles = useAppState((state) => state.profiles);
  const { settings, navigation } = useWorkbench();
  switch (question.kind) {
    case 'edit':
      return (
        <ProfileEditor
          profile={question.profile}
          taken={profiles.map(({ id }) => id)}
          onSave={(profile) => {
            settings.saveProfile(profile);
            navigation.note(`${profile.name} is saved: u uses it, t tests it.`);
            onDone();
          }}
          onCancel={onDone}
        />
      );
    case 'key':
      return (
        <PromptDialog
          title={`Key for ${question.profile.name}`}
          label="Hidden, kept in a 0600 file of its own. Empty forgets it."
          masked
          onSubmit={(key) => {
            settings.setKey(question.profile.id, key.trim() === '' ? null : key.trim());
            navigation.note(key.trim() === '' ? 'The key is forgotten.' : 'The key is saved: t tests it.');
            onDone();
          }}
          onCancel={onDone}
        />
      );
    case 'remove':
      return (
        <ConfirmDialog
          title={`Remove ${question.profile.name}?`}
          lines={['Its address and key are forgotten.', 'Projects that use it go back to the embedded engine.']}
          confirmLabel="remove"
          danger
          onConfirm={() => {
            settings.removeProfile(question.profile.id);
            onDone();
          }}
          onCancel={onDone}
        />
      );
  }
}
