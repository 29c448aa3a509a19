import type { ComponentType } from 'react';
import type { ScreenId } from '../../domain/project/types.ts';
import { ChatScreen } from '../chat/index.ts';
import { DatasetScreen } from '../dataset/index.ts';
import { EvaluateScreen } from '../evaluate/index.ts';
import { GenerateScreen } from '../generate/index.ts';
import { HomeScreen } from '../home/index.ts';
import { SettingsScreen } from '../settings/index.ts';
import { TemplateScreen } from '../template/index.ts';
import { TrainScreen } from '../train/index.ts';

export const SCREENS: Readonly<Record<ScreenId, ComponentType>> = {
  home: HomeScreen,
  template: TemplateScreen,
  generate: GenerateScreen,
  dataset: DatasetScreen,
  train: TrainScreen,
  chat: ChatScreen,
  evaluate: EvaluateScreen,
  settings: SettingsScreen,
};
