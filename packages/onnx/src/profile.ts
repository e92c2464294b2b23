import { CongruentError } from "@congruent/core/essentials";
import type { Card } from "@congruent/core/schemas";
import type { ModelProto } from "./generated/onnx/onnx-ml_pb.js";
import { describeDims, type ModelInterface, modelInterface, type ValueDescription } from "./interface.js";

/** The part of a card that a model's inputs and outputs follow from. */
type ProfileOfCard = Pick<Card, "input" | "labels" | "outputs">;

/**
 * Checks a model by the image-classifier profile that its card claims: one input `pixels` float32 [batch, H, W, C], an
 * output `label` int64 [batch], further outputs float32 [batch, K], batch dynamic, exactly the outputs that the card lists.
 *
 * @throws CongruentError `E_PROFILE` with every deviation at once.
 */
export function checkProfile(model: ModelProto, card: Card, source = "the model"): void {
  const deviations = profileDeviations(model, card);
  if (deviations.length === 0) return;
  throw new CongruentError({
    code: "E_PROFILE",
    what: `${source} does not follow the profile ${card.profile}:\n    ${deviations.join("\n    ")}`,
    fix: "export the model again, or correct its card",
  });
}

/** What {@link checkProfile} would name, one sentence each. */
export function profileDeviations(model: ModelProto, card: Card): string[] {
  return interfaceDeviations(modelInterface(model), card);
}

/** The same of what is known without the whole model. */
export function interfaceDeviations({ inputs, outputs }: ModelInterface, card: ProfileOfCard): string[] {
  const { height, width, channels } = card.input;
  const deviations: string[] = [];
  const expectValues = (
    kind: string,
    values: readonly ValueDescription[],
    expected: Record<string, readonly [dtype: string, rest: readonly number[]]>,
  ) => {
    for (const value of values) {
      const wanted = expected[value.name];
      if (wanted) deviations.push(...valueDeviations(kind, value, ...wanted));
      else deviations.push(`${kind} ${value.name} is not part of the profile or of the card`);
    }
    const present = new Set(values.map((value) => value.name));
    for (const name of Object.keys(expected)) {
      if (!present.has(name)) deviations.push(`${kind} ${name} is missing`);
    }
  };
  expectValues("input", inputs, { [card.input.name]: ["float32", [height, width, channels]] });
  const classes = card.labels.length;
  expectValues(
    "output",
    outputs,
    Object.fromEntries(
      card.outputs.map((name) => [name, name === "label" ? ["int64", []] : ["float32", [classes]]] as const),
    ),
  );
  if (!card.outputs.includes("label")) deviations.push("the card does not list the output label");
  return deviations;
}

function valueDeviations(
  kind: string,
  value: ValueDescription,
  dtype: string,
  rest: readonly number[],
): string[] {
  const deviations: string[] = [];
  const name = `${kind} ${value.name}`;
  if (value.dtype !== dtype) deviations.push(`${name} is ${value.dtype}, not ${dtype}`);
  const wanted = describeDims(["batch", ...rest]);
  const found = describeDims(value.dims);
  if (!value.dims) deviations.push(`${name} has no declared shape instead of ${wanted}`);
  else if (
    value.dims.length !== rest.length + 1 ||
    rest.some((size, axis) => value.dims?.[axis + 1] !== size)
  ) {
    deviations.push(`${name} has the shape ${found}, not ${wanted}`);
  } else if (typeof value.dims[0] === "number") {
    deviations.push(`${name} has the fixed batch size ${value.dims[0]}; it must be dynamic`);
  }
  return deviations;
}
