import { CongruentError } from "./errors.js";
import { type NameKind, unknownName } from "./unknown-name.js";

export interface RegistryOptions extends NameKind {
  /** Code of the error for a name that is registered a second time. Default: that of an unknown name. */
  takenCode?: string;
}

/**
 * Members that are looked up by name, such as samplers or data sets.
 *
 * @example
 * ```ts
 * const shapes = new Registry({ kind: "shape", code: "E_SHAPE" }, { square: 4, triangle: 3 });
 * shapes.get("square"); // => 4
 * shapes.register("pentagon", 5);
 * shapes.names; // => ["square", "triangle", "pentagon"]
 * shapes.find("circle"); // => undefined
 * ```
 */
export class Registry<T> {
  readonly #options: RegistryOptions;
  /** Without a prototype, so that "toString" is no member. */
  readonly #members: Record<string, T> = Object.create(null);
  /** Of their own: an object puts names that look like numbers first. */
  readonly #names: string[] = [];

  /** @param members what is there from the beginning, in the order of `names` */
  constructor(options: RegistryOptions, members: Readonly<Record<string, T>>) {
    this.#options = options;
    for (const [name, member] of Object.entries(members)) this.register(name, member);
  }

  /** Every member by name; what is registered later appears here as well. */
  get members(): Readonly<Record<string, T>> {
    return this.#members;
  }

  /** In the order in which they were registered. */
  get names(): string[] {
    return [...this.#names];
  }

  has(name: string): boolean {
    return name in this.#members;
  }

  /** The member of that name, or undefined. */
  find(name: string): T | undefined {
    return this.#members[name];
  }

  /**
   * The member of that name.
   *
   * @throws CongruentError of the registry's code: the names there are, and the one that was probably meant.
   */
  get(name: string): T {
    if (!this.has(name)) throw unknownName(name, this.names, this.#options);
    return this.#members[name] as T;
  }

  /**
   * Adds a member.
   *
   * @throws CongruentError of the code `takenCode` where there is one of that name already.
   */
  register(name: string, member: T): void {
    const { kind, code, takenCode = code } = this.#options;
    if (this.has(name)) {
      throw new CongruentError({
        code: takenCode,
        what: `there is a ${kind} called "${name}" already`,
        expected: "a new name",
        fix: "choose another name",
      });
    }
    // defineProperty: "__proto__" is a name like any other.
    Object.defineProperty(this.#members, name, { value: member, enumerable: true });
    this.#names.push(name);
  }
}
