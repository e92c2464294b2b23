import { timeLimits } from "@congruent/core/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { CongruentError } from "../errors.js";
import { Dialogue } from "./dialogue.js";

jest.setTimeout(timeLimits.programs);

/** Doubles what it is told, ends at 0 and never answers to -1. */
const SCRIPT = `
console.log("a framework's chatter");
console.log("{ not a message");
console.log(JSON.stringify({ ready: true }));
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { n } = JSON.parse(line);
  if (n === 0) { console.error("out of numbers"); process.exit(9); }
  if (n > 0) console.log(JSON.stringify({ n: 2 * n }));
});
`;
const start = () => new Dialogue({ command: process.execPath, args: ["-e", SCRIPT], messages: "lines" });

describe("a dialogue", () => {
  it("goes to and fro, whoever is first", async () => {
    const dialogue = start();
    expect(await dialogue.next()).toEqual({ ready: true });
    for (const n of [1, 2, 3]) dialogue.send({ n });
    for (const n of [2, 4, 6]) expect(await dialogue.next(60_000)).toEqual({ n });
    await dialogue.end();
    await dialogue.end();
  });

  it("tells a child's end, also where nothing is waited for yet, with what it printed besides messages", async () => {
    const dialogue = start();
    await dialogue.next();
    dialogue.send({ n: 0 });
    const gone = {
      code: "E_CRASH",
      what: expect.stringMatching(/status 9.*chatter\n\{ not a message\nout of numbers$/s),
    };
    await expect(dialogue.next()).rejects.toMatchObject(gone);
    await expect(dialogue.next()).rejects.toMatchObject(gone);
  });

  it("ends a child that does not answer in time", async () => {
    const dialogue = start();
    await dialogue.next();
    dialogue.send({ n: -1 });
    await expect(dialogue.next(200)).rejects.toMatchObject({
      code: "E_TIMEOUT",
      what: expect.stringContaining("0.2 s"),
    });
    await dialogue.end();
  });

  it("tells an end in the caller's words", async () => {
    const dialogue = new Dialogue(
      { command: process.execPath, args: ["-e", "process.exit(3)"], messages: "lines" },
      ({ exitCode }) => new CongruentError({ code: "E_OWN", what: `gone with ${exitCode}` }),
    );
    await expect(dialogue.next()).rejects.toMatchObject({ code: "E_OWN", what: "gone with 3" });
  });
});
