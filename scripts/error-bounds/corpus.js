/** What bounds are measured on: small models of every kind, with random inputs. */
import { readFile } from "node:fs/promises";
import { tensor } from "../../packages/core/src/index.ts";
import { decodeModel, modelInterface } from "../../packages/onnx/src/index.ts";
import { attentionBlock, residualBlock, seededNumbers } from "../../packages/onnx/src/testing.ts";
import { testModels } from "../../packages/parity/src/bisect/testing/models.ts";
import { KINDS, numbers, randomModel, WIDTH } from "../../packages/parity/src/testing/random-model.ts";
import { fromProto, toTensor } from "../../packages/reference/src/index.ts";
import { openCase, readCases } from "../backend-tests/cases.js";
import { blocks } from "./blocks.js";

const ROWS = 25;

/** Networks of this repository whose file is tracked: pixels between 0 and 255. */
const MODELS = ["lenet", "mlp", "logistic-regression", "cnn-small", "transformer", "resnet"];

/** Graphs of twelve nodes at most, of which ROWS samples are one batch. */
function random(seed) {
  const next = seededNumbers(seed + 77);
  const draw = (below) => Math.min(below - 1, Math.floor(((next() + 1) / 2) * below));
  const steps = Array.from({ length: 1 + draw(12) }, () => [draw(KINDS), draw(3), draw(3)]);
  return {
    model: randomModel(seed, steps),
    feeds: { x: numbers(seed, [ROWS, WIDTH], [0.01, 1, 30][draw(3)]) },
  };
}

/**
 * @param {number} size about so many models of each kind that is drawn
 * @yields {{ kind: string, name: string, model: object, feeds: object, samples: number }}
 */
export async function* corpus(size) {
  for (let seed = 1; seed <= 4 * size; seed++)
    yield { kind: "random graphs", name: `random ${seed}`, samples: ROWS, ...random(seed) };
  for (const [kind, make] of Object.entries(blocks))
    for (let seed = 1; seed <= Math.max(size / 2, kind === "unary" ? 87 : 0); seed++)
      yield { kind, name: `${kind} ${seed}`, samples: 4, ...make(seed) };
  for (let seed = 1; seed <= size / 4; seed++) {
    yield {
      kind: "attention",
      name: `attention ${seed}`,
      samples: 4,
      model: attentionBlock(seed),
      feeds: { x: numbers(seed, [4, 6, 8]) },
    };
    yield {
      kind: "residual",
      name: `residual ${seed}`,
      samples: 4,
      model: residualBlock(seed),
      feeds: { x: numbers(seed, [4, 8, 8, 3], 10 ** (seed % 3)) },
    };
  }
  for (const [name, make] of Object.entries(testModels)) {
    const { model, inputs } = make();
    yield { kind: "test models", name, samples: 4, model, feeds: inputs };
  }
  for (const name of MODELS) {
    const model = await readFile(new URL(`../../models/${name}/model.onnx`, import.meta.url)).then(
      decodeModel,
      () => null,
    );
    if (!model) continue;
    const [input] = modelInterface(model).inputs;
    const dims = input.dims.map((dim, axis) => (axis === 0 ? 2 : Number(dim)));
    const pixels = numbers(5, dims, 128).data.map((each) => Math.floor(each + 128));
    yield {
      kind: "networks",
      name,
      samples: 2,
      model,
      feeds: { [input.name]: tensor("float32", pixels, dims) },
    };
  }
  yield* official();
}

/** ONNX's own node tests with floats in and out, on their recorded inputs. */
function* official() {
  for (const testCase of readCases()) {
    try {
      const { model, feeds, wanted } = openCase(testCase);
      const given = Object.entries(feeds).map(([name, proto]) => [name, toTensor(fromProto(proto))]);
      if (!wanted.some(({ dataType }) => dataType === 1)) continue;
      yield {
        kind: "ONNX's node tests",
        name: testCase.name,
        samples: 1,
        model,
        feeds: Object.fromEntries(given),
      };
    } catch {
      // Values that are no tensors, and types that tensors do not have.
    }
  }
}
