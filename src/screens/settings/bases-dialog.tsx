import { Box } from 'ink';
import { type ReactNode, useEffect, useState } from 'react';
import { useWorkbench } from '../../app/react.tsx';
import type { BaseOnDisk, PullOffer } from '../../app/runtime/machine-ports.ts';
import { ChoiceDialog } from '../../components/dialogs/choice-dialog.tsx';
import { ConfirmDialog } from '../../components/dialogs/confirm-dialog.tsx';
import { PromptDialog } from '../../components/dialogs/prompt-dialog.tsx';
import { WaitingDialog } from '../../components/dialogs/waiting-dialog.tsx';
import { Overlay } from '../../components/layout/overlay.tsx';
import { KeyHints } from '../../components/text/key-hints.tsx';
import { ScrollText } from '../../components/text/scroll-text.tsx';
import { wrapped } from '../../components/text/wrapped.ts';
import { byteSize, plural } from '../../domain/text/format.ts';
import { readHubName } from '../../domain/weights/hub-names.ts';
import { settingsBasesBindings } from '../../keys/bindings/settings.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';
import { useAsked } from './use-asked.ts';

/** The room of a line in a question. */
const LINE = 58;

type View =
  | { readonly kind: 'list' | 'name' | 'choose' }
  | { readonly kind: 'offer'; readonly name: string }
  | { readonly kind: 'remove'; readonly id: string };

/** Base models of real weights on this machine, and how more come: `luthier models` on the screen. */
export function BasesDialog({ onDone }: { readonly onDone: () => void }): ReactNode {
  const [view, setView] = useState<View>({ kind: 'list' });
  const { bases, navigation } = useWorkbench();
  const [read] = useState(() => bases.list());
  const here = read.ok ? read.value : [];
  useEffect(() => {
    if (read.ok) return;
    navigation.problem(read.problem);
    onDone();
  }, [read, navigation, onDone]);
  const back = (): void => setView({ kind: 'list' });
  switch (view.kind) {
    case 'list':
      return (
        <BaseList
          here={here}
          onPull={() => setView({ kind: 'name' })}
          onRemove={() => setView({ kind: 'choose' })}
          onDone={onDone}
        />
      );
    case 'name':
      return (
        <PromptDialog
          title="Pull a base model"
          label="Its name on the Hugging Face Hub. Size and licence are said before anything is brought."
          placeholder="Qwen/Qwen3-0.6B"
          validate={(text) => (readHubName(text.trim()) === null ? 'Name it as ORG/NAME or ORG/NAME@REVISION.' : null)}
          onSubmit={(text) => setView({ kind: 'offer', name: text.trim() })}
          onCancel={back}
        />
      );
    case 'offer':
      return <PullQuestion name={view.name} onDone={onDone} />;
    case 'choose':
      return (
        <ChoiceDialog
          title="Remove which?"
          options={pulledOf(here).map((base) => ({ value: base.id, label: base.id, note: byteSize(base.bytes) }))}
          onChoose={(id) => setView({ kind: 'remove', id })}
          onCancel={back}
        />
      );
    case 'remove':
      return <RemoveQuestion id={view.id} onDone={onDone} onCancel={back} />;
  }
}

const pulledOf = (here: readonly BaseOnDisk[]): readonly BaseOnDisk[] => here.filter(({ place }) => place === 'pulled');

interface BaseListProps {
  readonly here: readonly BaseOnDisk[];
  readonly onPull: () => void;
  readonly onRemove: () => void;
  readonly onDone: () => void;
}

function BaseList(props: BaseListProps): ReactNode {
  return (
    <Modal>
      <Overlay title="Base models on this machine" width={76} height={Math.max(6, 3 * props.here.length + 3)}>
        {({ columns, rows }) => <BasePage {...props} columns={columns} rows={rows} />}
      </Overlay>
    </Modal>
  );
}

