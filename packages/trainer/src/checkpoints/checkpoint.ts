import { CongruentError, checked, messageOf } from "@congruent/core";
import { environmentSchema, epochLogSchema, recipeSchema } from "@congruent/core/schemas";
import { z } from "zod";
import type { CallbackState } from "../callbacks/callback.js";
import type { EngineState, StateTensor } from "../engines/engine.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";

/** What must be the same when a training is resumed. */
const identitySchema = z.object({
  recipe: recipeSchema,
  engine: z.enum(["graph", "eager"]),
  device: z.enum(["cpu", "gpu"]),
  dataset: z.object({
    name: z.string(),
    sha256: z.record(z.string(), z.string()),
    train: z.int().positive(),
    validation: z.int().nonnegative(),
  }),
  /** Names and shapes of the weights: `kernel [784, 512]`. */
  weights: z.array(z.string()),
  /** What decides the order of sums, and so their last bits. Earlier versions recorded less of it. */
  threads: z.int().positive().optional(),
  batchParts: z.int().positive().optional(),
  kernels: environmentSchema.shape.kernels,
  /** Of the processor that it was begun on. Another one computes the same with other last bits: that is said, not refused. */
  instructionSet: environmentSchema.shape.instructionSet,
  tensorflow: z.string().optional(),
});
export type TrainingIdentity = z.output<typeof identitySchema>;

/** The position of the training loop. */
const positionSchema = z.object({
  /** The epoch in progress, from 1; one more than the last where all are done. */
  epoch: z.int().positive(),
  /** Steps taken in it. The order of its examples follows from the seed and the epoch. */
  step: z.int().nonnegative(),
  /** Sums over the examples of these steps, one for each thing that is logged. */
  sums: z.array(z.number()),
  seconds: z.number().nonnegative(),
  /** Logs of the epochs before. */
  logs: z.array(epochLogSchema),
  /** Set when a callback has ended the training. */
  stopped: z.object({ epoch: z.int().positive(), reason: z.string() }).nullable(),
});
export type FitPosition = z.output<typeof positionSchema>;

/** Numbers that JSON does not have, by their names. */
const special = { NaN: Number.NaN, Infinity, "-Infinity": -Infinity, "-0": -0 };
type Special = keyof typeof special;
const specialSchema = z
  .strictObject({ number: z.enum(Object.keys(special) as [Special, ...Special[]]) })
  .transform(({ number }) => special[number]);

const valuesSchema = z.record(
  z.string(),
  z.union([z.number(), z.string(), z.boolean(), z.null(), specialSchema]),
);

const headerSchema = z.object({
  schema: z.literal("congruent/checkpoint@1"),
  identity: identitySchema,
  position: positionSchema,
  optimizer: z.object({ step: z.int().nonnegative(), learningRate: z.number() }),
  callbacks: z.array(
    z.object({ name: z.string(), values: valuesSchema, weights: z.int().nonnegative().nullable() }),
  ),
});

/** Everything that a training needs to continue as if it had not been interrupted. */
export interface Checkpoint {
  identity: TrainingIdentity;
  position: FitPosition;
  engine: EngineState;
  callbacks: readonly NamedState[];
}

export interface NamedState extends CallbackState {
  name: string;
}

export function encodeCheckpoint({ identity, position, engine, callbacks }: Checkpoint): Uint8Array[] {
  const header: z.input<typeof headerSchema> = {
    schema: "congruent/checkpoint@1",
    identity,
    position,
    optimizer: { step: engine.step, learningRate: engine.learningRate },
    callbacks: callbacks.map(({ name, values, weights }) => ({
      name,
      values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, written(value)])),
      weights: weights?.length ?? null,
    })),
  };
  const kept = callbacks.flatMap(({ weights }, i) =>
    (weights ?? []).map(
      (data, k): StateTensor => ({ name: callbackWeightName(i, k), shape: [data.length], data }),
    ),
  );
  return encodeSafetensors(JSON.stringify(header), [...engine.tensors, ...kept]);
}

/** @throws CongruentError `E_CHECKPOINT_CORRUPT`; `E_SCHEMA` for a header that does not fit the schema, for example of another version. */
export function decodeCheckpoint(file: Uint8Array, source: string): Checkpoint {
  const { text, tensors } = decodeSafetensors(file, source);
  const header = checked(parsed(text, source), headerSchema, source);
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const callbacks = header.callbacks.map(({ name, values, weights }, i): NamedState => {
    if (weights === null) return { name, values, weights };
    return {
      name,
      values,
      weights: Array.from({ length: weights }, (_, k) => {
        const kept = byName.get(callbackWeightName(i, k));
        byName.delete(callbackWeightName(i, k));
        return kept?.data ?? new Float32Array();
      }),
    };
  });
  const engine = { ...header.optimizer, tensors: [...byName.values()] };
  return { identity: header.identity, position: header.position, engine, callbacks };
}

/** A value in a form that JSON can store. */
function written<T>(value: T): T | { number: Special } {
  const found = (Object.keys(special) as Special[]).find((name) => Object.is(special[name], value));
  return found === undefined ? value : { number: found };
}

function callbackWeightName(callback: number, weight: number): string {
  return `callback.${callback}.weight.${weight}`;
}

function parsed(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CongruentError({
      code: "E_CHECKPOINT_CORRUPT",
      what: `${source} has no readable header: ${messageOf(error)}`,
      fix: "resume from an older checkpoint, or train again",
      cause: error,
    });
  }
}
