/// Why a TorchScript module could not be written.
public struct TorchExportError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What LibTorch or the system says.
  public let reason: String

  /// Which file, and why.
  public var description: String { "cannot write \(path): \(reason)" }
}
