/** The GitHub Action: its inputs reach `congruent parity`, its exit code and table come out. GitHub itself is a server of this test. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { parse } from "yaml";
import { timeLimits } from "../packages/core/src/testing.ts";

jest.setTimeout(timeLimits.programs);

const action = join(process.cwd(), ".github", "actions", "parity");

let directory;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "action-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function run(script, env) {
  const child = spawn(process.execPath, [join(action, script)], {
    cwd: directory,
    env: { PATH: process.env.PATH, ...env },
  });
  const [status] = await once(child, "close");
  return status;
}

describe("action.yml", () => {
  it("is a composite action whose scripts exist and whose inputs are all used", async () => {
    const { runs, inputs } = parse(await readFile(join(action, "action.yml"), "utf8"));
    expect(runs.using).toBe("composite");
    for (const { run: command, shell } of runs.steps) {
      expect(shell).toBe("bash");
      expect(existsSync(join(action, /PATH\/(\S+\.mjs)/.exec(command)[1]))).toBe(true);
    }
    const used = JSON.stringify(runs);
    for (const [name, { description }] of Object.entries(inputs)) {
      expect(description).toMatch(/\w/);
      expect(used).toContain(`inputs.${name}`);
    }
  });
});

describe("run-parity.mjs", () => {
  it("hands options over, one by one, and the verdict and the exit code on", async () => {
    // Stands for the command: notes what it was given, writes two reports and says no.
    const fixture = join(directory, "congruent.mjs");
    await writeFile(
      fixture,
      `import { writeFileSync } from "node:fs";
       const given = process.argv.slice(2);
       writeFileSync("given.json", JSON.stringify(given));
       for (const [i, each] of given.entries()) {
         if (each !== "--report") continue;
         if (given[i + 1].endsWith(".json")) writeFileSync(given[i + 1], '{"verdict":"fail"}');
         if (given[i + 1].endsWith(".md")) writeFileSync(given[i + 1], "| runtime |");
       }
       process.exit(1);`,
    );
    const [output, summary] = [join(directory, "output"), join(directory, "summary")];
    const status = await run("run-parity.mjs", {
      PARITY_COMMAND: JSON.stringify([process.execPath, fixture]),
      PARITY_MODEL: "my model; rm -rf.onnx",
      PARITY_RUNTIMES: "node-cpu,web-wasm",
      PARITY_ARGUMENTS: " --gate  both ",
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
    });
    expect(status).toBe(1);
    const given = JSON.parse(await readFile(join(directory, "given.json"), "utf8"));
    expect(given.slice(0, 6)).toEqual([
      "parity",
      "my model; rm -rf.onnx",
      "--runtimes",
      "node-cpu,web-wasm",
      "--gate",
      "both",
    ]);
    expect(given).not.toContain("--expect");
    expect(await readFile(output, "utf8")).toBe("verdict=fail\nreport=parity-report/parity.json\n");
    expect(await readFile(summary, "utf8")).toBe("| runtime |");
  });

  it("ends with 3 where the command is absent", async () => {
    const command = JSON.stringify([join(directory, "no-such-command")]);
    expect(
      await run("run-parity.mjs", {
        PARITY_COMMAND: command,
        PARITY_MODEL: "m.onnx",
        PARITY_REPORTS: "none",
      }),
    ).toBe(3);
  });
});

describe("comment.mjs", () => {
  it("comments once, and replaces its own comment the next time", async () => {
    const comments = [{ id: 1, body: "a person's" }];
    const asked = [];
    const server = createServer(async (request, response) => {
      let text = "";
      for await (const part of request) text += part;
      asked.push([request.method, request.url.split("?")[0], request.headers.authorization]);
      const content = text === "" ? null : JSON.parse(text);
      if (request.method === "POST") comments.push({ id: 2, ...content });
      if (request.method === "PATCH") Object.assign(comments[1], content);
      response.end(JSON.stringify(request.method === "GET" ? comments : {}));
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const env = {
        GITHUB_API_URL: `http://127.0.0.1:${server.address().port}`,
        GITHUB_REPOSITORY: "some/one",
        GITHUB_TOKEN: "secret",
        PULL_REQUEST: "7",
        PARITY_MODEL: "m.onnx",
        PARITY_REPORTS: "reports",
      };
      expect(await run("comment.mjs", env)).toBe(0);
      expect(comments).toHaveLength(1);
      const reports = join(directory, "reports");
      await mkdir(reports);
      for (const table of ["| first |", "| second |"]) {
        await writeFile(join(reports, "parity.md"), table);
        expect(await run("comment.mjs", env)).toBe(0);
      }
      expect(comments).toHaveLength(2);
      expect(comments[1].body).toMatch(/^<!-- congruent parity m.onnx -->\n\| second \|$/);
      expect(asked.map(([method, url]) => `${method} ${url}`)).toEqual([
        "GET /repos/some/one/issues/7/comments",
        "POST /repos/some/one/issues/7/comments",
        "GET /repos/some/one/issues/7/comments",
        "PATCH /repos/some/one/issues/comments/2",
      ]);
      expect(asked[0][2]).toBe("Bearer secret");
    } finally {
      server.close();
    }
  });
});
