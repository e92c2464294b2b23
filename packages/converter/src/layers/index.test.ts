import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "@jest/globals";
import * as all from "../index.js";
import { LAYERS } from "./index.js";

const folder = fileURLToPath(new URL(".", import.meta.url));

it("the index has each file of this folder, under the class's name", () => {
  const files = readdirSync(folder).filter((file) => !/^index\.|\.test\./.test(file));
  const expected = files.map((file) => file.replace(/\.ts$/, "").replaceAll("-", ""));
  expect(LAYERS.names.map((name) => name.toLowerCase()).toSorted()).toEqual(expected.toSorted());
});

it("each file exports the converter under its own name", async () => {
  for (const name of LAYERS.names) {
    const file = readdirSync(folder).find(
      (each) => each.replace(/\.ts$/, "").replaceAll("-", "") === name.toLowerCase(),
    );
    const members = (await import(`./${file?.replace(/\.ts$/, ".js")}`)) as Record<string, unknown>;
    const key = Object.keys(members).find((each) => each.toLowerCase() === name.toLowerCase());
    expect([name, members[key ?? ""]]).toEqual([name, LAYERS.get(name)]);
  }
});

it("the package hands out what a converter of one's own needs", () => {
  expect(Object.keys(all)).toEqual(
    expect.arrayContaining(["layerConverters", "activate", "transpose", "passMask"]),
  );
});
