import { Box } from 'ink';
import { type ReactNode, useState } from 'react';
import { useWorkbench } from '../../app/react.tsx';
import type { InstallOffer, RunnerStanding } from '../../app/runtime/machine-ports.ts';
import { ChoiceDialog } from '../../components/dialogs/choice-dialog.tsx';
import { ConfirmDialog } from '../../components/dialogs/confirm-dialog.tsx';
import { WaitingDialog } from '../../components/dialogs/waiting-dialog.tsx';
import { Overlay } from '../../components/layout/overlay.tsx';
import { KeyHints } from '../../components/text/key-hints.tsx';
import { ScrollText } from '../../components/text/scroll-text.tsx';
import { wrapped } from '../../components/text/wrapped.ts';
import { byteSize } from '../../domain/text/format.ts';
import { SERVER_WORDS, SERVERS, type Server } from '../../domain/weights/servers.ts';
import { settingsRunnerBindings } from '../../keys/bindings/settings.ts';
import { Modal, useBindings } from '../../keys/hooks.tsx';
import { useAsked } from './use-asked.ts';

/** The room of a line in a question. */
const LINE = 58;

/** How the Python of real weights stands, and what installs or removes it: `luthier runner` on the screen. */
export function RunnerDialog({ onDone }: { readonly onDone: () => void }): ReactNode {
  const [view, setView] = useState<'standing' | 'install' | 'install-cpu' | 'serve' | 'remove'>('standing');
  const { machine, navigation } = useWorkbench();
  const back = (): void => setView('standing');
  if (view === 'install' || view === 'install-cpu')
    return <InstallQuestion cpu={view === 'install-cpu'} onDone={onDone} />;
  if (view === 'serve') return <ServingChoice onDone={back} />;
  if (view === 'standing') {
    return (
      <Standing
        onInstall={(cpu) => setView(cpu ? 'install-cpu' : 'install')}
        onServe={() => setView('serve')}
        onRemove={() => setView('remove')}
        onDone={onDone}
      />
    );
  }
  return (
    <ConfirmDialog
      title="Remove the runner of real weights?"
      lines={[...wrapped(`${machine.folder} is deleted.`, LINE), 'Models, bases and jobs stay.']}
      confirmLabel="remove"
      danger
      onConfirm={() => {
        const outcome = machine.remove();
        if (outcome.ok) navigation.note(outcome.value);
        else navigation.problem(outcome.problem);
        onDone();
      }}
      onCancel={onDone}
    />
  );
}

function ServingChoice({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { machine, navigation } = useWorkbench();
  return (
    <ChoiceDialog
      title="What answers for real weights?"
      options={SERVERS.map((server) => ({ value: server, label: server, note: SERVER_WORDS[server] }))}
      value={machine.serving()}
      onChoose={(value) => {
        const server = SERVERS.find((one) => one === value);
        if (server === undefined) return;
        machine.setServing(server);
        navigation.note(`From the next answer on: ${SERVER_WORDS[server]}.`);
        onDone();
      }}
      onCancel={onDone}
    />
  );
}

interface StandingProps {
  readonly onInstall: (cpu: boolean) => void;
  readonly onServe: () => void;
  readonly onRemove: () => void;
  readonly onDone: () => void;
}

function Standing({ onInstall, onServe, onRemove, onDone }: StandingProps): ReactNode {
  const { machine } = useWorkbench();
  const standing = useAsked(machine.state, onDone);
  if (standing === null) {
    return <WaitingDialog title="Real weights" text="Its Python is asked what it has." onCancel={onDone} />;
  }
  return (
    <Modal>
      <Overlay title="Real weights on this machine" width={76} height={14}>
        {({ columns, rows }) => (
          <StandingPage
            standing={standing}
            onInstall={onInstall}
            onServe={onServe}
            onRemove={onRemove}
            onDone={onDone}
            columns={columns}
            rows={rows}
          />
        )}
      </Overlay>
    </Modal>
  );
}

interface StandingPageProps extends StandingProps {
  readonly standing: RunnerStanding;
  readonly columns: number;
  readonly rows: number;
}

function StandingPage({ standing, onInstall, onServe, onRemove, onDone, columns, rows }: StandingPageProps): ReactNode {
  const { machine } = useWorkbench();
  const { named, problem } = standing;
  const serving = machine.serving();
  const noInstall = problem === null ? 'it is there, and can run' : named ? 'LUTHIER_PYTHON names a Python' : null;
  useBindings('dialog', settingsRunnerBindings, {
    'settings.runner.install': { run: () => onInstall(false), disabledReason: noInstall },
    'settings.runner.install-cpu': { run: () => onInstall(true), disabledReason: noInstall },
    'settings.runner.serve': {
      run: onServe,
      // One that was chosen while vLLM was there can be taken back.
      disabledReason: vllmOf(standing) === null && serving === 'auto' ? 'its Python has no vLLM' : null,
    },
    'settings.runner.remove': {
      run: onRemove,
      disabledReason: named ? 'LUTHIER_PYTHON names a Python, which Luthier does not remove' : null,
    },
    'settings.runner.close': onDone,
  });
  return (
    <Box flexDirection="column">
      <ScrollText text={standingText(standing, serving)} width={columns} height={Math.max(1, rows - 1)} focus />
      <KeyHints width={columns} />
    </Box>
  );
}

const vllmOf = ({ probe }: RunnerStanding): string | null => probe?.versions.vllm ?? null;

/** As `luthier runner` says it, and what answers. */
export function standingText(standing: RunnerStanding, serving: Server): string {
  const { python, named, probe, problem, mend } = standing;
  const versions = Object.entries(probe?.versions ?? {}).map(([name, version]) => `${name} ${version ?? '–'}`);
  const answers = vllmOf(standing) === null && serving === 'auto' ? 'transformers' : SERVER_WORDS[serving];
  const devices = (probe?.devices ?? []).map(
    ({ device, name, memory }) => `${device}${name === null ? '' : ` (${name})`}, ${byteSize(memory)}`,
  );
  return [
    `Python   ${python}${named ? ' (LUTHIER_PYTHON)' : ''}`,
    ...(versions.length === 0 ? [] : [`Versions ${versions.join(', ')}`]),
    ...devices.map((text) => `Device   ${text}`),
    ...(probe === null ? [] : [`Memory   ${byteSize(probe.memory.total)}`]),
    `Answers  ${answers}`,
    '',
    ...(problem === null ? ['Real weights can be trained and served.'] : [problem, mend]),
  ].join('\n');
}

function InstallQuestion({ cpu, onDone }: { readonly cpu: boolean; readonly onDone: () => void }): ReactNode {
  const { machine, navigation } = useWorkbench();
  const [ask] = useState(() => (signal: AbortSignal) => machine.offer(cpu, signal));
  const offer: InstallOffer | null = useAsked(ask, onDone);
  if (offer === null) {
    return <WaitingDialog title="Install" text="Python and the room on disk are looked at." onCancel={onDone} />;
  }
  const { plan, base } = offer;
  return (
    <ConfirmDialog
      title="Install the runner of real weights?"
      lines={[
        ...wrapped(`${plan.label}: about ${byteSize(plan.download)} to download.`, LINE),
        ...wrapped(`Into ${machine.folder}, by Python ${base.version} (${base.python}).`, LINE),
        'It can be stopped; what is there stays as it is till then.',
      ]}
      confirmLabel="install"
      onConfirm={() => {
        machine.install(offer);
        navigation.note('It is installed: Ctrl-O shows how far it is.');
        onDone();
      }}
      onCancel={onDone}
    />
  );
}
