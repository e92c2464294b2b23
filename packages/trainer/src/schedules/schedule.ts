/** The learning rate of a step, counted from 0, in double precision. */
export type Schedule = (step: number) => number;

/** What a schedule may refer to. */
export interface ScheduleContext {
  /** The optimizer's. */
  learningRate: number;
  /** Steps in an epoch. */
  stepsPerEpoch: number;
  epochs: number;
}
