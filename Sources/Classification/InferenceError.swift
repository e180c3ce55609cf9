/// Why a model could not be loaded or run.
public enum InferenceError: Error, Sendable, Hashable {
  /// The file of this form of the model does not exist or cannot be read.
  case modelUnreadable(path: String, reason: String)
  /// The file was read, but is not a model this engine can run.
  case modelInvalid(path: String, reason: String)
  /// The runtime failed while computing.
  case runtimeFailure(engine: EngineKind, reason: String)
  /// The buffers do not hold whole pictures and their logits.
  case shapeMismatch(pixels: Int, logits: Int, classes: Int)
  /// The model answered with something other than one finite number a class.
  case unusableLogits
  /// This configuration or version of the model does not have the engine.
  case engineUnavailable(EngineKind, reason: String)
  /// This build of the program comes without the library that the engine needs.
  case libraryMissing(EngineKind, library: String)
}

extension InferenceError: CustomStringConvertible {
  /// What is wrong, with which file or engine.
  public var description: String {
    switch self {
    case .modelUnreadable(let path, let reason): "cannot read the model \(path): \(reason)"
    case .modelInvalid(let path, let reason): "\(path) is not a usable model: \(reason)"
    case .runtimeFailure(let engine, let reason): "\(engine.displayName) failed: \(reason)"
    case .shapeMismatch(let pixels, let logits, let classes):
      "a batch of \(pixels) pixels and room for \(logits) logits do not fit pictures of "
        + "\(ImageTensor.elementCount) pixels and \(classes) classes"
    case .unusableLogits: "the model did not answer with one finite number a class"
    case .engineUnavailable(let engine, let reason):
      "the \(engine.displayName) engine is not available: \(reason)"
    case .libraryMissing(let engine, _):
      "the \(engine.displayName) engine is not available: \(reason); to have it, run scripts/setup and "
        + "build without ATELIER_MINIMAL"
    }
  }
}

extension InferenceError {
  /// What is wrong, without the file or engine.
  public var reason: String {
    switch self {
    case .modelUnreadable(_, let reason), .modelInvalid(_, let reason),
      .runtimeFailure(_, let reason), .engineUnavailable(_, let reason):
      reason
    case .libraryMissing(_, let library): "this build has no \(library)"
    case .shapeMismatch, .unusableLogits: description
    }
  }
}
