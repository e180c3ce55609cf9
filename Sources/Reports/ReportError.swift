/// Why a report could not be made.
public enum ReportError: Error, Sendable, Hashable {
  /// A file of the report cannot be written.
  case unwritable(path: String, reason: String)
}

extension ReportError: CustomStringConvertible {
  /// What is wrong, with which file, and how to mend it.
  public var description: String {
    switch self {
    case .unwritable(let path, let reason):
      "cannot write \(path): \(reason); name a folder that can be written"
    }
  }
}
