export { ChatScreen } from './view.tsx';
