/** @needs tensorflow export */

import { describeRandomModels } from "./describe-random-models.js";

describeRandomModels(15);
