import { Text } from 'ink';
import type { ReactNode } from 'react';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { BindingTable, KeyHandlers } from '../../src/keys/binding.ts';
import { useBindings, useScreenBindings } from '../../src/keys/hooks.tsx';
import { render } from '../harness/render.tsx';

const table = [
  { id: 'room.open', keys: ['o'], label: 'open' },
  { id: 'room.close', keys: ['c'], label: 'close' },
] as const satisfies BindingTable;

const nothing = (): void => undefined;

function Room({ closable }: { readonly closable: boolean }): ReactNode {
  useBindings('screen', table, { 'room.open': nothing, 'room.close': closable ? nothing : null });
  return null;
}

function LiveIds(): ReactNode {
  return <Text>{`[${useScreenBindings().map(({ id }) => id)}]`}</Text>;
}

describe('handlers of a table', () => {
  it('are required, one for every id, by the compiler', () => {
    type Handlers = KeyHandlers<typeof table>;
    expectTypeOf<{ 'room.open': () => void; 'room.close': null }>().toExtend<Handlers>();
    expectTypeOf<{ 'room.open': () => void }>().not.toExtend<Handlers>();
    expectTypeOf<{ 'room.open'?: () => void; 'room.close': null }>().not.toExtend<Handlers>();
  });

  it('are none for a table whose ids the compiler does not know', () => {
    expectTypeOf<KeyHandlers<BindingTable>>().toBeNever();
  });

  it('leave a binding out where they are null', async () => {
    const app = await render([<Room key="room" closable />, <LiveIds key="ids" />]);
    expect(app.frame()).toContain('[room.open,room.close]');
    await app.rerender([<Room key="room" closable={false} />, <LiveIds key="ids" />]);
    expect(app.frame()).toContain('[room.open]');
  });
});
