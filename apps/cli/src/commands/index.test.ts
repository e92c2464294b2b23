import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { program } from "../main.js";
import { groups, verbs } from "./index.js";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

describe("the list of verbs", () => {
  it("has one for each file of commands/, under the file's name", () => {
    const files = readdirSync(path("../../src/commands/")).filter(
      (name) => !/^index\.|\.test\.ts$/.test(name),
    );
    expect(verbs.map(({ name }) => `${name.replace(" ", "-")}.ts`).sort()).toEqual(files.sort());
  });

  it("says of each group what it is for", () => {
    const first = verbs.flatMap(({ name }) => (name.includes(" ") ? [name.split(" ")[0]] : []));
    expect(Object.keys(groups).sort()).toEqual([...new Set(first)].sort());
  });

  it("is the README's table", () => {
    const readme = readFileSync(path("../../../../README.md"), "utf8");
    const [, table = ""] = /\| verb +\|[^\n]*\n([\s\S]*?)\n\n/.exec(readme) ?? [];
    const named = [...table.matchAll(/^\| `([a-z]+(?: [a-z]+)?)/gm)].map(([, name = ""]) => name);
    expect(named.sort()).toEqual(verbs.map(({ name }) => name).sort());
  });

  it("names every study in the help of study", async () => {
    const { studies } = await import("@congruent/studies");
    const [name] = program().commands.find((each) => each.name() === "study")?.registeredArguments ?? [];
    for (const study of studies) expect(name?.description).toContain(study.name);
  });

  it("adds no option twice, and gives every verb --json and --verbose", () => {
    const commands = program().commands.flatMap((each) =>
      each.commands.length > 0 ? each.commands : [each],
    );
    expect(commands).toHaveLength(verbs.length);
    for (const command of commands) {
      const flags = command.options.map(({ long }) => long);
      expect(new Set(flags).size).toBe(flags.length);
      expect(flags).toEqual(expect.arrayContaining(["--json", "--verbose"]));
    }
  });
});
