/** Shown instead of an empty page when no model has been promoted. */
export function NoModel() {
  return (
    <div class="card empty" role="status">
      <h2>No model has been promoted yet</h2>
      <p>
        Run <code>npm start</code> in the project's folder: it trains LeNet, exports it and puts it under{" "}
        <code>models/</code>. Then reload this page.
      </p>
    </div>
  );
}
