import { CongruentError, checked } from "@congruent/core";
import { type Passport, passportSchema } from "@congruent/core/schemas";
import { bytesOf, fetched, jsonOf } from "./fetched.js";
import { type ModelEntry, modelIndexSchema } from "./model-index.js";

/** The models that this build of the app offers. @throws CongruentError `E_FETCH`, `E_JSON` or `E_SCHEMA`. */
export async function fetchCatalog(): Promise<readonly ModelEntry[]> {
  const response = await fetched("./models/index.json");
  return checked(await jsonOf(response), modelIndexSchema, "models/index.json").models;
}

/** Where the model's file lies, seen from the pages. */
export function modelAddress(entry: ModelEntry): string {
  return `./models/${entry.name}/model.onnx`;
}

/** The model's bytes. @throws CongruentError `E_FETCH`. */
export async function fetchModel(entry: ModelEntry): Promise<Uint8Array<ArrayBuffer>> {
  return bytesOf(await fetched(modelAddress(entry)));
}

/** @throws CongruentError `E_NO_PASSPORT`, `E_FETCH`, `E_JSON` or `E_SCHEMA`. */
export async function fetchPassport(entry: ModelEntry): Promise<Passport> {
  if (!entry.passport) {
    throw new CongruentError({
      code: "E_NO_PASSPORT",
      what: `${entry.name} has no model.passport.json, so there are no golden outputs to compare with`,
      fix: "promote the model again: congruent promote RUN",
    });
  }
  const path = `models/${entry.name}/model.passport.json`;
  return checked(await jsonOf(await fetched(`./${path}`)), passportSchema, path);
}
