import type { ReactNode } from 'react';
import { PromptDialog } from '../../../components/dialog/index.ts';
import { useWorkbench } from '../../../state/context.tsx';
import { TrackingEditor } from './editor.tsx';
import type { TrackingQuestion } from './pane.tsx';

export interface TrackingQuestionsProps {
  readonly question: TrackingQuestion;
  readonly onDone: () => void;
}

/** Asks for the choices or for the key, and keeps what is answered. */
export function TrackingQuestions({ question, onDone }: TrackingQuestionsProps): ReactNode {
  const { trackingSettings, navigation } = useWorkbench();
  switch (question) {
    case 'edit':
      return (
        <TrackingEditor
          choices={trackingSettings.choices()}
          settings={trackingSettings.read()}
          onSave={(choices) => {
            navigation.note('Saved: t tests the connection.');
            trackingSettings.save(choices);
            onDone();
          }}
          onCancel={onDone}
        />
      );
    case 'key':
      return (
        <PromptDialog
          title="Key for Weights & Biases"
          label="Hidden, kept in a 0600 file of its own. Empty forgets it."
          masked
          onSubmit={(typed) => {
            const key = typed.trim() === '' ? null : typed.trim();
            navigation.note(key === null ? 'The key is forgotten.' : 'The key is saved: t tests it.');
            trackingSettings.setKey(key);
            onDone();
          }}
          onCancel={onDone}
        />
      );
  }
}
