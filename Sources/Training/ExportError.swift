public import ModelStore
public import Networks

/// Why a model could not be exported.
public enum ExportError: Error, Sendable, Hashable {
  /// The weights do not fit the architecture.
  case unfitWeights(StateDictError)
  /// The manifest names no architecture that the weights could be written for.
  case architectureMissing
  /// This build comes without LibTorch, which writes the form.
  case libTorchMissing(ModelForm)
  /// This program cannot write the form.
  case unsupported(ModelForm)
  /// A file cannot be written.
  case unwritable(path: String, reason: String)
  /// The version cannot be completed.
  case store(ModelStoreError)
}

extension ExportError: CustomStringConvertible {
  /// What could not be written, and why.
  public var description: String {
    switch self {
    case .unfitWeights(let error): error.description
    case .architectureMissing: "the version is a graph of another design, which has no other forms"
    case .libTorchMissing(let form):
      "\(form.fileName) is written by LibTorch, which this build does not have; leave its format out "
        + "(--format onnx,native), or run scripts/setup and build without ATELIER_MINIMAL"
    case .unsupported(let form): "this build cannot write \(form.fileName)"
    case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
    case .store(let error): error.description
    }
  }
}
