import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensor } from "@congruent/core";
import { ownScript } from "@congruent/core/process";
import { itIf } from "@congruent/core/testing";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { makeGraph, makeModel, makeNode, makeTensor, makeTensorValueInfo } from "./builder.js";
import { readModel, writeModel } from "./files.js";
import type { ModelProto } from "./generated/onnx/onnx-ml_pb.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-write-model-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A chain of additions of weights of the given numbers of elements. */
function modelOf(sizes: readonly number[]) {
  const weights = sizes.map((size, i) =>
    makeTensor(
      `w${i}`,
      tensor(
        "float32",
        Float32Array.from({ length: size }, (_, at) => i + at / 7),
        [size],
      ),
    ),
  );
  const nodes = sizes.map((_, i) => makeNode("Size", [`w${i}`], [`n${i}`]));
  const outputs = sizes.map((_, i) => makeTensorValueInfo(`n${i}`, "int64", []));
  return makeModel(makeGraph(nodes, "g", [], outputs, weights));
}

/** What a file must keep, wherever it keeps it. */
const held = ({ graph, opsetImport }: ModelProto) => ({
  weights: graph?.initializer.map(({ name, dims, dataType, rawData }) => ({
    name,
    dims,
    dataType,
    bytes: [...rawData],
  })),
  nodes: graph?.node.map(({ opType, input, output }) => [opType, input, output]),
  opsets: opsetImport.map(({ domain, version }) => [domain, version]),
});

describe("writeModel", () => {
  it("read back, a model is the one that was written, with its weights inside or beside it", async () => {
    const path = join(folder, "m.onnx");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(600), { minLength: 1, maxLength: 5 }),
        fc.nat(4000),
        async (sizes, mostInside) => {
          const model = modelOf(sizes);
          const { data, bytes } = await writeModel(path, model, { mostInside });
          const read = await readModel(path);
          expect(held(read.model)).toEqual(held(model));
          expect((await readFile(path)).length).toBe(bytes);
          const total = sizes.reduce((sum, size) => sum + 4 * size, 0);
          expect(data !== null).toBe(total > mostInside);
          const outside = sizes.filter((size) => 4 * size >= 1024);
          if (data) expect(data.bytes).toBe(outside.reduce((sum, size) => sum + 4 * size, 0));
        },
      ),
      { numRuns: 20, seed: 5 },
    );
  });

  it("leaves no weights behind where the model's file cannot be written", async () => {
    const path = join(folder, "file", "m.onnx");
    await writeFile(join(folder, "file"), "");
    await expect(writeModel(path, modelOf([600]), { mostInside: 0 })).rejects.toMatchObject({
      code: "E_WRITE",
    });
    expect(await readdir(folder)).toEqual(["file"]);
  });

  const namespace = ["--user", "--map-root-user", "--mount"];
  const mayMount = spawnSync("unshare", [...namespace, "sh", "-c", "mount -t tmpfs none /mnt"]).status === 0;

  itIf(mayMount, "no mount namespace may be made here, and so no small disk")(
    "on a full disk nothing is left, whether the weights are inside or beside",
    async () => {
      const child = ownScript(new URL("./fixtures/write-model-child.js", import.meta.url));
      const script = `mount -t tmpfs -o size=48k none "$1" || exit 9; folder=$1; most=$2; shift 2; node "$@" "$folder" "$most"`;
      for (const mostInside of ["1000000", "0"]) {
        const args = [
          ...namespace,
          "sh",
          "-c",
          script,
          "sh",
          folder,
          mostInside,
          ...child.execArgv,
          child.path,
        ];
        const { stdout, stderr } = spawnSync("unshare", args, { encoding: "utf8" });
        expect({ stdout, stderr }).toMatchObject({
          stdout: `${JSON.stringify({ code: "E_DISK_FULL", files: [] })}\n`,
        });
      }
    },
  );
});
