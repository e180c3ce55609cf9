/// A script of the oracle failed.
public struct OracleError: Error, CustomStringConvertible {
  /// The name of the script.
  public let script: String
  /// What it wrote to standard error.
  public let output: String

  /// The script and its traceback.
  public var description: String { "\(script) failed:\n\(output)" }
}
