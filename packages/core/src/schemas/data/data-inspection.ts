import { z } from "zod";

/** Values that are not there. */
export const missingValuesSchema = z.object({
  total: z.int().nonnegative(),
  /** Columns that miss some, by name or, without names, by position from 1. */
  columns: z.array(z.object({ column: z.union([z.string(), z.int()]), count: z.int().positive() })),
  /** The first of them: rows and columns count from 1. */
  first: z.array(z.object({ row: z.int().positive(), column: z.int().positive() })),
});
export type MissingValues = z.output<typeof missingValuesSchema>;

/** Images and their labels. */
export const inspectedImagesSchema = z.object({
  /** [n, height, width, channels] */
  shape: z.array(z.int()),
  dtype: z.literal("uint8"),
  missing: missingValuesSchema,
  /** Images per class, in the order of the labels. */
  counts: z.array(z.int().nonnegative()),
  pixels: z.object({ min: z.number(), max: z.number(), mean: z.number() }),
  /** The first images: label (null where missing) and pixels, row by row. */
  head: z.array(z.object({ label: z.int().nullable(), pixels: z.array(z.int()) })),
});
export type InspectedImages = z.output<typeof inspectedImagesSchema>;

/** An array of an IDX, npy or npz file. */
export const inspectedArraySchema = z.object({
  name: z.string(),
  shape: z.array(z.int()),
  dtype: z.string(),
  missing: missingValuesSchema,
  /** Of what is there; null where there is nothing. */
  range: z.object({ min: z.number(), max: z.number(), mean: z.number() }).nullable(),
  /** Of an array of small whole numbers in one dimension, as labels are: how often there is each from 0. */
  counts: z.array(z.int().nonnegative()).nullable(),
  /** The first numbers of the first rows, null where missing. */
  head: z.array(z.array(z.number().nullable())),
});
export type InspectedArray = z.output<typeof inspectedArraySchema>;

const facts = {
  schema: z.literal("congruent/data-inspection@1"),
  name: z.string(),
  title: z.string(),
  /** By file. */
  sha256: z.record(z.string(), z.string()),
  /** What a person should know, such as a header that looks like an image. */
  notes: z.array(z.string()),
};
const classes = { labels: z.array(z.string()) };

/** What `congruent data inspect` found. */
export const dataInspectionSchema = z.discriminatedUnion("kind", [
  z.object({
    ...facts,
    kind: z.literal("dataset"),
    ...classes,
    height: z.int().positive(),
    width: z.int().positive(),
    channels: z.int().positive(),
    foreground: z.enum(["light", "dark", "any"]),
    license: z.string(),
    train: inspectedImagesSchema,
    test: inspectedImagesSchema,
  }),
  z.object({ ...facts, kind: z.literal("images"), ...classes, images: inspectedImagesSchema }),
  z.object({ ...facts, kind: z.literal("arrays"), arrays: z.array(inspectedArraySchema) }),
]);
export type DataInspection = z.output<typeof dataInspectionSchema>;
