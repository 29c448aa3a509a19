import type { Dispatch, ReactNode } from 'react';
import type { ChatTurn } from '../../domain/chat/turn.ts';
import type { Template } from '../../domain/template/types.ts';
import { Composer, composerHeight } from './composer.tsx';
import type { ChatAction, ChatView } from './reducer.ts';
import { type SlotField, studentPrompt } from './slots/fill.ts';
import { FORM_EXTRA, SlotForm } from './slots/view.tsx';
import type { Asking } from './use-asking.ts';

/** What is in the message field: the edited message, else the draft of a new one. */
const writtenIn = ({ editing, drafts }: ChatView): string => editing?.text ?? drafts.text;

const isFilling = (view: ChatView, fields: readonly SlotField[]): boolean => view.mode === 'slots' && fields.length > 0;

/** Rows of the entry at the foot of a screen of `rows`. */
export function entryHeight(view: ChatView, fields: readonly SlotField[], columns: number, rows: number): number {
  if (isFilling(view, fields)) return Math.min(fields.length + FORM_EXTRA, Math.floor(rows / 2));
  return composerHeight(writtenIn(view), columns, rows);
}

export interface EntryProps {
  readonly view: ChatView;
  readonly dispatch: Dispatch<ChatAction>;
  readonly asking: Asking;
  readonly turns: readonly ChatTurn[];
  readonly template: Template;
  readonly fields: readonly SlotField[];
  /** Why no model can be asked now; null when one can. */
  readonly waitReason: string | null;
  readonly width: number;
  readonly height: number;
}

/** Where a message comes from: the field, or the form of the template's slots. */
export function Entry(props: EntryProps): ReactNode {
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
          asking.student(prompt);
          dispatch({ type: 'sent' });
        }}
        onLeave={leave}
      />
    );
  }
  const text = writtenIn(view);
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
        asking.message(text, turns[edited] ?? null);
        dispatch({ type: 'sent' });
      }}
      onLeave={leave}
    />
  );
}

const editTitle = (later: number): string =>
  `Edited message, in place of the old one${later > 0 ? '; what was said after it goes' : ''}`;
