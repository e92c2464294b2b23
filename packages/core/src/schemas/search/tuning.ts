import { z } from "zod";
import { strictObject } from "../strict-object.js";
import { unknownMember } from "../unknown-member.js";

/** A value that a search may set. */
export const hyperparameterValueSchema = z.union([z.number(), z.string(), z.boolean()]);
export type HyperparameterValue = z.output<typeof hyperparameterValueSchema>;

/** One point of a search space: the values of its active hyper-parameters, by their names. */
export const hyperparameterValuesSchema = z.record(z.string(), hyperparameterValueSchema);
export type HyperparameterValues = z.output<typeof hyperparameterValuesSchema>;

const common = {
  name: z.string().min(1),
  /** All must hold for the hyper-parameter to be there: one declared before it has one of these values. */
  when: z
    .array(strictObject({ name: z.string(), values: z.array(hyperparameterValueSchema).min(1) }))
    .optional(),
  /**
   * The field of a recipe that the value becomes, or several. Default: the name. Dots go inwards, numbers are places
   * in a list (`parameters.hidden.0.units`). An empty list: the value decides about others only.
   */
  path: z.union([z.string(), z.array(z.string())]).optional(),
};

/** How evenly spread numbers become values: as Keras Tuner's `sampling`. */
const sampling = z.enum(["linear", "log", "reverseLog"]).default("linear");

/**
 * A hyper-parameter with Keras Tuner's parameters. Whether its range makes sense is said by the tuner (`E_SPACE`), with the
 * others in view.
 */
export const hyperparameterSchema = z.discriminatedUnion(
  "type",
  [
    strictObject({
      type: z.literal("int"),
      ...common,
      min: z.int(),
      /** May be reached. */
      max: z.int(),
      /** What lies between two values; with logarithmic sampling, their ratio. Default: 1, in linear sampling. */
      step: z.int().optional(),
      sampling,
      /** Default: `min`. */
      default: z.int().optional(),
    }),
    strictObject({
      type: z.literal("float"),
      ...common,
      min: z.number(),
      max: z.number(),
      /** Default: any number of the range. */
      step: z.number().optional(),
      sampling,
      default: z.number().optional(),
    }),
    strictObject({
      type: z.literal("choice"),
      ...common,
      values: z.array(hyperparameterValueSchema),
      /** Default: the first one. */
      default: hyperparameterValueSchema.optional(),
    }),
    strictObject({ type: z.literal("boolean"), ...common, default: z.boolean().default(false) }),
    strictObject({ type: z.literal("fixed"), ...common, value: hyperparameterValueSchema }),
  ],
  { error: unknownMember("type of hyper-parameter") },
);
export type Hyperparameter = z.output<typeof hyperparameterSchema>;
export type HyperparameterInput = z.input<typeof hyperparameterSchema>;

/** What is looked for: a field of the epochs' logs, best over a training's epochs, mean over a trial's executions. */
export const objectiveSchema = strictObject({
  name: z.string().min(1),
  direction: z.enum(["min", "max"]),
});
export type TuningObjective = z.output<typeof objectiveSchema>;

const seed = z.int().min(0).max(0xffffffff);

/** A search as plain data: what `congruent tune` reads. */
export const tuningSchema = strictObject({
  schema: z.literal("congruent/tuning@1"),
  /** Also the name of the recipe that the best values become. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and dashes"),
  description: z.string(),
  /** What each trial trains, before its values are put in: a recipe without schema, name and description. */
  recipe: z.record(z.string(), z.json()),
  /** Fields of the recipe that are other when the best values are trained for good: `{ "epochs": 20 }`. */
  final: z.record(z.string(), z.json()).default({}),
  space: z.array(hyperparameterSchema),
  /** By its name, with its own options. Default: random. */
  sampler: z.looseObject({ name: z.string() }).default({ name: "random" }),
  /** A field of the log (valAccuracy; Keras' val_accuracy is understood), or that and which way is better. */
  objective: z
    .union([
      z.string().min(1),
      strictObject({ name: z.string().min(1), direction: z.enum(["min", "max"]).optional() }),
    ])
    .default("valAccuracy"),
  /** Left out: until the sampler has no more. */
  maxTrials: z.int().positive().optional(),
  /** Trainings of the same values with seeds of their own. */
  executionsPerTrial: z.int().positive().default(1),
  /** How often a failed execution is tried again, with another seed. */
  maxRetriesPerTrial: z.int().min(0).default(0),
  /** How many failed trials one after the other end the search. */
  maxConsecutiveFailedTrials: z.int().positive().default(3),
  /** Decides which values are tried; the trainings' seeds follow the recipe's. */
  seed: seed.default(42),
});
export type Tuning = z.output<typeof tuningSchema>;
