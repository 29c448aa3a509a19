import { Box } from 'ink';
import type { ReactNode } from 'react';
import { useBodySize } from '../../components/frame/index.ts';
import { Hints } from '../../components/keyhint/index.ts';
import { Overlay } from '../../components/overlay/index.ts';
import { TextArea } from '../../components/textarea/index.ts';
import { Modal } from '../../keys/index.ts';
import { useWorkbench } from '../../state/context.tsx';

export interface SystemPromptProps {
  readonly value: string;
  /** At every key: nothing typed here can be lost. */
  readonly onChange: (text: string) => void;
  readonly onClose: () => void;
}

/** The system prompt of the conversation, kept as it is typed; it holds from the next message on. */
export function SystemPrompt({ value, onChange, onClose }: SystemPromptProps): ReactNode {
  const { rows } = useBodySize();
  const { navigation } = useWorkbench();
  const edit = async (text: string): Promise<void> => {
    const edited = await navigation.editExternally(text, 'md');
    if (edited !== null) onChange(edited);
  };
  return (
    <Modal>
      <Overlay title="System prompt, from the next message on" width={90} height={Math.min(16, rows)}>
        {(size) => (
          <Box flexDirection="column" width={size.columns} height={size.rows}>
            <TextArea
              value={value}
              onChange={onChange}
              width={size.columns}
              height={size.rows - 1}
              focus
              onSubmit={onClose}
              onLeave={onClose}
              onEditor={(text) => void edit(text)}
              placeholder="Empty: none is sent."
            />
            <Hints width={size.columns} />
          </Box>
        )}
      </Overlay>
    </Modal>
  );
}
