import type { ReactNode } from 'react';
import { layoutText } from '../../components/editing/index.ts';
import { PaneBox } from '../../components/panes/index.ts';
import { TextArea } from '../../components/textarea/index.ts';
import { chatMessageBindings } from '../../keys/bindings/chat.ts';
import { useBindings } from '../../keys/index.ts';
import { useWorkbench } from '../../state/context.tsx';

/** Rows of the message field with its border, for a screen of `rows`: it grows with the text, to a third of them. */
export function composerHeight(text: string, width: number, rows: number): number {
  const wanted = layoutText(text, Math.max(2, width - 5)).length;
  return 2 + Math.max(1, Math.min(wanted, Math.floor(rows / 3)));
}

export interface ComposerProps {
  readonly text: string;
  readonly title: string;
  readonly placeholder: string;
  readonly width: number;
  readonly height: number;
  readonly focus: boolean;
  /** Why nothing can be sent now; null when it can. */
  readonly waitReason: string | null;
  readonly onType: (text: string) => void;
  readonly onSend: () => void;
  readonly onLeave: () => void;
}

/** The message field: Enter sends, Ctrl-J makes a new line, a paste is only text. */
export function Composer(props: ComposerProps): ReactNode {
  const { text, title, placeholder, width, height, focus, waitReason, onType, onSend, onLeave } = props;
  const { navigation } = useWorkbench();
  const edit = async (draft: string): Promise<void> => {
    const edited = await navigation.editExternally(draft, 'md');
    if (edited !== null) onType(edited);
  };
  useBindings(
    'field',
    chatMessageBindings,
    { 'chat.send': { run: onSend, disabledReason: waitReason } },
    { active: focus },
  );
  return (
    <PaneBox title={title} focused={focus} width={width} height={height}>
      {(size) => (
        <TextArea
          value={text}
          onChange={onType}
          width={size.columns}
          height={size.rows}
          focus={focus}
          submitOn="enter"
          onLeave={onLeave}
          onEditor={(draft) => void edit(draft)}
          placeholder={placeholder}
        />
      )}
    </PaneBox>
  );
}