function BasePage({
  here,
  onPull,
  onRemove,
  onDone,
  columns,
  rows,
}: BaseListProps & { readonly columns: number; readonly rows: number }): ReactNode {
  useBindings('dialog', settingsBasesBindings, {
    'settings.bases.pull': onPull,
    'settings.bases.remove': {
      run: onRemove,
      disabledReason: pulledOf(here).length === 0 ? 'nothing was pulled by Luthier' : null,
    },
    'settings.bases.close': onDone,
  });
  const text = here.length === 0 ? 'There is none yet. p pulls one from the Hugging Face Hub.' : basesText(here);
  return (
    <Box flexDirection="column">
      <ScrollText text={text} width={columns} height={Math.max(1, rows - 1)} focus />
      <KeyHints width={columns} />
    </Box>
  );
}

const PLACES: Readonly<Record<BaseOnDisk['place'], string>> = {
  pulled: 'pulled',
  huggingface: 'in the Hugging Face cache',
  folder: 'a folder',
};

const STATES: Readonly<Record<BaseOnDisk['state'], (base: BaseOnDisk) => string>> = {
  whole: () => 'whole',
  half: () => 'half pulled: pull it again to go on',
  incomplete: ({ missing }) => `no ${missing.join(', no ')}`,
};

const basesText = (here: readonly BaseOnDisk[]): string =>
  here
    .map((base) => {
      const facts = [byteSize(base.bytes), STATES[base.state](base), PLACES[base.place], base.license ?? ''];
      return `${base.id}\n  ${facts.filter((fact) => fact !== '').join(', ')}`;
    })
    .join('\n');

function PullQuestion({ name, onDone }: { readonly name: string; readonly onDone: () => void }): ReactNode {
  const { bases, navigation } = useWorkbench();
  const [ask] = useState(() => (signal: AbortSignal) => bases.offer(name, signal));
  const offer: PullOffer | null = useAsked(ask, onDone);
  useEffect(() => {
    if (offer?.done !== true) return;
    navigation.note(`${offer.id} is here at this commit, whole.`);
    onDone();
  }, [offer, navigation, onDone]);
  if (offer === null || offer.done)
    return <WaitingDialog title="Pull" text={`The Hub is asked about ${name}.`} onCancel={onDone} />;
  return (
    <ConfirmDialog
      title={`Pull ${offer.id}?`}
      lines={offerLines(offer).flatMap((line) => wrapped(line, LINE))}
      confirmLabel="pull"
      onConfirm={() => {
        bases.pull(offer);
        navigation.note('It is pulled: Ctrl-O shows how far it is.');
        onDone();
      }}
      onCancel={onDone}
    />
  );
}

function offerLines({ commit, files, bytes, left, license, gated, folder, replaces }: PullOffer): readonly string[] {
  const rest = left < bytes ? `, ${byteSize(left)} of it still to come` : '';
  const terms = gated ? ' Its terms must have been accepted on its page.' : '';
  return [
    `${plural(files, 'file')}, ${byteSize(bytes)}${rest}, commit ${commit.slice(0, 12)}.`,
    `Licence: ${license ?? 'the Hub names none; see its page'}.${terms}`,
    `Into ${folder}.`,
    ...(replaces === null
      ? []
      : [`It takes the place of commit ${replaces.slice(0, 12)}; models tuned on that expect that one.`]),
  ];
}

interface RemoveQuestionProps {
  readonly id: string;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

function RemoveQuestion({ id, onDone, onCancel }: RemoveQuestionProps): ReactNode {
  const { bases, navigation } = useWorkbench();
  return (
    <ConfirmDialog
      title={`Remove ${id}?`}
      lines={wrapped('Models tuned on it stay, and answer once it is pulled again.', LINE)}
      confirmLabel="remove"
      danger
      onConfirm={() => {
        const outcome = bases.remove(id);
        if (outcome.ok) navigation.note(outcome.value);
        else navigation.problem(outcome.problem);
        onDone();
      }}
      onCancel={onCancel}
    />
  );
}
