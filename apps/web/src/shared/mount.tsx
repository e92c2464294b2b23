import { Component, type ComponentChildren, render } from "preact";
import { Problem } from "./Problem.js";

/** Shows errors that no component expected, instead of leaving a blank page and a line in the console. */
class Boundary extends Component<{ children: ComponentChildren }, { error: unknown }> {
  override state = { error: null as unknown };

  override componentDidMount(): void {
    addEventListener("error", ({ error, message }) => this.setState({ error: error ?? message }));
    addEventListener("unhandledrejection", ({ reason }) => this.setState({ error: reason }));
  }

  override componentDidCatch(error: unknown): void {
    this.setState({ error });
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <div class="page">
        <Problem error={this.state.error} />
      </div>
    );
  }
}

/** Starts a page. */
export function mount(page: ComponentChildren): void {
  render(<Boundary>{page}</Boundary>, document.getElementById("app")!);
}
