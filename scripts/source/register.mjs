/**
 * Lets Node run this repository from source: `node --conditions=@congruent/source --import ./scripts/source/register.mjs FILE.ts`.
 * Each file is compiled by itself, and kept compiled until it changes.
 */
import { register } from "node:module";

process.setSourceMapsEnabled(true);
register("./hooks.mjs", import.meta.url);
