import { execFileSync } from "node:child_process";
import { link, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tensor, tensorBytes } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { readModel, readModelBytes } from "./files.js";
import {
  decodeModel,
  encodeModel,
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  TensorProto_DataLocation,
} from "./index.js";

jest.setTimeout(timeLimits.programs);

const numbers = Float32Array.of(1, 2, 3, 4);
const bytes = tensorBytes(tensor("float32", numbers, [4]));
let root: string;
let folder: string;

/** A model beside its data, whose weight lies where the entries say. */
async function modelWith(entries: Record<string, string>, dims = [4n]): Promise<string> {
  const weight = makeTensor("w", tensor("float32", numbers, [4]));
  weight.rawData = new Uint8Array();
  weight.dims = dims;
  weight.dataLocation = TensorProto_DataLocation.EXTERNAL;
  weight.externalData = Object.entries(entries).map(([key, text]) => ({
    $typeName: "onnx.StringStringEntryProto" as const,
    key,
    value: text,
  }));
  const value = (name: string) => makeTensorValueInfo(name, "float32", [4]);
  const graph = makeGraph([makeNode("Add", ["x", "w"], ["y"])], "g", [value("x")], [value("y")], [weight]);
  const path = join(folder, "model.onnx");
  await writeFile(path, encodeModel(makeModel(graph)));
  return path;
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "congruent-external-"));
  folder = join(root, "model");
  await mkdir(join(folder, "sub"), { recursive: true });
  await writeFile(join(root, "secret"), bytes);
  await writeFile(join(folder, "data.bin"), Buffer.concat([Buffer.alloc(8), bytes]));
  await writeFile(join(folder, "sub", "data.bin"), bytes);
  await symlink(join(root, "secret"), join(folder, "link-outside"));
  await symlink(join(folder, "data.bin"), join(folder, "link-inside"));
  await symlink(root, join(folder, "up"));
  await link(join(root, "secret"), join(folder, "hard"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
});

afterAll(() => rm(root, { recursive: true, force: true }));

describe("readModel", () => {
  it.each([
    [{ location: "data.bin", offset: "8", length: "16" }, "data.bin"],
    [{ location: "data.bin", offset: "8" }, "data.bin"],
    [{ location: "sub/data.bin" }, "sub/data.bin"],
    [{ location: "link-inside", offset: "8" }, "link-inside"],
  ])("puts weights in their place: %j", async (entries, file) => {
    const { model, external } = await readModel(await modelWith(entries));
    expect(external).toEqual([file]);
    expect(model.graph?.initializer[0]?.rawData).toEqual(new Uint8Array(bytes));
    expect(model.graph?.initializer[0]?.dataLocation).toBe(TensorProto_DataLocation.DEFAULT);
    const whole = await readModelBytes(await modelWith(entries));
    expect(decodeModel(whole).graph?.initializer[0]?.rawData).toEqual(new Uint8Array(bytes));
  });

  it.each<[string, Record<string, string>, string]>([
    ["a relative path", { location: "../secret" }, "outside its folder"],
    ["a path through a folder", { location: "sub/../../secret" }, "outside its folder"],
    ["an absolute path", { location: "/etc/passwd" }, "outside its folder"],
    ["a Windows path", { location: "C:\\secret" }, "outside its folder"],
    ["a Windows path upwards", { location: "..\\secret" }, "outside its folder"],
    ["a symbolic link", { location: "link-outside" }, "a link that leads outside its folder"],
    ["a symbolic link of a folder", { location: "up/secret" }, "a link that leads outside its folder"],
    ["a hard link", { location: "hard" }, "a hard link"],
    ["a named pipe", { location: "pipe" }, "no regular file"],
    ["a folder", { location: "sub" }, "no regular file"],
    ["a file that is not there", { location: "nothing" }, "ENOENT"],
    ["no place", {}, "does not say in which file"],
    ["a part beyond the end", { location: "data.bin", offset: "16" }, "which has 24"],
    ["another length", { location: "data.bin", length: "4" }, "an impossible place"],
    ["a negative offset", { location: "data.bin", offset: "-8" }, "an impossible place"],
    ["a huge offset", { location: "data.bin", offset: "99999999999999999999" }, "an impossible place"],
    ["a NUL in the name", { location: "data.bin\0" }, "outside its folder"],
  ])("refuses %s", async (_, entries, what) => {
    await expect(readModel(await modelWith(entries))).rejects.toMatchObject({
      code: "E_ONNX_EXTERNAL",
      exit: 2,
      what: expect.stringContaining(what),
    });
  });

  it("allocates nothing for a weight that claims 4 GB", async () => {
    const before = process.memoryUsage().arrayBuffers;
    const path = await modelWith({ location: "data.bin" }, [1_000_000_000n]);
    await expect(readModel(path)).rejects.toMatchObject({ code: "E_ONNX_EXTERNAL" });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e7);
  });

  it.each([
    ["saved_model.pb", "a TensorFlow SavedModel", "tf2onnx.convert --saved-model"],
    ["model.json", "a tfjs model", "--layers"],
  ])("names a folder with %s for what it is", async (file, what, fix) => {
    const directory = join(folder, `folder of ${file}`);
    await mkdir(directory);
    await writeFile(join(directory, file), "{}");
    await expect(readModel(directory)).rejects.toMatchObject({
      code: "E_ONNX_INVALID",
      what: expect.stringContaining(what),
      fix: expect.stringContaining(fix),
    });
  });

  it("refuses what is no file", async () => {
    await expect(readModel(join(folder, "none.onnx"))).rejects.toMatchObject({ code: "E_MODEL_NOT_FOUND" });
    await expect(readModel(folder)).rejects.toMatchObject({
      code: "E_MODEL_NOT_FOUND",
      what: expect.stringContaining("it is a folder"),
    });
    await expect(readModel(join(folder, "pipe"))).rejects.toMatchObject({ code: "E_MODEL_NOT_FOUND" });
  });
});
