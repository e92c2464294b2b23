import { z } from "zod";
import { strictObject } from "../strict-object.js";
import { unknownMember } from "../unknown-member.js";

/**
 * A classical model with scikit-learn's parameters, names in camelCase, and scikit-learn's defaults. Which values a parameter may
 * have is scikit-learn's to say: it refuses the others by name.
 */
export const estimatorSchema = z.discriminatedUnion(
  "name",
  [
    strictObject({
      name: z.literal("logisticRegression"),
      /** Inverse of the regularization's strength. */
      C: z.number().default(1),
      tol: z.number().default(1e-4),
      maxIter: z.int().default(100),
    }),
    strictObject({
      name: z.literal("svc"),
      C: z.number().default(1),
      kernel: z.literal("rbf").default("rbf"),
      /** "scale": 1 / (pixels · variance of the images); "auto": 1 / pixels. */
      gamma: z.union([z.number(), z.enum(["scale", "auto"])]).default("scale"),
      tol: z.number().default(1e-3),
      /** -1: until it converges. */
      maxIter: z.int().default(-1),
    }),
    strictObject({
      name: z.literal("randomForest"),
      nEstimators: z.int().default(100),
      criterion: z.enum(["gini", "entropy", "log_loss"]).default("gini"),
      /** null: until every leaf is pure. */
      maxDepth: z.int().nullable().default(null),
      minSamplesLeaf: z.int().default(1),
      maxFeatures: z.union([z.number(), z.enum(["sqrt", "log2"])]).default("sqrt"),
    }),
    strictObject({
      name: z.literal("kNeighbors"),
      nNeighbors: z.int().default(5),
    }),
  ],
  { error: unknownMember("estimator") },
);
export type Estimator = z.output<typeof estimatorSchema>;
export type EstimatorName = Estimator["name"];

/** Every estimator's name. */
export const ESTIMATORS = estimatorSchema.options.map((option) => option.shape.name.value);
