/** @needs browser web */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tensorBytes, tensorFromBytes } from "@congruent/core";
import { describeIf, timeLimits } from "@congruent/core/testing";
import { launchChromium } from "@congruent/toolchain";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { bandGolden, bandModel, bandOverlay, bandPassport } from "./band-model.js";
import { whySkipped, withPage } from "./open-page.js";

jest.setTimeout(timeLimits.programs);

const skipped = whySkipped();
const inBrowser = describeIf(skipped === null, skipped ?? "");

const rowOf = (page: Page, runtime: string) =>
  page.locator(".cg-matrix tbody", { has: page.getByRole("rowheader", { name: new RegExp(`^${runtime}`) }) });

/** Before a page's own script. Starting WebGPU takes seconds; a test that is about something else does without. */
const WITHOUT_WEBGPU = `Object.defineProperty(Navigator.prototype, "gpu", { get: () => undefined });`;

inBrowser("parity page in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium({ webgpu: "software" });
  });
  afterAll(() => browser?.close());

  it("wasm and WebGPU agree with what was computed by hand", async () => {
    const overlay = bandOverlay(bandModel());
    await withPage({ browser, path: "/parity.html", overlay }, async ({ page, faults }) => {
      await page.locator('.check:not([data-state="loading"])').waitFor();
      const wasm = await rowOf(page, "web-wasm").textContent();
      expect(wasm).toContain("pass");
      expect(wasm).toContain("0 of 4");
      // A missing adapter is a property of the machine; a difference would be one of the model.
      expect(await rowOf(page, "web-webgpu").textContent()).toMatch(/pass|unavailable/);
      expect(await page.locator(".check").getAttribute("data-state")).toBe("pass");
      expect(faults).toEqual([]);
    });
  });

  it("shows a failure plainly when the numbers differ", async () => {
    const model = bandModel();
    const passport = bandPassport(model);
    const { outputs } = bandGolden();
    const probabilities = new Uint8Array(tensorBytes(outputs.probabilities!));
    new DataView(probabilities.buffer).setFloat32(0, 0.5, true);
    passport.golden.outputs.probabilities!.base64 = Buffer.from(probabilities).toString("base64");
    const overlay = bandOverlay(model, passport);
    await withPage({ browser, path: "/parity.html", overlay, before: WITHOUT_WEBGPU }, async ({ page }) => {
      await page.locator('.check[data-state="fail"]').waitFor();
      const wasm = await rowOf(page, "web-wasm").textContent();
      expect(wasm).toContain("fail");
      expect(wasm).toContain("beyond its bound");
      expect(await page.locator(".verdict-row").textContent()).toContain(
        "it passed when the model was promoted",
      );
    });
  });

  it("excuses a decision at a tie, by the rule of every parity report, and shows it", async () => {
    const model = bandModel();
    const passport = bandPassport(model);
    const { label } = bandGolden().outputs;
    const other = BigInt64Array.from(label!.data as BigInt64Array, (value, i) =>
      i === 0 ? value + 1n : value,
    );
    passport.golden.outputs.label!.base64 = Buffer.from(other.buffer).toString("base64");
    for (const [bound, state] of [
      [1, "pass"],
      [1e-5, "fail"],
    ] as const) {
      // Two scores that may each move by the bound are a tie within twice the bound.
      passport.golden.bounds.probabilities = { bound, why: "for this test" };
      const overlay = bandOverlay(model, passport);
      await withPage({ browser, path: "/parity.html", overlay, before: WITHOUT_WEBGPU }, async ({ page }) => {
        await page.locator(`.check[data-state="${state}"]`).waitFor();
        expect(await rowOf(page, "web-wasm").textContent()).toContain("1 of 4");
      });
    }
  });

  it("a browser without WebGPU has an unavailable cell with the reason, and the rest still counts", async () => {
    const overlay = bandOverlay(bandModel());
    await withPage({ browser, path: "/parity.html", overlay, before: WITHOUT_WEBGPU }, async ({ page }) => {
      await page.locator('.check[data-state="pass"]').waitFor();
      const webgpu = await rowOf(page, "web-webgpu").textContent();
      expect(webgpu).toContain("unavailable");
      expect(webgpu).toContain("this browser has no WebGPU");
    });
  });

  it.each(["pass", "expected-fail", "fail"] as const)(
    "a runtime that was recorded as %s and is missing here makes the verdict inconclusive, by name",
    async (status) => {
      const model = bandModel();
      const passport = bandPassport(model);
      passport.parity.cells.push({ runtime: "web-webgpu", browser: null, status, samples: 4 });
      const overlay = bandOverlay(model, passport);
      await withPage({ browser, path: "/parity.html", overlay, before: WITHOUT_WEBGPU }, async ({ page }) => {
        await page.locator('.check:not([data-state="loading"])').waitFor();
        expect(await page.locator(".check").getAttribute("data-state")).toBe("inconclusive");
        const said = await page.locator(".verdict-row").textContent();
        expect(said).toContain("web-webgpu was compared when the model was promoted and is missing here");
        expect(await rowOf(page, "web-wasm").textContent()).toContain("pass");
      });
    },
  );

  it("refuses a passport of another file, and a model without one", async () => {
    const model = bandModel();
    const foreign = bandPassport(model);
    foreign.model.sha256 = "0".repeat(64);
    for (const [passport, code] of [
      [foreign, "E_PASSPORT_MODEL"],
      [null, "E_NO_PASSPORT"],
    ] as const) {
      const overlay = bandOverlay(model, passport);
      await withPage({ browser, path: "/parity.html", overlay }, async ({ page }) => {
        const problem = page.getByRole("alert");
        await problem.waitFor();
        expect(await problem.textContent()).toContain(code);
      });
    }
  });

  it("a broken model file is an error with its code", async () => {
    const broken = new TextEncoder().encode("no model at all");
    const overlay = bandOverlay(broken, bandPassport(broken));
    await withPage({ browser, path: "/parity.html", overlay }, async ({ page }) => {
      await page.locator('.check[data-state="fail"]').waitFor();
      expect(await rowOf(page, "web-wasm").textContent()).toContain("E_ONNX_INVALID");
    });
  });

  it("does a runner's job in batches and posts the outputs that were computed by hand", async () => {
    const { inputs, outputs } = bandGolden(7);
    const posted = await doJob(browser, bandModel(), inputs.pixels!.data as Float32Array, 7);
    expect(posted.result).toMatchObject({ ok: true });
    expect(posted.result.seconds).toBeGreaterThan(0);
    expect(posted.parts.map(({ samples, adapter }) => [samples, adapter])).toEqual(
      [3, 3, 1].map((n) => [n, null]),
    );
    const labels = posted.parts.flatMap(({ samples, outputs: given }) => [
      ...tensorFromBytes(given[`label?dtype=int64&dims=${samples}`]!, "int64", [samples]).data,
    ]);
    expect(labels).toEqual([...outputs.label!.data]);
    const observed = posted.parts.flatMap(({ samples, outputs: given }) => [
      ...tensorFromBytes(given[`probabilities?dtype=float32&dims=${samples},10`]!, "float32", [samples, 10])
        .data,
    ]);
    outputs.probabilities!.data.forEach((value, i) => {
      expect(observed[i]).toBeCloseTo(Number(value), 5);
    });
  });

  describe("what leaves the page", () => {
    const elsewhere = [
      "http://127.0.0.1:9/x",
      "//localhost:9/x",
      "https://example.com/x",
      "data:,x",
      "http://[",
    ];
    const whole = {
      model: "/job/1/model",
      runtime: "web-wasm",
      threads: 1,
      batching: { mode: "once" },
      inputs: [{ name: "pixels", dtype: "float32", dims: [1, 28, 28, 1], url: "/job/1/input/0" }],
      parts: "/job/1/parts",
      results: "/job/1/results",
    };
    const [input] = whole.inputs;

    it.each([
      ["the job", elsewhere.map((address) => ({ path: address, job: whole }))],
      ["its model", elsewhere.map((model) => ({ path: "/job/1", job: { ...whole, model } }))],
      ["its parts", elsewhere.map((parts) => ({ path: "/job/1", job: { ...whole, parts } }))],
      ["its results", elsewhere.map((results) => ({ path: "/job/1", job: { ...whole, results } }))],
      [
        "an input",
        elsewhere.map((url) => ({ path: "/job/1", job: { ...whole, inputs: [{ ...input, url }] } })),
      ],
    ])("goes to no other origin: %s", async (_, cases) => {
      const refused = cases.map(async ({ path, job }) => {
        const asked: string[] = [];
        const prepare = async (page: Page) => {
          page.on("request", (request) => asked.push(`${request.method()} ${request.url()}`));
          await page.route(
            ({ pathname }) => pathname === "/job/1",
            (route) => route.fulfill({ body: JSON.stringify(job) }),
          );
        };
        const address = `/parity.html?job=${encodeURIComponent(path)}`;
        await withPage({ browser, path: address, prepare }, async ({ page, origin }) => {
          const problem = page.getByRole("alert");
          await problem.waitFor();
          expect(await problem.textContent()).toContain("E_FOREIGN_ADDRESS");
          expect(asked.filter((request) => !request.startsWith(`GET ${origin}/`))).toEqual([]);
          expect(asked.filter((request) => /\/job\/1\//.test(request))).toEqual([]);
        });
      });
      await Promise.all(refused);
    });

    it("is not redirected to another origin", async () => {
      let reached = 0;
      // It would let any page read its answer.
      const other = createServer((_, response) => {
        reached++;
        response.setHeader("Access-Control-Allow-Origin", "*");
        response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
        response.end(JSON.stringify(whole));
      }).listen(0, "127.0.0.1");
      await once(other, "listening");
      try {
        const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/job`;
        const overlay = { "/job/1": { redirect: location } };
        await withPage({ browser, path: "/parity.html?job=/job/1", overlay }, async ({ page }) => {
          await page.getByRole("alert").filter({ hasText: "E_FETCH" }).waitFor();
          expect(reached).toBe(0);
        });
      } finally {
        other.close();
      }
    });
  });

  it("posts a job's failure with its code", async () => {
    const { result } = await doJob(browser, new Uint8Array([1, 2, 3]), new Float32Array(784), 1);
    expect(result).toMatchObject({ ok: false, code: "E_ONNX_INVALID" });
  });
});

interface Posted {
  result: Record<string, unknown> & { seconds?: number };
  parts: { samples: number; adapter: string | null; outputs: Record<string, Uint8Array> }[];
}

/** The runner's side of a job, answered by the test itself. */
async function doJob(
  browser: Browser,
  model: Uint8Array,
  pixels: Float32Array,
  samples: number,
): Promise<Posted> {
  const parts: Posted["parts"] = [];
  let outputs: Record<string, Uint8Array> = {};
  let result: Posted["result"] | undefined;
  const job = {
    model: "/job/1/model",
    runtime: "web-wasm",
    threads: 1,
    batching: { mode: "split", size: 3 },
    inputs: [{ name: "pixels", dtype: "float32", dims: [samples, 28, 28, 1], url: "/job/1/input/0" }],
    parts: "/job/1/parts",
    results: "/job/1/results",
  };
  const bodies: Record<string, Buffer> = {
    "/job/1": Buffer.from(JSON.stringify(job)),
    "/job/1/model": Buffer.from(model),
    "/job/1/input/0": Buffer.from(pixels.buffer),
  };
  const prepare = (page: Page) =>
    page.route(
      ({ pathname }) => pathname.startsWith("/job/"),
      (route) => {
        const request = route.request();
        const { pathname, search } = new URL(request.url());
        if (request.method() === "GET") return route.fulfill({ body: bodies[pathname]! });
        if (pathname === "/job/1/parts") {
          parts.push({ ...(request.postDataJSON() as Omit<Posted["parts"][number], "outputs">), outputs });
          outputs = {};
        } else if (pathname === "/job/1/results") result = request.postDataJSON() as Posted["result"];
        else {
          const name = decodeURIComponent(pathname.slice("/job/1/results/".length));
          outputs[`${name}${decodeURIComponent(search)}`] = new Uint8Array(request.postDataBuffer()!);
        }
        return route.fulfill({ body: "" });
      },
    );
  await withPage({ browser, path: "/parity.html?job=/job/1", prepare }, async ({ page, faults }) => {
    await page.locator('.job[data-step="done"]').waitFor();
    expect(faults).toEqual([]);
  });
  return { result: result!, parts };
}
