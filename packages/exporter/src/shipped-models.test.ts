/** What stands beside the models that ship says of their files what they are. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readJson, sha256 } from "@congruent/core/files";
import { cardSchema, passportSchema, resultsSchema } from "@congruent/core/schemas";
import { readCard } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { portable, rewritesOf } from "@congruent/passes";
import { describe, expect, it } from "@jest/globals";

const models = fileURLToPath(new URL("../../../models", import.meta.url));
const names = readdirSync(models).filter((name) => existsSync(join(models, name, "model.onnx")));

describe.each(names)("models/%s", (name) => {
  const at = (file: string) => join(models, name, file);

  it("has card, passport and results of its file, with the rewrites that are in it, and needs no other", async () => {
    const { bytes, model } = await readModel(at("model.onnx"));
    const card = await readJson(at("card.json"), cardSchema);
    const passport = await readJson(at("model.passport.json"), passportSchema);
    const results = await readJson(at("results.json"), resultsSchema);
    expect(card).toEqual(readCard(model));
    expect([passport.model.sha256, results.model.sha256]).toEqual([sha256(bytes), sha256(bytes)]);
    expect(passport.rewrites).toEqual(rewritesOf(model));
    expect(card.rewrites).toEqual(rewritesOf(model));
    expect(passport.parity.verdict).toBe("pass");
    expect(portable(model).rewrites).toEqual([]);
  });
});
