export type { FormField } from './fields.ts';
export { commitDraft, type FormAction, type FormState, formReducer, initialForm } from './reducer.ts';
export { Form, type FormProps } from './view.tsx';
