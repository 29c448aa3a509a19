import type { ReactNode } from 'react';
import { Overlay } from '../../../components/overlay/index.ts';
import { ScrollText } from '../../../components/scroll/index.ts';
import { Modal, overlayBindings, useBindings } from '../../../keys/index.ts';

export interface ReaderProps {
  readonly title: string;
  readonly text: string;
  readonly onClose: () => void;
}

/** A text that is longer than its row, in full. */
export function Reader(props: ReaderProps): ReactNode {
  return (
    <Modal>
      <Overlay title={props.title} width={90} height={14}>
        {(size) => <Page {...props} columns={size.columns} rows={size.rows} />}
      </Overlay>
    </Modal>
  );
}

function Page({ text, onClose, columns, rows }: ReaderProps & { columns: number; rows: number }): ReactNode {
  useBindings('dialog', overlayBindings, { 'overlay.close': onClose });
  return <ScrollText text={text} width={columns} height={rows} focus />;
}
