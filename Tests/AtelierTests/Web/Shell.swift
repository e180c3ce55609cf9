import Foundation
import Subprocess
import SystemPackage

/// Commands as people paste them.
enum Shell {
  /// Runs a command in a folder, and returns what it writes.
  static func run(
    _ command: String, in folder: URL, environment: [String: String]
  ) async throws -> String {
    var variables: [Environment.Key: String?] = [:]
    for (name, value) in environment { variables[.init(stringLiteral: name)] = value }
    let result = try await Subprocess.run(
      .path("/bin/sh"), arguments: ["-c", command], environment: .inherit.updating(variables),
      workingDirectory: FilePath(folder.path), input: .none, output: .string(limit: 1 << 20),
      error: .discarded)
    return result.standardOutput
  }
}
