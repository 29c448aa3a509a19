import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentService, DeploymentWish, PlacedOrder } from '../../../../src/app/runtime/deployment-ports.ts';
import type { Provider } from '../../../../src/app/runtime/ports.ts';
import { deploymentName } from '../../../../src/domain/deployment/names.ts';
import { type DeploymentChoices, type DeploymentView, NO_CHOICES } from '../../../../src/domain/deployment/types.ts';
import type { StrictCall, StrictServer } from '../dialects/strict-server.ts';

export interface DeploymentsUnderTest {
  readonly strict: StrictServer;
  /** Connects anew: nothing is remembered of the calls before. */
  connect(): Promise<Provider>;
  /** How many things there are that Luthier made. */
  made(): number;
  /** States that the next deployment goes through. */
  lives(life: 'well' | 'failed'): void;
}

export interface DeploymentFacts {
  /** The job of the tuned model, and the model as its job names it. */
  readonly job: string;
  readonly tuned: string;
  readonly choices?: DeploymentChoices;
  readonly usdPerHour: number | null;
  /** Calls that make something, in their order. */
  readonly makes: readonly RegExp[];
  /** The name to chat with. */
  readonly model: (order: PlacedOrder) => string;
  /** Absent where a model's own failure is not told by the provider. */
  readonly failure?: string;
  open(): Promise<DeploymentsUnderTest>;
}

/** What every provider's deployments keep to, over its strict stand-in. */
export function deploymentContract(name: string, facts: DeploymentFacts): void {
  describe(`deployments at ${name}`, () => {
    let at: DeploymentsUnderTest;

    beforeEach(async () => {
      at = await facts.open();
    });
    afterEach(async () => {
      expect(at.strict.faults).toEqual([]);
      await at.strict.close();
    });

    const service = async (): Promise<DeploymentService> => {
      const { deployments } = await at.connect();
      if (deployments === undefined) throw new Error('no deployments');
      return deployments();
    };
    const wishFor = async (model = facts.job): Promise<DeploymentWish> => {
      const { jobs } = await at.connect();
      const job = model === facts.job ? await jobs.retrieve(model) : null;
      return { job, model, choices: facts.choices ?? NO_CHOICES };
    };
    async function ordered(key = 'a1b2c3d4e5f6'): Promise<PlacedOrder> {
      const { source, tunedModel, setup } = await (await service()).plan(await wishFor());
      const choices = facts.choices ?? NO_CHOICES;
      return { name: deploymentName(tunedModel, key), source, tunedModel, setup, choices, parts: {} };
    }
    /** Asks again and again until it stands so, remembering what it saw. */
    async function until(
      stage: DeploymentView['stage'],
      order: PlacedOrder,
      ask: (one: DeploymentService, order: PlacedOrder) => Promise<DeploymentView>,
    ): Promise<DeploymentView> {
      const one = await service();
      let parts = order.parts;
      for (let looks = 0; looks < 20; looks += 1) {
        const view = await ask(one, { ...order, parts });
        if (view.stage === stage) return view;
        parts = view.parts;
      }
      throw new Error(`never ${stage}`);
    }
    const advance = (one: DeploymentService, order: PlacedOrder) => one.advance(order);
    const hello = { messages: [{ role: 'user' as const, content: 'hello' }], maxTokens: 5 };
    const isMaking = ({ method, path }: StrictCall): boolean =>
      ['POST', 'PUT', 'PATCH'].includes(method) && facts.makes.some((making) => making.test(path));

    it('are planned with their price, and nothing is made', async () => {
      const one = await service();
      const plan = await one.plan(await wishFor());
      expect(plan).toMatchObject({ tunedModel: facts.tuned, usdPerHour: facts.usdPerHour });
      expect(plan.notes.length).toBeGreaterThan(0);
      expect(at.made()).toBe(0);
      expect((await one.plan(await wishFor(facts.tuned))).source).toBe(plan.source);
    });

    it('come to be ready under a name that answers, and are made once however often they are asked for', async () => {
      const order = await ordered();
      const before = at.made();
      const view = await until('ready', order, advance);
      expect(view.model).toBe(facts.model(order));
      const made = at.made();
      expect(made).toBeGreaterThan(before);
      await until('ready', order, advance);
      expect(at.made()).toBe(made);
      const { chat } = await at.connect();
      expect((await chat.complete({ model: view.model ?? '', ...hello }, {})).text).toBe('Well met.');
    });

    it('are not made twice where the answer to any step was lost', async () => {
      const order = await ordered();
      for (const making of facts.makes) {
        const stop = new AbortController();
        at.strict.keepsBack = ({ method, path, query }) => {
          const lost = method !== 'GET' && making.test(path) && query.get('validateOnly') !== 'true';
          if (lost) stop.abort();
          return lost;
        };
        await expect((await service()).advance(order, { signal: stop.signal })).rejects.toMatchObject({
          kind: 'cancelled',
        });
        at.strict.keepsBack = null;
      }
      await until('ready', order, advance);
      const listed = (await (await service()).list()).filter(({ view }) => view.model === facts.model(order));
      expect(listed.map(({ view }) => view.stage)).toEqual(['ready']);
    });

    it('are looked at without a change, listed, and taken away step by step', async () => {
      const order = await ordered();
      expect((await (await service()).look(order)).stage).toBe('absent');
      const { parts, model } = await until('ready', order, advance);
      const placed = { ...order, parts };
      expect(await (await service()).look(placed)).toMatchObject({ stage: 'ready', model });
      const [listed] = await (await service()).list();
      expect(listed).toMatchObject({ order: { source: order.source }, view: { model } });
      const calls = at.strict.calls.length;
      await until('absent', placed, (one, now) => one.remove(now));
      expect(at.strict.calls.length).toBeGreaterThan(calls);
      expect((await (await service()).remove(placed)).stage).toBe('absent');
      expect((await (await service()).list()).length).toBe(0);
    });

    it('tell why one failed', async () => {
      if (facts.failure === undefined) return;
      at.lives('failed');
      const view = await until('failed', await ordered(), advance);
      expect(view.message).toBe(facts.failure);
    });

    it.each([
      [402, 'quota', {}],
      [403, 'forbidden', {}],
      [429, 'rate-limit', { retryAfterMs: 7000 }],
      [503, 'server', {}],
    ] as const)('pass on a refusal of making, %i', async (status, kind, detail) => {
      const order = await ordered();
      const words = 'Not today, says the provider.';
      at.strict.instead = (call) =>
        isMaking(call)
          ? { status, headers: { 'retry-after': '7' }, body: { error: { message: words, code: null }, message: words } }
          : null;
      const refused = (await service()).advance(order);
      await expect(refused).rejects.toMatchObject({ kind, message: words, detail });
      expect(at.made()).toBe(0);
    });

    it('say that a model nobody knows is not there', async () => {
      const one = await service();
      const wish = { ...(await wishFor('nobody-made-this')), job: null };
      const plan = await one.plan(wish).catch((error: unknown) => error);
      if (plan instanceof Error) expect(plan).toMatchObject({ kind: 'not-found' });
      else expect(at.made()).toBe(0);
    });
  });
}
