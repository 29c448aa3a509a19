import { type ReactNode, useMemo } from 'react';
import { Line } from '../../../components/line/index.ts';
import type { PaneSize } from '../../../components/panes/index.ts';
import { ScrollText } from '../../../components/scroll/index.ts';
import type { EvaluatedItem, GraderSpec } from '../../../domain/evaluation/types.ts';
import { useTheme } from '../../../theme/index.ts';
import { itemText } from './text.ts';

export interface DetailProps {
  readonly item: EvaluatedItem | null;
  readonly names: readonly string[];
  readonly graders: readonly GraderSpec[];
  readonly size: PaneSize;
  readonly focus: boolean;
}

/** With fewer rows than this target and answers come before the prompt. */
const SMALL = 14;

/** An item whole, in a text that scrolls. */
export function Detail({ item, names, graders, size, focus }: DetailProps): ReactNode {
  const { symbols } = useTheme();
  const promptFirst = size.rows >= SMALL;
  const shown = useMemo(
    () => (item === null ? null : itemText(item, names, graders, symbols, promptFirst)),
    [item, names, graders, symbols, promptFirst],
  );
  if (item === null || shown === null) return <Line text="No row is selected." width={size.columns} tone="muted" />;
  return (
    <ScrollText
      key={item.item.id}
      text={shown.text}
      spans={shown.spans}
      width={size.columns}
      height={size.rows}
      focus={focus}
    />
  );
}
