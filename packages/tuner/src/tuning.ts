import { CongruentError, checked } from "@congruent/core";
import {
  type Hyperparameter,
  type HyperparameterValue,
  type HyperparameterValues,
  type Recipe,
  recipeSchema,
  type Tuning,
  type TuningObjective,
} from "@congruent/core/schemas";
import { recipeLogs } from "@congruent/run";
import { networkOf } from "@congruent/zoo";
import { objectiveFor } from "./objective.js";
import { samplerOf } from "./samplers/index.js";
import type { Payload } from "./search.js";
import { defaultPoint, pointOf } from "./space/points.js";
import { type Space, spaceOf } from "./space/space.js";
import { withField } from "./with-field.js";

/**
 * The recipe of a trial.
 *
 * @throws CongruentError `E_SCHEMA` naming the field that the values do not fit, `E_SPACE_PATH`
 */
export function recipeOf(tuning: Tuning, values: HyperparameterValues): Recipe {
  return checked(
    withValues(tuning, values),
    recipeSchema,
    `the recipe of ${tuning.name} with ${said(values)}`,
  );
}

/** The recipe that values become when they are trained for good: with the search's `final` changes. */
export function finalRecipe(tuning: Tuning, values: HyperparameterValues): Recipe {
  let recipe = withValues(tuning, values);
  for (const [path, value] of Object.entries(tuning.final)) recipe = withField(recipe, path, value);
  return checked(recipe, recipeSchema, `the recipe of ${tuning.name} with ${said(values)}`);
}

/**
 * What `openSearch` needs for a search that is plain data. Whatever can be refused is refused here, before a trial runs: values that
 * the recipe or its network do not take, an objective that no epoch will log, choosing by the test images.
 *
 * @throws CongruentError `E_SPACE_…`, `E_SCHEMA`, `E_PARAMETERS`, `E_ARCHITECTURE`, `E_SAMPLER`, `E_OBJECTIVE`,
 * `E_TEST_MONITORED`
 */
export function searchOfTuning(tuning: Tuning) {
  const space = spaceOf(tuning.space);
  samplerOf(tuning.sampler);
  const objective = objectiveFor(tuning.objective);
  for (const point of extremePoints(space)) {
    for (const recipe of [recipeOf(tuning, point), finalRecipe(tuning, point)]) networkOf(recipe);
    refuseChoosingByTest(recipeOf(tuning, point), objective);
  }
  return {
    name: tuning.name,
    space: tuning.space,
    payload: (values: HyperparameterValues) => plain(recipeOf(tuning, values)),
    objective,
    sampler: tuning.sampler,
    maxTrials: tuning.maxTrials,
    executionsPerTrial: tuning.executionsPerTrial,
    maxRetriesPerTrial: tuning.maxRetriesPerTrial,
    maxConsecutiveFailedTrials: tuning.maxConsecutiveFailedTrials,
    seed: tuning.seed,
    logged: recipeLogs(recipeOf(tuning, defaultPoint(space))),
  };
}

function plain(recipe: Recipe): Payload {
  // Without the fields that are undefined.
  return JSON.parse(JSON.stringify(recipe)) as Payload;
}

function withValues(tuning: Tuning, values: HyperparameterValues): Record<string, Payload> {
  const { name, description } = tuning;
  let recipe: Record<string, Payload> = {
    schema: "congruent/recipe@1",
    name,
    description,
    ...tuning.recipe,
  };
  for (const { name: of, path = of } of tuning.space) {
    const value = Object.hasOwn(values, of) ? values[of] : undefined;
    if (value === undefined) continue;
    for (const field of [path].flat()) recipe = withField(recipe, field, value);
  }
  return recipe;
}

/** Of finite sets with at most this many values all are tried; of others the first and the last. */
const TRIED_OUT = 32;

/** Each hyper-parameter's values in turn, the others at their defaults, or at what lets it be there. */
function extremePoints(space: Space): HyperparameterValues[] {
  return space.hyperparameters.flatMap((hp) => {
    const domain = space.domain(hp.name);
    const few = domain.size !== null && domain.size <= TRIED_OUT;
    const values = few ? domain.values() : [domain.default, domain.at(0), domain.at(1 - 2 ** -30)];
    const needed = parentsOf(space, hp);
    return values.map((value) =>
      pointOf(space, ({ name }) =>
        name === hp.name ? value : (needed.get(name) ?? space.domain(name).default),
      ),
    );
  });
}

/** What those that a hyper-parameter depends on must be for it to be there. */
function parentsOf(space: Space, hp: Hyperparameter): Map<string, HyperparameterValue> {
  const needed = new Map<string, HyperparameterValue>();
  for (const { name, values } of hp.when ?? []) {
    const parent = space.hyperparameters.find((other) => other.name === name) as Hyperparameter;
    for (const [above, value] of parentsOf(space, parent)) needed.set(above, value);
    needed.set(name, values[0] as HyperparameterValue);
  }
  return needed;
}

function said(values: HyperparameterValues): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

function refuseChoosingByTest({ validationSplit }: Recipe, { name }: TuningObjective): void {
  if (validationSplit !== "test" || !name.startsWith("val")) return;
  throw new CongruentError({
    code: "E_TEST_MONITORED",
    what: `validationSplit is "test", and the objective is ${name}: the test images would decide which values are scored on them`,
    expected: "a test set from which nothing is chosen",
    fix: 'validate with a part of the training images: "validationSplit": 0.1',
  });
}
