import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { GraderSpec } from '../../../../src/domain/evaluation/graders/graders.ts';
import { promptfooConfig } from '../../../../src/domain/evaluation/report/promptfoo.ts';
import type { EvaluatedItem, Evaluation } from '../../../../src/domain/evaluation/types.ts';
import type { ProviderProfile } from '../../../../src/domain/provider/provider.ts';

const there: ProviderProfile = {
  id: 'my-lab',
  name: 'Lab',
  kind: 'compatible',
  baseUrl: 'http://lab/v1',
  jobDialect: 'method',
  apiVersion: null,
};

const evaluationOf = (graders: readonly GraderSpec[]): Evaluation => ({
  id: 'e1',
  projectId: 'p',
  name: 'NDA',
  createdAt: 1,
  items: 1,
  plan: {
    source: { kind: 'file', path: 'f' },
    models: [
      { providerId: 'my-lab', model: 'm' },
      { providerId: 'openai', model: 'gpt' },
    ],
    graders,
    sampling: { temperature: 0, maxTokens: 20 },
    concurrency: 1,
    capUsd: null,
  },
});

const itemOf = (content: string, target: string): EvaluatedItem => ({
  item: { id: 'i', rowId: null, line: 3, prompt: [{ role: 'user', content }], target, slices: {} },
  predictions: [null, null],
});

const configOf = (graders: readonly GraderSpec[], item: EvaluatedItem): string =>
  promptfooConfig({ evaluation: evaluationOf(graders), items: [item], profiles: [there], mask: (text) => text });

it('asks the same of the same models, and names no key', () => {
  expect(parse(configOf([{ kind: 'exact-ci' }], itemOf('Is it?', ' Yes ')))).toEqual({
    description: 'NDA',
    prompts: ['{{messages}}'],
    providers: [
      {
        id: 'openai:chat:m',
        label: 'my-lab: m',
        config: { apiBaseUrl: 'http://lab/v1', apiKeyEnvar: 'MY_LAB_API_KEY', temperature: 0, max_tokens: 20 },
      },
      { id: 'openai:chat:gpt', label: 'openai: gpt', config: { temperature: 0, max_tokens: 20 } },
    ],
    tests: [
      {
        description: 'item 3',
        vars: { messages: '[{"role":"user","content":"Is it?"}]' },
        assert: [{ type: 'javascript', value: 'output.trim().toLowerCase() === "Yes".toLowerCase()' }],
      },
    ],
  });
});

it('grades as the graders do', () => {
  const { tests } = parse(
    configOf([{ kind: 'exact' }, { kind: 'regex', pattern: '^{target}$', flags: 'gi' }], itemOf('q', 'a.b "c"')),
  );
  for (const [output, right] of [
    ['A.B "C"', [false, true]],
    ['a.b "c"', [true, true]],
    ['aXb "c"', [false, false]],
  ] as const)
    expect(
      tests[0].assert.map(({ value }: { value: string }) => new Function('output', `return ${value}`)(output)),
    ).toEqual(right);
});

it('keeps what looks like a template as text, and says what promptfoo cannot grade', () => {
  const config = configOf([{ kind: 'number', tolerance: 0, relative: false }], itemOf('{{ env.OPENAI_API_KEY }}', '4'));
  expect(config).toMatch(/^# promptfoo has no such grader, so it is left out: .*number/m);
  const [test] = parse(config).tests;
  expect(test.vars.messages).toMatch(/^\{% raw %\}.*\{\{ env\.OPENAI_API_KEY \}\}.*\{% endraw %\}$/);
  expect(test.assert).toEqual([]);
});
