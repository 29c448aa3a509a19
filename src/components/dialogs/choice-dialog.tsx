import type { ReactNode } from 'react';
import { Modal } from '../../keys/hooks.tsx';
import { NarrowedOptions } from '../inputs/narrowed-options.tsx';
import { type Option, OptionList, optionFootRows } from '../inputs/select.tsx';
import { useBodySize } from '../layout/frame.tsx';
import { OVERLAY_SIDES, Overlay } from '../layout/overlay.tsx';

export interface ChoiceDialogProps {
  readonly title: string;
  readonly options: readonly Option[];
  /** The value chosen now. */
  readonly value?: string;
  /** A field above the options that narrows them; for long lists such as models. */
  readonly searchable?: boolean;
  readonly onChoose: (value: string) => void;
  readonly onCancel: () => void;
}

const WIDTH = 76;

/** One of several. Last child of the screen's outermost box. */
export function ChoiceDialog(props: ChoiceDialogProps): ReactNode {
  const { title, options, value = '', searchable = false, onChoose, onCancel } = props;
  const Options = searchable ? NarrowedOptions : OptionList;
  const body = useBodySize();
  const foot = optionFootRows(options, Math.min(WIDTH, body.columns) - OVERLAY_SIDES);
  const extra = foot + (searchable ? 1 : 0);
  return (
    <Modal>
      <Overlay title={title} width={WIDTH} height={Math.max(3, options.length) + 2 + extra}>
        {({ columns, rows }) => (
          <Options
            options={options}
            value={value}
            width={columns}
            height={rows}
            focus
            onChoose={onChoose}
            onCancel={onCancel}
          />
        )}
      </Overlay>
    </Modal>
  );
}
