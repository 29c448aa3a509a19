export { ChoiceDialog } from './choice.tsx';
export { ConfirmDialog } from './confirm.tsx';
export { PromptDialog } from './prompt.tsx';
