import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { jobPage, resultShape, resultUrl, webJobResultSchema } from "./web-job.js";

describe("the protocol with the page", () => {
  it("carries any output name and shape in an address", () => {
    const dtypes = fc.constantFrom("float32" as const, "int64" as const, "bool" as const);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), dtypes, fc.array(fc.nat(9)), (name, dtype, dims) => {
        const url = new URL(resultUrl("/job/1/results", name, { dtype, dims }), "http://localhost");
        fc.pre(name !== "." && name !== "..");
        expect(resultShape(url.searchParams)).toEqual({ dtype, dims });
        expect(decodeURIComponent(url.pathname.slice("/job/1/results/".length))).toBe(name);
      }),
    );
  });

  it.each(["", "dtype=float99&dims=1", "dtype=float32&dims=-1", "dtype=float32&dims=1.5", "dims=1"])(
    "refuses the query %p",
    (query) => {
      expect(() => resultShape(new URLSearchParams(query))).toThrow(
        expect.objectContaining({ code: "E_SCHEMA" }),
      );
    },
  );

  it("opens the page with its job", () => {
    const url = new URL(jobPage("7"), "http://localhost");
    expect([url.pathname, url.searchParams.get("job")]).toEqual(["/parity.html", "/job/7"]);
  });

  it("takes a failure without a remedy", () => {
    expect(webJobResultSchema.safeParse({ ok: false, code: "E_RUN", message: "no" }).success).toBe(true);
    expect(webJobResultSchema.safeParse({ ok: true }).success).toBe(false);
    expect(webJobResultSchema.safeParse({ ok: true, seconds: 0 }).success).toBe(true);
  });
});
