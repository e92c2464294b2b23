import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { refuseUnwritable, writeFileAtomic } from "./files.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-unwritable-"));
  await writeFile(join(folder, "file"), "");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each(["new.json", "file", "no/folder/yet.json"])("%s can be written, and nothing is", async (path) => {
  await refuseUnwritable(join(folder, path));
  expect(await readdir(folder)).toEqual(["file"]);
});

it.each([".", "file/new.json", "file/deep/new.json"])("%s cannot, as the write would find", async (path) => {
  const refused = refuseUnwritable(join(folder, path));
  await expect(refused).rejects.toMatchObject({ code: "E_WRITE", what: expect.stringContaining(folder) });
  await expect(writeFileAtomic(join(folder, path), "")).rejects.toMatchObject({ code: "E_WRITE" });
});
