import { Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { describe, expect, it } from 'vitest';
import {
  Modal,
  useBindings,
  usePasteHandler,
  useReachableBindings,
  useScreenBindings,
  useTextSink,
} from '../../src/keys/hooks.tsx';
import { render } from '../harness/render.tsx';

const table = [
  { id: 'a', keys: ['a', 'escape', 'enter'], label: 'A', hint: 1 },
  { id: 'c', keys: ['ctrl-c'], label: 'C' },
] as const;

interface LayerProps {
  readonly scope: 'dialog' | 'field' | 'screen' | 'global';
  readonly log: string[];
  readonly disabledReason?: string;
  readonly active?: boolean;
}

function Layer({ scope, log, disabledReason, active = true }: LayerProps): ReactNode {
  useBindings(
    scope,
    table,
    {
      a: { run: () => log.push(scope), disabledReason: disabledReason ?? null },
      c: () => log.push(`${scope}-c`),
    },
    { active },
  );
  return null;
}

function Field({ log, handles = [] }: { readonly log: string[]; readonly handles?: readonly string[] }): ReactNode {
  useTextSink(true, {
    onText: (text) => log.push(`text:${text}`),
    onPaste: (text) => log.push(`paste:${text}`),
    onKey: (name) => {
      if (!handles.includes(name)) return false;
      log.push(`key:${name}`);
      return true;
    },
  });
  return null;
}

function Two({ second, log }: { readonly second: boolean; readonly log: string[] }): ReactNode {
  useBindings('screen', table, { a: () => log.push('first'), c: null });
  useBindings('screen', table, { a: () => log.push('second'), c: null }, { active: second });
  return null;
}

function PasteTarget({ log }: { readonly log: string[] }): ReactNode {
  usePasteHandler(true, (text) => log.push(text));
  return null;
}

const open = [{ id: 'open', keys: ['o'], label: 'open' }] as const;

function Opening({ log }: { readonly log: string[] }): ReactNode {
  const [typing, setTyping] = useState(false);
  useBindings('screen', open, { open: () => setTyping(true) });
  return typing ? <Field log={log} handles={['enter']} /> : <Text>closed</Text>;
}

function Show({ all = false }: { readonly all?: boolean }): ReactNode {
  const reachable = useReachableBindings();
  const screen = useScreenBindings();
  return <Text>{`[${(all ? screen : reachable).map((one) => one.id + one.keys.join('')).join(',')}]`}</Text>;
}

describe('what a key reaches', () => {
  it('is the dialog before the field, the field before the screen, the screen before everything', async () => {
    const log: string[] = [];
    const app = await render([<Layer key="g" scope="global" log={log} />]);
    await app.press('a');
    await app.rerender([<Layer key="g" scope="global" log={log} />, <Layer key="s" scope="screen" log={log} />]);
    await app.press('a');
    await app.rerender([
      <Layer key="g" scope="global" log={log} />,
      <Layer key="f" scope="field" log={log} />,
      <Layer key="s" scope="screen" log={log} />,
    ]);
    await app.press('a');
    await app.rerender([
      <Layer key="g" scope="global" log={log} />,
      <Layer key="f" scope="field" log={log} />,
      <Modal key="m">
        <Layer scope="dialog" log={log} />
      </Modal>,
    ]);
    await app.press('a');
    await app.rerender([<Layer key="g" scope="global" log={log} />]);
    await app.press('escape');
    expect(log).toEqual(['global', 'screen', 'field', 'dialog', 'global']);
  });

  it('is nobody under a dialog, but for Ctrl-C', async () => {
    const log: string[] = [];
    const app = await render([
      <Layer key="g" scope="global" log={log} />,
      <Layer key="s" scope="screen" log={log} />,
      <Field key="f" log={log} />,
      <Modal key="m">
        <Text>open</Text>
      </Modal>,
    ]);
    await app.type('a');
    await app.paste('x');
    await app.press('escape', 'ctrl-c');
    expect(log).toEqual(['global-c']);
  });

  it('is the field in the dialog for text, the dialog for Enter', async () => {
    const log: string[] = [];
    const app = await render([
      <Modal key="m">
        <Field log={log} handles={['enter']} />
        <Layer scope="dialog" log={log} />
      </Modal>,
    ]);
    await app.type('a1:?\r');
    expect(log).toEqual(['text:a1:?', 'dialog']);
  });

  it('is the field for everything printable, the screen for the rest', async () => {
    const log: string[] = [];
    const app = await render([<Layer key="s" scope="screen" log={log} />, <Field key="f" log={log} />]);
    await app.type('a 1q');
    await app.press('enter');
    await app.paste('one\ntwo\n');
    await app.type('one\rtwo');
    expect(log).toEqual(['text:a 1q', 'screen', 'paste:one\rtwo\r', 'paste:one\rtwo']);
  });

  it('goes past a binding that cannot run, and says why when nobody else can', async () => {
    const log: string[] = [];
    const refused: string[] = [];
    const onRefused = (binding: { disabledReason: string | null }) => refused.push(binding.disabledReason ?? '');
    const app = await render(
      [<Layer key="g" scope="global" log={log} />, <Layer key="s" scope="screen" log={log} disabledReason="not yet" />],
      { onRefused },
    );
    await app.press('a');
    expect([log, refused]).toEqual([['global'], []]);
    await app.rerender([<Layer key="s" scope="screen" log={log} disabledReason="not yet" />]);
    await app.press('a');
    expect([log, refused]).toEqual([['global'], ['not yet']]);
  });

  it('is who became active last within a scope', async () => {
    const log: string[] = [];
    const app = await render(<Two log={log} second={false} />);
    await app.press('a');
    await app.rerender(<Two log={log} second />);
    await app.press('a');
    expect(log).toEqual(['first', 'second']);
  });

  it('takes Alt-X that nobody knows for Esc and X', async () => {
    const log: string[] = [];
    const app = await render(<Layer scope="screen" log={log} />);
    await app.type('\x1ba');
    expect(log).toEqual(['screen', 'screen']);
  });

  it('gives a paste without a field only to what takes pastes', async () => {
    const log: string[] = [];
    const app = await render(<PasteTarget log={log} />);
    await app.paste('elf\ndwarf');
    expect(log).toEqual(['elf\rdwarf']);
  });
});

describe('one chunk of many keys', () => {
  it('gives the next key to what the one before opened', async () => {
    const log: string[] = [];
    const app = await render(<Opening log={log} />);
    await app.type('oprosa\r');
    expect(log).toEqual(['text:prosa', 'key:enter']);
  });
});

describe('live bindings', () => {
  it('show what can be pressed now', async () => {
    const app = await render([<Show key="h" />, <Layer key="s" scope="screen" log={[]} />]);
    expect(app.frame()).toContain('[aaescapeenter,cctrl-c]');
    await app.rerender([<Show key="h" />, <Layer key="s" scope="screen" log={[]} />, <Field key="f" log={[]} />]);
    expect(app.frame()).toContain('[aescapeenter,cctrl-c]');
    await app.rerender([
      <Show key="h" />,
      <Layer key="s" scope="screen" log={[]} />,
      <Modal key="m">
        <Text>open</Text>
      </Modal>,
    ]);
    expect(app.frame()).toContain('[]');
  });

  it('show for help all the screen under a dialog can do', async () => {
    const app = await render([
      <Show key="h" all />,
      <Layer key="s" scope="screen" log={[]} />,
      <Modal key="m">
        <Layer scope="dialog" log={[]} />
      </Modal>,
    ]);
    expect(app.frame()).toContain('[aaescapeenter,cctrl-c]');
  });
});
