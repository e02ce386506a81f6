import type { DeliveryStage } from './stage.ts';

/** One way for those who write to each other to be hurt. */
export interface Fault<S extends DeliveryStage> {
  name: string;
  summary: string;
  /** The longest that anybody may take, once it is over, to have sent and seen all that there was before, milliseconds. */
  limitMs: number;
  /** Does it, and resolves when it is over. @param scale of its times; 1 as it is told. */
  inflict(stage: S, scale: number): Promise<void>;
}
