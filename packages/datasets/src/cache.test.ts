import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { defaultCacheDir } from "./cache.js";

describe("defaultCacheDir", () => {
  it.each([
    [{ CONGRUENT_CACHE: "/c" }, "linux", join("/c", "datasets")],
    [{}, "linux", join("/h", ".cache", "congruent", "datasets")],
    [{ XDG_CACHE_HOME: "/x" }, "linux", join("/x", "congruent", "datasets")],
    [{}, "darwin", join("/h", "Library", "Caches", "congruent", "datasets")],
    [{ LOCALAPPDATA: "/l" }, "win32", join("/l", "congruent", "datasets")],
  ] as const)("%j on %s", (env, platform, expected) => {
    expect(defaultCacheDir(env, platform, "/h")).toBe(expected);
  });
});
