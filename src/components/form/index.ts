export type { FormField } from './fields.ts';
export { commitDraft } from './reducer.ts';
export { Form } from './view.tsx';
