import type { StrictAnswer, StrictRoute } from './strict-server.ts';

export const TOGETHER_BASE = 'Qwen/Qwen3-8B';
/** Can be trained and not served. */
export const TOGETHER_UNSERVED = 'google/gemma-3-27b-it';

export const TOGETHER_PRICE = {
  estimation_available: true,
  allowed_to_proceed: true,
  estimated_total_price: 4.0,
  estimated_train_token_count: 40_211,
  estimated_eval_token_count: 0,
  user_limit: 100,
};
const PRICE_FIELDS = [
  'training_file',
  'model',
  'validation_file',
  'n_epochs',
  'n_evals',
  'training_method',
  'training_type',
  'from_checkpoint',
];

interface Estimates {
  hasFile(id: string): boolean;
  price(): Readonly<Record<string, unknown>>;
  refused(status: number, message: string): StrictAnswer;
}

/** What Together is asked before a job: its price, its limits, a preview, and whether its base can be served. */
export const estimateRoutes = ({ hasFile, price, refused }: Estimates): readonly StrictRoute[] => [
  {
    method: 'POST',
    path: '/v1/fine-tunes/estimate-price',
    key: true,
    answer(call) {
      const { training_file } = call.fields(PRICE_FIELDS, ['training_file']);
      return hasFile(String(training_file)) ? { body: price() } : refused(404, 'File not found.');
    },
  },
  {
    method: 'GET',
    path: '/v1/fine-tunes/models/limits',
    query: ['model_name'],
    key: true,
    answer: () => ({
      body: {
        max_num_epochs: 20,
        max_num_evals: 100,
        max_num_checkpoints: 10,
        min_learning_rate: 1e-8,
        max_learning_rate: 0.01,
        max_seq_length_sft: 32_768,
        max_seq_length_dpo: 16_384,
        lora_training: {
          min_batch_size: 8,
          max_batch_size: 96,
          max_batch_size_dpo: 32,
          max_rank: 64,
          target_modules: [],
        },
        full_training: { min_batch_size: 8, max_batch_size: 48, max_batch_size_dpo: 16 },
      },
    }),
  },
  {
    method: 'POST',
    path: '/v1/fine-tunes/preview',
    key: true,
    answer(call) {
      call.fields(
        ['model', 'training_file', 'top_k', 'train_on_inputs', 'training_method'],
        ['model', 'training_file'],
      );
      const row = {
        tokens: [],
        input_ids: [],
        labels: [],
        num_tokens: 30,
        num_trained_tokens: 10,
        trained_spans: [[20, 30]],
      };
      const rows = [
        { ...row, truncated: false },
        { ...row, truncated: true },
      ];
      return { body: { model: TOGETHER_BASE, dataset_format: 'CONVERSATION', max_seq_length: 30, rows } };
    },
  },
  {
    method: 'GET',
    path: '/v1/whoami',
    key: true,
    answer: () => ({ body: { api_key_id: 'k', organization_id: 'o', project_id: 'proj_1', project_slug: 'acme' } }),
  },
  {
    method: 'GET',
    path: '/v2/projects/proj_1/configs',
    query: ['referenceModel'],
    key: true,
    answer({ query }) {
      const model = query.get('referenceModel') ?? '';
      if (!model.startsWith('projects/proj_1/models/')) return refused(400, 'bad model');
      const served = !model.endsWith(TOGETHER_UNSERVED);
      return { body: { object: 'list', data: served ? [{ id: 'cr_2', projectId: 'proj_t', selectors: [] }] : [] } };
    },
  },
];
