/// Why a file is not a usable ONNX model.
public enum OnnxFileError: Error, Sendable, Hashable {
  /// The bytes are no ONNX model, or a damaged one.
  case damaged
  /// It uses functions of its own, or holds a training run.
  case unsupported
  /// A tensor lies in another file.
  case externalData(tensor: String)
  /// A tensor has more or fewer values than its shape spans.
  case tensorDamaged(String)
  /// A tensor holds a NaN or an infinity.
  case notFinite(tensor: String)
}

extension OnnxFileError: CustomStringConvertible {
  /// What is wrong with the file, and how to mend it.
  public var description: String {
    switch self {
    case .damaged: "it is not an ONNX model, or a damaged one"
    case .unsupported:
      "it has functions of its own or a training run inside; export it for inference, with plain operators"
    case .externalData(let tensor):
      "its tensor \(tensor.prefix(80)) lies in another file; export it with all tensors inside"
    case .tensorDamaged(let tensor):
      "its tensor \(tensor.prefix(80)) does not have the values its shape needs"
    case .notFinite(let tensor):
      "its tensor \(tensor.prefix(80)) holds values that are not finite numbers; the training run diverged"
    }
  }
}
