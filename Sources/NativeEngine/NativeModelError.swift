public import Networks

/// Why a file is not a model that the native engine can run.
public enum NativeModelError: Error, Sendable, Hashable {
  /// The file cannot be read or written.
  case file(reason: String)
  /// The file is something else.
  case notAModel
  /// The file is of a format that this program does not know.
  case unknownFormat(Int)
  /// The file has not as many bytes as it says.
  case size(found: Int, expected: Int)
  /// The bytes are not those that were written.
  case checksum
  /// The description of the network cannot be understood.
  case description(reason: String)
  /// The weights do not fit the network.
  case weights(StateDictError)
  /// The network has something that the engine does not run.
  case unsupported(reason: String)
}

extension NativeModelError: CustomStringConvertible {
  /// What is wrong, and how to mend it.
  public var description: String {
    switch self {
    case .file(let reason): reason
    case .notAModel: "it is not a model of Atelier's own format"
    case .unknownFormat(let format):
      "its format is \(format), and this program knows \(NativeModel.format); update the program, or "
        + "export the model again"
    case .size(let found, let expected):
      "it has \(found) bytes where it says \(expected); it was cut short or is of two files"
    case .checksum: "its bytes are not those that were written; copy or export it again"
    case .description(let reason): "its description of the network is unusable: \(reason)"
    case .weights(let error): error.description
    case .unsupported(let reason): "the native engine cannot run it: \(reason)"
    }
  }
}
