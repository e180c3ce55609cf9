import Classification

/// How an engine did with a batch.
struct BatchReport: Sendable {
  let engine: EngineKind
  /// Pictures.
  let size: Int
  let duration: Duration
  /// Why the engine failed, if it did.
  let error: InferenceError?
}
