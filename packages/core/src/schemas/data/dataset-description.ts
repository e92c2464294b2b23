import { z } from "zod";
import { strictObject } from "../strict-object.js";
import { unknownMember } from "../unknown-member.js";

/** A column by its name in the header, or by its position from 0 (from the end where negative). */
const column = z.union([z.string(), z.int()]);

/** How a CSV file of images is read: one image a row, its label in one column, its pixels in the others. */
export const csvOptionsSchema = strictObject({
  /**
   * Whether the first row holds the columns' names. "auto" looks at it. "yes" believes it: where the row is an image in truth,
   * that image is lost.
   */
  header: z.enum(["auto", "yes", "no"]).default("auto"),
  /** Default: the column called label, class, target or y; without such names the first. */
  labelColumn: column.optional(),
  /** Neither label nor pixels, such as an index that was written along. */
  ignoreColumns: z.array(column).default([]),
  delimiter: z
    .string()
    .regex(/^[\t -~]$/, "one ASCII character")
    .regex(/^[^"0-9.+-]$/, "no digit, sign, point or quote")
    .default(","),
  /** What is done where a pixel is missing: an error that counts them, or this value in its place. */
  missing: z.union([z.literal("refuse"), z.int().min(0).max(255)]).default("refuse"),
});
export type CsvOptions = z.input<typeof csvOptionsSchema>;

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and dashes");
const size = z.int().positive();

/** dataset.json: what the files of a folder are, so that the folder can be used wherever a data set is. */
export const datasetDescriptionSchema = strictObject({
  schema: z.literal("congruent/dataset@1"),
  name,
  title: z.string().min(1).optional(),
  /** Names of the classes. Default: the numbers from 0 to the largest label. */
  labels: z.array(z.string().min(1)).min(1).optional(),
  /** Of each image. Default: gray squares. */
  height: size.optional(),
  width: size.optional(),
  channels: size.optional(),
  foreground: z.enum(["light", "dark", "any"]).default("any"),
  license: z.string().default("unknown"),
  /** Paths are relative to the folder of dataset.json. */
  files: z.discriminatedUnion(
    "format",
    [
      csvOptionsSchema.extend({ format: z.literal("csv"), train: z.string(), test: z.string() }),
      strictObject({
        format: z.literal("npz"),
        file: z.string().describe("x_train, y_train, x_test, y_test"),
      }),
      strictObject({
        format: z.literal("idx"),
        trainImages: z.string(),
        trainLabels: z.string(),
        testImages: z.string(),
        testLabels: z.string(),
      }),
    ],
    { error: unknownMember("format of files") },
  ),
  /** Of the unpacked files, by the paths above; a file with another hash is refused. */
  sha256: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)).optional(),
});
export type DatasetDescription = z.output<typeof datasetDescriptionSchema>;
