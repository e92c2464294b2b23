/**
 * Lets Node run this repository from source: `node --conditions=@congruent/source --import ./scripts/source/register.mjs FILE.ts`.
 * Each file is compiled by itself, and kept compiled until it changes.
 */
import { register } from "node:module";
import { guardIfTested } from "../jest/needs.cjs";

process.setSourceMapsEnabled(true);
guardIfTested();
register("./hooks.mjs", import.meta.url);
