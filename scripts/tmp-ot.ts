import { readFileSync } from "node:fs";
import { decodeModel, decodeTensorProto, checkModel } from "../packages/onnx/src/index.ts";
import { fromProto, interpretWithBounds } from "../packages/reference/src/index.ts";
import { difference } from "./backend-tests/compare.js";
const t = (x) => fromProto(decodeTensorProto(Buffer.from(x, "base64")));
let ok = 0;
for (const l of readFileSync(process.argv[2], "utf8").trim().split("\n")) {
  const c = JSON.parse(l);
  try {
    const model = decodeModel(Buffer.from(c.model, "base64")); checkModel(model);
    const { outputs } = interpretWithBounds(model, Object.fromEntries(Object.entries(c.feeds).map(([k, v]) => [k, t(v)])));
    const bad = c.outputs.map((o, i) => difference(t(o), outputs.get(model.graph.output[i].name), { rtol: 1e-3, atol: 1e-6 })).find(x => x);
    if (bad) console.log("FAIL", c.name, bad); else ok++;
  } catch (e) { console.log("ERR", c.name, e.code, String(e.message).split("\n")[0].slice(0, 150)); }
}
console.log(ok);
