import { z } from "zod";

const share = z.number().min(0).max(1);

/** A model of a study, beside what the study reported of it. */
export const studyModelSchema = z.object({
  name: z.string(),
  status: z.enum(["scored", "missing"]),
  /** Where the scores come from, such as `models/lenet`; null where there are none. */
  source: z.string().nullable(),
  /** What gets it where it is missing: a command. */
  command: z.string().nullable(),
  sha256: z.string().nullable(),
  /** What the study reported, and of what (the test images unless it says so). */
  reported: z
    .object({ accuracy: share, digits: z.int().positive().describe("as it was printed"), of: z.string() })
    .nullable(),
  /** On the test images. */
  accuracy: share.nullable(),
  right: z.int().nonnegative().nullable(),
  samples: z.int().nonnegative().nullable(),
  /** Wilson's, at 95 %. */
  interval: z.tuple([share, share]).nullable(),
  /** Accuracies of all declared seeds, the shipped model's first. */
  seeds: z.array(z.object({ seed: z.int(), accuracy: share })),
  parameters: z.int().nonnegative().nullable(),
  bytes: z.int().nonnegative().nullable().describe("of model.onnx"),
  epochs: z.int().nonnegative().nullable(),
  trainingSeconds: z.number().nonnegative().nullable().describe("training and validation of all epochs"),
  stepMilliseconds: z.number().nonnegative().nullable().describe("the same, for each training step"),
  parity: z
    .object({
      verdict: z.string(),
      cells: z.array(z.object({ runtime: z.string(), status: z.string(), samples: z.int() })),
    })
    .nullable(),
  /** Of a classical model: whether its file agrees with what scikit-learn itself predicts. */
  agreement: z.enum(["pass", "fail"]).nullable(),
});
export type StudyModelRow = z.output<typeof studyModelSchema>;

const tableSchema = z.object({
  kind: z.literal("table"),
  caption: z.string(),
  columns: z.array(
    z.object({ title: z.string(), numeric: z.boolean().optional(), code: z.boolean().optional() }),
  ),
  rows: z.array(z.array(z.string())),
});

/** A part of a section, in the order of the page. */
export const studyBlockSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), text: z.string() }),
  z.object({
    kind: z.literal("quirk"),
    text: z.string().describe("what the study did otherwise than one would"),
  }),
  tableSchema,
  z.object({
    kind: z.literal("figure"),
    title: z.string(),
    description: z.string(),
    note: z.string().nullable(),
    /** Files beside the report. */
    svg: z.string(),
    png: z.string(),
  }),
]);
export type StudyBlock = z.output<typeof studyBlockSchema>;

/** What `congruent study NAME` writes as report.json: all that its page says. */
export const studySchema = z.object({
  schema: z.literal("congruent/study@1"),
  name: z.string(),
  title: z.string(),
  /** One or two sentences: what came out. */
  lead: z.string(),
  dataset: z.string(),
  /** Fewer images and epochs: to see that all works, not to be compared with what was reported. */
  quick: z.boolean(),
  /** Whether nothing is missing. */
  complete: z.boolean(),
  /** Models, and what else the study needs, that are not here. */
  missing: z.array(z.string()),
  models: z.array(studyModelSchema),
  sections: z.array(z.object({ id: z.string(), title: z.string(), blocks: z.array(studyBlockSchema) })),
});
export type StudyResult = z.output<typeof studySchema>;
