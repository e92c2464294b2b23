import { readdirSync } from "node:fs";
import { type InferBench, studySchema } from "@congruent/core/schemas";
import {
  documentFigures,
  renderStudyMarkdown,
  renderStudyPage,
  type StudyDocument,
  studyResult,
} from "@congruent/report";
import { describe, expect, it } from "@jest/globals";
import type { StudyModel } from "../study.js";
import { studyDocument } from "../study-document.js";
import { studiesNamed } from "../study-named.js";
import { madeUpContext } from "../testing/made-up-context.js";
import { studies } from "./index.js";

const all = (names: readonly string[]) =>
  Object.fromEntries(
    names.map((name, index) => [name, Array.from({ length: 6 + index }, (_, i) => i * 7 + index)]),
  );
const documents = studies.map((study) => {
  const names = study.models.map(({ name }) => name);
  const context = madeUpContext(study, all(names));
  return { name: study.name, study, context, document: studyDocument(context) };
});
const captions = ({ sections }: StudyDocument) =>
  sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === "table" ? [block.caption] : [])),
  );
const textOf = ({ sections }: StudyDocument) =>
  sections
    .flatMap(({ blocks }) => blocks.flatMap((block) => ("text" in block ? [block.text] : [])))
    .join(" ");

describe("the studies", () => {
  it("have a file each, named as they are", () => {
    const files = readdirSync(new URL(".", import.meta.url))
      .filter((file) => /^(?!index|.*\.test).*\.ts$/.test(file))
      .map((file) => file.replace(".ts", ""));
    expect(studies.map(({ name }) => name).sort()).toEqual(files.sort());
    expect(studies.map(({ letter }) => letter).join("")).toBe("ABCDE");
    expect(() => studiesNamed("f")).toThrow(expect.objectContaining({ code: "E_STUDY", exit: 2 }));
  });

  // What each study's own write-up contains.
  it.each<[string, string[], string[]]>([
    [
      "comparative",
      ["accuracy-curves", "loss-curves", "accuracies", "training-times", "vgg-confusion", "accuracy-size"],
      ["lenet: classification report", "transformer: classification report", "McNemar"],
    ],
    [
      "regcnn",
      ["accuracy-curves", "regcnn-confusion", "regcnn-plain-mistakes"],
      ["What the callbacks did", "McNemar"],
    ],
    ["mlp-vs-cnn", ["accuracy-curves", "mlp512-confusion", "predictions"], ["epoch by epoch", "McNemar"]],
    [
      "tuned-mlp",
      [
        "samples",
        "accuracy-curves",
        "loss-curves",
        "predictions",
        "mlp-confusion",
        "mlp-tuned-confusion",
        "mlp-mistakes",
        "search",
        "importance",
      ],
      ["Search space", "The best 2 of 2 trials", "The best hyper-parameters", "On the test images"],
    ],
    [
      "classical-vs-cnn",
      [
        "train-label-counts",
        "test-label-counts",
        "train-samples",
        "test-samples",
        "cnn-small-accuracy-curves",
        "cnn-small-confusion",
        "predictions",
      ],
      [
        "first five rows",
        "Images per class",
        "missing",
        "cnn-small: classification report",
        "three sets of images",
      ],
    ],
  ])("%s has the tables and figures of its original", (name, figures, tables) => {
    const found = documents.find((each) => each.name === name);
    const document = found?.document as StudyDocument;
    expect(documentFigures(document).map((each) => each.name)).toEqual(expect.arrayContaining(figures));
    const said = JSON.stringify(studyResult(document));
    for (const table of tables) expect(said).toContain(table);
  });
});

