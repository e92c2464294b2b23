import { csvOptionsSchema } from "@congruent/core/schemas";
import { writeCsv } from "../formats/csv/write-csv.js";
import type { DatasetWriter } from "./writer.js";

const [TRAIN, TEST] = ["train.csv", "test.csv"];

/** One image a row: label, pixels. */
export const csv: DatasetWriter = {
  files: ({ train, test }, options) => [
    { file: TRAIN, content: writeCsv(train, options) },
    { file: TEST, content: writeCsv(test, options) },
  ],
  describe: ({ header }) => ({
    format: "csv",
    train: TRAIN,
    test: TEST,
    ...csvOptionsSchema.parse({ header: header ? "yes" : "no", labelColumn: 0 }),
  }),
};
