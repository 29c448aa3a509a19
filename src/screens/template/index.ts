export { TemplateScreen } from './screen.tsx';