describe.each(documents)("study $name", ({ study, document }) => {
  const result = studyResult(document);

  it("is data that its schema takes, with every model scored", () => {
    expect(studySchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({ name: study.name, complete: true, quick: false });
    expect(result.models.map(({ name, reported }) => [name, reported?.accuracy])).toEqual(
      study.models.map(({ name, reported }) => [name, reported?.accuracy]),
    );
    // The first model is wrong on 6 of 200 made-up images, each further one on one more.
    expect(result.models.map(({ right, samples }) => [right, samples])).toEqual(
      study.models.map((_, index) => [194 - index, 200]),
    );
  });

  it("gives every figure a name and a title of its own: files and ids must not collide", () => {
    const figures = documentFigures(document);
    expect(figures.length).toBeGreaterThan(5);
    expect(new Set(figures.map(({ name }) => name)).size).toBe(figures.length);
    expect(new Set(figures.map(({ figure }) => figure.title)).size).toBe(figures.length);
    for (const { name } of figures) expect(name).toMatch(/^[a-z0-9-]+$/);
  });

  it("shows all of it as a page and as Markdown", () => {
    const page = renderStudyPage(document);
    const markdown = renderStudyMarkdown(document);
    for (const caption of captions(document)) {
      expect(page).toContain(caption.replaceAll("&", "&amp;"));
    }
    for (const { name, figure } of documentFigures(document)) {
      expect(markdown).toContain(`](figures/${name}.png)`);
      expect(page).toContain(`<title>${figure.title}</title>`);
    }
    expect(page).not.toMatch(/undefined|NaN/);
    expect(markdown).not.toMatch(/undefined|NaN/);
  });

  it("says which models are missing and how to get them, and makes up no numbers", () => {
    const [first] = study.models as [(typeof study.models)[number]];
    const partial = studyDocument(madeUpContext(study, { [first.name]: [1, 2, 3] }, { search: null }));
    const said = studyResult(partial);
    expect(said.complete).toBe(false);
    expect(said.models.slice(1)).toEqual(
      study.models.slice(1).map(({ name }) =>
        expect.objectContaining({
          name,
          status: "missing",
          accuracy: null,
          interval: null,
          command: `get ${name}`,
        }),
      ),
    );
    const written = renderStudyMarkdown(partial);
    expect(written).toContain("not trained here");
    expect(written).toContain(`get ${study.models[1]?.name}`);
    expect(written).not.toMatch(/undefined|NaN/);
    const none = studyDocument(madeUpContext(study, {}, { search: null }));
    expect(none.lead).toContain("None of its models is here yet.");
    expect(renderStudyMarkdown(none)).not.toMatch(/undefined|NaN/);
  });

  it("is not complete with a model whose runtimes were not compared", () => {
    const context = madeUpContext(study, all(study.models.map(({ name }) => name)));
    const [first] = context.models as [StudyModel];
    const models = context.models.map((model) =>
      model === first && model.found ? { ...model, found: { ...model.found, parity: null } } : model,
    );
    expect(studyResult(studyDocument({ ...context, models }))).toMatchObject({
      complete: false,
      missing: [`the parity of ${first.name}`],
    });
  });

  it("leaves out what was reported where data or training are other ones", () => {
    const changed = studyDocument({
      ...madeUpContext(study, all(study.models.map(({ name }) => name))),
      quick: true,
      original: false,
    });
    expect(studyResult(changed).models.every(({ reported }) => reported === null)).toBe(true);
    expect(textOf(changed)).toContain("its numbers say nothing about the study");
  });
});

describe("latency", () => {
  const comparative = studies[0] as (typeof studies)[number];
  const measured = (sha256: string, p50Ms: number) => ({
    name: sha256,
    path: "model.onnx",
    sha256,
    bytes: 250_000,
    parameters: 61_706,
    evaluation: null,
    runtimes: [
      {
        runtime: "node-cpu" as const,
        browser: null,
        status: "measured" as const,
        reason: null,
        versions: {},
        adapter: null,
        threads: null,
        loadMs: 12.34,
        batches: [
          { batch: 1, runs: 100, p50Ms, p95Ms: 2 * p50Ms, imagesPerSecond: 1000 / p50Ms },
          { batch: 64, runs: 100, p50Ms: 20, p95Ms: 25, imagesPerSecond: 3200 },
        ],
      },
    ],
  });
  const inference: InferBench = {
    schema: "congruent/infer-bench@1",
    machine: { cpu: "Example CPU", cores: 2, memoryBytes: 8e9, platform: "linux x64", load: [0, 0] },
    settings: { rounds: 1, warmUp: "10 runs", evaluationRounds: 0 },
    // The made-up models' SHA-256 are their names; vgg's was measured of another file.
    models: [measured("lenet", 0.1234), measured("resnet", 1.5), measured("another file", 9)],
  };

  it("is taken from a bench of the very same files", () => {
    const document = studyDocument(
      madeUpContext(comparative, all(["lenet", "resnet", "vgg"]), { inference }),
    );
    const rows = document.sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) =>
        block.kind === "table" && block.caption.startsWith("Latency") ? block.rows : [],
      ),
    );
    expect(rows).toEqual([
      ["lenet", "12.3", "0.123", "0.247", "20", "25"],
      ["resnet", "12.3", "1.5", "3", "20", "25"],
      ["vgg", "–", "–", "–", "–", "–"],
      ["transformer", "–", "–", "–", "–", "–"],
    ]);
    const figure = documentFigures(document).find(({ name }) => name === "accuracy-latency");
    expect(figure?.figure.description).toBe(
      "Accuracy against latency of an image: lenet 0.9700 at 0.12 ms, resnet 0.9650 at 1.5 ms.",
    );
  });
});

