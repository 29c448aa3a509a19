import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { Line } from '../../../components/line/index.ts';
import type { PaneSize } from '../../../components/panes/index.ts';
import { TextArea } from '../../../components/textarea/index.ts';
import type { Row } from '../../../domain/dataset/types.ts';
import { useWorkbench } from '../../../state/context.tsx';
import { cellWords } from '../browse/cells.ts';

export interface AnswerEditorProps {
  readonly row: Row;
  readonly size: PaneSize;
  /** After the answer was saved, or left as it was. */
  readonly onDone: () => void;
}

/** The answer in a field. Esc and Ctrl-S keep what was written; undo of the screen takes it back, so nothing is lost. */
export function AnswerEditor({ row, size, onDone }: AnswerEditorProps): ReactNode {
  const { rows, navigation } = useWorkbench();
  const [draft, setDraft] = useState(row.completion);
  const save = (text: string): void => {
    if (text !== row.completion) {
      rows.edit(row.id, { completion: text });
      navigation.note('Saved. u takes the edit back.');
    }
    onDone();
  };
  const openEditor = async (text: string): Promise<void> => {
    const edited = await navigation.editExternally(text, '.md');
    if (edited !== null) setDraft(edited);
  };
  return (
    <Box flexDirection="column">
      <Line text={cellWords(row)} width={size.columns} bold />
      <TextArea
        value={draft}
        onChange={setDraft}
        width={size.columns}
        height={Math.max(1, size.rows - 1)}
        focus
        onSubmit={save}
        onLeave={() => save(draft)}
        onEditor={(text) => {
          void openEditor(text);
        }}
        placeholder="An empty answer is never trained on."
      />
    </Box>
  );
}
