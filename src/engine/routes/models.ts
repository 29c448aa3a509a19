import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { EngineContext } from '../http/app.ts';
import { ApiError, modelNotFound } from '../http/error.ts';
import { parseRequest } from '../http/parse.ts';
import { removeBlob } from '../storage/blobs.ts';

/** Names of models hold slashes, which some clients send as they are. */
const params = z.object({ '*': z.string() }).transform(({ '*': model }) => ({ model }));

/** `practice`: made for practice, and nobody's real weights; a fact of a model, which its provider may have of both kinds. */
const view = (id: string, created: number, owner: string, practice: boolean) => ({
  id,
  object: 'model',
  created,
  owned_by: owner,
  shutdown_date: null,
  practice,
});

/** Base models, then tuned models and checkpoints, oldest first. */
export function modelRoutes(app: FastifyInstance, { store, catalog, loader }: EngineContext): void {
  const list = async () => {
    const bases = await catalog.list();
    const practice = new Set(bases.filter((base) => base.practice).map(({ id }) => id));
    return [
      ...bases.map(({ id, createdAt, state, bytes, methods, practice: own }) => ({
        ...view(id, createdAt, 'luthier', own),
        state,
        bytes,
        methods,
      })),
      ...store.models
        .list()
        .map(({ id, created_at, base }) => view(id, created_at, 'luthier-user', practice.has(base))),
    ];
  };

  app.get('/v1/models', async () => ({ object: 'list', data: await list() }));

  app.get('/v1/models/*', async (request) => {
    const { model } = parseRequest(params, request.params);
    const found = (await list()).find((each) => each.id === model);
    if (!found) throw modelNotFound(model);
    return found;
  });

  app.delete('/v1/models/*', async (request) => {
    const { model } = parseRequest(params, request.params);
    if ((await catalog.find(model)) !== null) {
      throw new ApiError(403, `The model \`${model}\` comes with the engine and cannot be deleted.`, {
        param: 'model',
        code: 'model_not_deletable',
      });
    }
    const row = store.models.get(model);
    if (row === null || !store.models.remove(model)) throw modelNotFound(model);
    loader.forget(model);
    await removeBlob(join(store.folders.models, row.blob));
    return { id: model, object: 'model', deleted: true };
  });
}