describe("classical models", () => {
  const { document } = documents.find(
    ({ name }) => name === "classical-vs-cnn",
  ) as (typeof documents)[number];
  const rowsOf = (caption: RegExp) =>
    document.sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.kind === "table" && caption.test(block.caption) ? block.rows : [])),
    );

  it("say how they were fitted and whether their files agree with scikit-learn", () => {
    expect(rowsOf(/^Fits by scikit-learn/)[0]).toEqual([
      "logistic-regression",
      "LogisticRegression",
      "1,000 (its limit)",
      "3.2 s",
      "250 MB",
      "250 KB",
    ]);
    expect(rowsOf(/^ONNX against scikit-learn/)).toHaveLength(4);
    expect(rowsOf(/^ONNX against scikit-learn/)[0]).toEqual([
      "logistic-regression",
      "0.9500",
      "0.9450",
      "1 of 200",
      "1",
      "pass",
    ]);
    expect(studyResult(document).models.map(({ agreement }) => agreement)).toEqual([
      "pass",
      "pass",
      "pass",
      "pass",
      null,
    ]);
  });
});

describe("what the studies did otherwise", () => {
  it.each([
    ["classical-vs-cnn", /no header row.*lost/],
    ["classical-vs-cnn", /subset of MNIST's that is not available.*same number of images/],
    ["mlp-vs-cnn", /validates with the test images/],
    ["regcnn", /then trains without it/],
    ["tuned-mlp", /text says that 10,000.*code takes.*12,000/],
    ["comparative", /smaller differences mean nothing/],
  ])("%s says %s", (name, said) => {
    const document = documents.find((each) => each.name === name)?.document as StudyDocument;
    const quirks = document.sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.kind === "quirk" ? [block.text] : [])),
    );
    expect(quirks.join("\n")).toMatch(said);
  });
});

describe("comparisons", () => {
  const comparative = studies[0] as (typeof studies)[number];

  it("say that differences within noise are noise", () => {
    const same = studyDocument(madeUpContext(comparative, all(["lenet", "resnet", "vgg", "transformer"])));
    expect(same.lead).toContain("All 6 differences between two models are within noise.");
  });

  it("name those that are not", () => {
    const many = Array.from({ length: 60 }, (_, index) => index);
    const wrong = { lenet: [1], resnet: [2], vgg: [3], transformer: many };
    const document = studyDocument(madeUpContext(comparative, wrong));
    expect(document.lead).toContain(
      "3 of 6 differences between two models are more than noise: lenet over transformer, resnet over transformer, vgg over transformer. The other 3 are within noise.",
    );
    expect(captions(document).join("\n")).toContain("McNemar's exact test on 200 images");
  });
});
