import Foundation
import Subprocess
import SystemPackage

/// Python's own libraries, which tests hold our files and numbers against.
///
/// The scripts of a test target lie in the folder `Oracle` beside its tests.
public enum Oracle {
  /// Runs a script with the interpreter that `scripts/setup --tests` made.
  ///
  /// - Parameters:
  ///   - script: The name of the script, such as `save.py`.
  ///   - arguments: What the script finds in `sys.argv`.
  ///   - environment: The Python environment that it runs in.
  ///   - testFile: A source file of the test target, beside the folder `Oracle`.
  /// - Returns: What the script printed.
  /// - Throws: ``OracleError`` with the script's traceback when it fails.
  @discardableResult
  public static func run(
    script: String, arguments: [String] = [], environment: String = "oracle",
    testFile: String = #filePath
  ) async throws -> String {
    let path = URL(filePath: testFile).deletingLastPathComponent().appending(
      path: "Oracle/\(script)")
    let result = try await Subprocess.run(
      .path(FilePath(interpreter(of: environment))),
      arguments: .init(["-B", path.path] + arguments),
      output: .string(limit: 64 << 20),
      error: .string(limit: 1 << 20))
    guard result.terminationStatus.isSuccess else {
      throw OracleError(script: script, output: result.standardError)
    }
    return result.standardOutput
  }

  /// The interpreter that `scripts/setup --tests` made.
  public static var interpreter: String { interpreter(of: "oracle") }

  private static func interpreter(of name: String) -> String {
    let environment = ProcessInfo.processInfo.environment
    let cache =
      environment["ATELIER_CACHE"]
      ?? (environment["XDG_CACHE_HOME"] ?? environment["HOME", default: ""] + "/.cache")
      + "/atelier"
    return cache + "/\(name)/bin/python"
  }
}
