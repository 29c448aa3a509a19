export { ChoiceDialog, type ChoiceDialogProps } from './choice.tsx';
export { ConfirmDialog, type ConfirmDialogProps } from './confirm.tsx';
export { PromptDialog, type PromptDialogProps } from './prompt.tsx';
