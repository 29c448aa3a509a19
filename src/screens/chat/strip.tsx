import type { ReactNode } from 'react';
import { type Segment, StatusLine } from '../../components/statusline/index.ts';
import type { ChatPlan } from '../../domain/project/types.ts';
import { useTheme } from '../../theme/index.ts';
import { isPracticeModel, shortModel } from './models/names.ts';
import { samplingWords } from './sampling.ts';

export interface StripProps {
  readonly chat: ChatPlan;
  readonly width: number;
  /** Rows above the first visible one, those visible, and all of them. */
  readonly place: { readonly top: number; readonly shown: number; readonly total: number };
}

/** Who is asked and with what, in one row; and the place, where the conversation is longer than the screen. */
export function Strip({ chat, width, place }: StripProps): ReactNode {
  const { symbols } = useTheme();
  const gap = ` ${symbols.separator} `;
  const room = Math.max(12, Math.floor((width - 20) / Math.max(1, chat.models.length)) - 3);
  const names = chat.models.map((model) => shortModel(model, room, symbols.ellipsis)).join(` ${symbols.times} `);
  const practice = chat.models.some(isPracticeModel);
  const { top, shown, total } = place;
  const segments: readonly Segment[] = [
    { text: names === '' ? 'No model is chosen: m' : names, tone: 'strong', keep: 1 },
    { text: practice ? 'practice engine' : '', tone: 'warn', keep: 2 },
    { text: shown < total ? `${top + 1}-${top + shown} of ${total} lines` : '', tone: 'muted', keep: 3 },
    { text: samplingWords(chat.sampling, gap), tone: 'muted', keep: 4 },
    { text: chat.system.trim() === '' ? '' : `system: ${chat.system}`, tone: 'muted', keep: 5 },
  ];
  return <StatusLine segments={segments} width={width} />;
}
