import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { jsonSchemas } from "./index.js";

const folder = new URL("../../../../docs/schemas/", import.meta.url);

describe("the published JSON Schemas", () => {
  it("are those of the code: npm run source scripts/json-schemas.mjs writes them", () => {
    const published = readdirSync(folder).map((name) => [
      name,
      JSON.parse(readFileSync(new URL(name, folder), "utf8")) as unknown,
    ]);
    expect(Object.fromEntries(published)).toEqual(jsonSchemas());
  });
});
