import type { Dispatch, ReactNode } from 'react';
import { useWorkbench } from '../../app/react.tsx';
import { layoutText } from '../../components/editing/text-layout.ts';
import { TextArea } from '../../components/inputs/text-area.tsx';
import { PaneBox } from '../../components/layout/panes.tsx';
import type { ChatTurn } from '../../domain/chat/types.ts';
import type { Template } from '../../domain/template/types.ts';
import { chatMessageBindings } from '../../keys/bindings/chat.ts';
import { useBindings } from '../../keys/hooks.tsx';
import type { ChatAction, ChatView } from './reducer.ts';
import { FORM_EXTRA, type SlotField, SlotForm, studentPrompt } from './slot-form.tsx';
import type { ConversationActions } from './use-conversation.ts';

/** Rows of the message field with its border, for a screen of `rows`: it grows with the text, to a third of them. */
function composerHeight(text: string, width: number, rows: number): number {
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
  /** A click on the field. */
  readonly onEnter: () => void;
}

/** The message field: Enter sends, Ctrl-J makes a new line, a paste is only text. */
function Composer(props: ComposerProps): ReactNode {
  const { text, title, placeholder, width, height, focus, waitReason, onType, onSend, onLeave, onEnter } = props;
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
    <PaneBox title={title} focused={focus} width={width} height={height} onClick={onEnter}>
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

/** What is in the message field: the edited message, else the draft of a new one. */
const draftText = ({ editing, drafts }: ChatView): string => editing?.text ?? drafts.text;

const isFilling = (view: ChatView, fields: readonly SlotField[]): boolean => view.mode === 'slots' && fields.length > 0;

/** Rows of the entry at the foot of a screen of `rows`. */
export function entryHeight(view: ChatView, fields: readonly SlotField[], columns: number, rows: number): number {
  if (isFilling(view, fields)) return Math.min(fields.length + FORM_EXTRA, Math.floor(rows / 2));
  return composerHeight(draftText(view), columns, rows);
}

export interface MessageEntryProps {
  readonly view: ChatView;
  readonly dispatch: Dispatch<ChatAction>;
  readonly asking: ConversationActions;
  readonly turns: readonly ChatTurn[];
  readonly template: Template;
  readonly fields: readonly SlotField[];
  /** Why no message can be sent now; null when one can. */
  readonly waitReason: string | null;
  readonly width: number;
  readonly height: number;
}

/** Where a message comes from: the field, or the form of the template's slots. */
export function MessageEntry(props: MessageEntryProps): ReactNode {
  const { view, dispatch, asking, turns, template, fields, waitReason, width, height } = props;
  const { drafts, editing, mode, over } = view;
  const prompt = studentPrompt(template, drafts.slots);
  const leave = (): void => dispatch({ type: 'leave' });
  if (isFilling(view, fields)) {
    return (
      <SlotForm
        fields={fields}
        typed={drafts.slots}
        slot={view.slot}
        prompt={prompt.user}
        width={width}
        height={height}
        focus={over === null}
        waitReason={waitReason}
        onSlot={(index) => dispatch({ type: 'slot', index })}
        onType={(name, text) => dispatch({ type: 'value', name, text })}
        onSend={() => {
          asking.sendStudentPrompt(prompt);
          dispatch({ type: 'sent' });
        }}
        onLeave={leave}
      />
    );
  }
  const text = draftText(view);
  const edited = turns.findIndex(({ id }) => id === editing?.turnId);
  const example = prompt.user === '' ? '' : `, for example: ${prompt.user}`;
  const newTitle = mode === 'write' && text === '' ? `Message${example}` : 'Message';
  return (
    <Composer
      text={text}
      title={editing === null ? newTitle : editTitle(turns.length - 1 - edited)}
      placeholder={`Enter writes a message${example}`}
      width={width}
      height={height}
      focus={mode === 'write' && over === null}
      waitReason={waitReason ?? (text.trim() === '' ? 'there is nothing to send' : null)}
      onType={(value) => dispatch({ type: 'type', text: value })}
      onSend={() => {
        asking.sendMessage(text, turns[edited] ?? null);
        dispatch({ type: 'sent' });
      }}
      onLeave={leave}
      onEnter={() => dispatch({ type: 'write' })}
    />
  );
}

const editTitle = (later: number): string =>
  `Edited message, in place of the old one${later > 0 ? '; what was said after it goes' : ''}`;
