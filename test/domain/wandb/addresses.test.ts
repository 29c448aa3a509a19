import { describe, expect, it } from 'vitest';
import { TrackingError } from '../../../src/domain/tracking/types.ts';
import { appUrl, DEFAULT_BASE_URL, readArtifactPath, runUrl } from '../../../src/domain/wandb/names.ts';

describe('where people look', () => {
  it('follows from the server as in W&B’s client', () => {
    // What `wandb.util.api_to_app_url` gives.
    const pairs = {
      [DEFAULT_BASE_URL]: 'https://wandb.ai',
      'https://api.wandb.ai/': 'https://wandb.ai',
      'https://wandb.example.com': 'https://wandb.example.com',
      'https://api.wandb.test': 'https://app.wandb.test',
      'https://api.foo.com': 'https://app.foo.com',
      'http://localhost:8080': 'http://localhost:8080',
      'https://api.eu.example/': 'https://app.eu.example',
    };
    for (const [base, app] of Object.entries(pairs)) expect(appUrl(base)).toBe(app);
  });

  it('is a page whose address holds any name', () => {
    const path = { entity: 'my team', project: 'a&b', runId: 'ftjob-1' };
    expect(runUrl('https://wandb.ai', path)).toBe('https://wandb.ai/my%20team/a%26b/runs/ftjob-1');
  });
});

describe('an artifact’s address', () => {
  it('has entity, project and name, and may have an alias and a file', () => {
    const base = { entity: 'team', project: 'nda', name: 'train-data', alias: 'latest', file: null };
    expect(readArtifactPath('team/nda/train-data')).toEqual(base);
    expect(readArtifactPath(' team/nda/train-data:v3 ')).toEqual({ ...base, alias: 'v3' });
    expect(readArtifactPath('team/nda/train-data:latest#data/x #1.jsonl')).toEqual({
      ...base,
      file: 'data/x #1.jsonl',
    });
    expect(readArtifactPath('team/nda/train-data#x')).toEqual({ ...base, file: 'x' });
  });

  it('is refused when it is none, with how one looks', () => {
    for (const text of [
      '',
      'data',
      'team/data',
      'a/b/c/d',
      'a/b/c:',
      'a/b/c:x:y',
      'a/b/c#',
      'a b/c/d',
      'https://x/y',
    ]) {
      expect(() => readArtifactPath(text)).toThrow(TrackingError);
    }
    expect(() => readArtifactPath('data')).toThrow(/“data”/);
  });
});
