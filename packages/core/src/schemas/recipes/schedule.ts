import { z } from "zod";
import { strictObject } from "../strict-object.js";
import { unknownMember } from "../unknown-member.js";

const rate = () => z.number().positive().optional().describe("Default: the optimizer's learningRate.");
const steps = () => z.int().positive().optional().describe("Default: all steps of the training.");

/** How the learning rate changes from step to step. Where a rate or a length is left out, the recipe's own is meant. */
export const scheduleSchema = z.discriminatedUnion(
  "name",
  [
    strictObject({ name: z.literal("constant") }),
    /** `keras.optimizers.schedules.CosineDecay`. */
    strictObject({
      name: z.literal("cosine"),
      initialLearningRate: z
        .number()
        .min(0)
        .optional()
        .describe("the optimizer's learningRate; where there is a warm-up, 0"),
      decaySteps: steps(),
      /** The lowest rate, as a share of the highest. */
      alpha: z.number().min(0).max(1).default(0),
      warmupTarget: rate(),
      warmupSteps: z.int().min(0).default(0),
    }),
    /** `torch.optim.lr_scheduler.OneCycleLR` with `cycle_momentum=False`. */
    strictObject({
      name: z.literal("oneCycle"),
      maxLr: rate(),
      totalSteps: steps(),
      pctStart: z.number().min(0).max(1).default(0.3),
      annealStrategy: z.enum(["cos", "linear"]).default("cos"),
      divFactor: z.number().positive().default(25),
      finalDivFactor: z.number().positive().default(1e4),
      threePhase: z.boolean().default(false),
    }),
    /** `torch.optim.lr_scheduler.StepLR`, stepped once an epoch. */
    strictObject({
      name: z.literal("step"),
      stepSize: z.int().positive().describe("epochs between two reductions"),
      gamma: z.number().positive().default(0.1),
    }),
  ],
  { error: unknownMember("schedule") },
);

export type ScheduleConfig = z.output<typeof scheduleSchema>;
