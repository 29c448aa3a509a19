import type { BuyingControls } from '../buying/types.ts';
import type { GenerateDetail, OperationHandle } from '../channel/types.ts';

export type GenerateHandle = OperationHandle<GenerateDetail> & BuyingControls;
