import Foundation
import Subprocess
import SystemPackage
import Testing

@Suite struct KernelSanitizerTests {
  /// The script also does what is forbidden, and fails when the sanitizers let that pass.
  @Test(.timeLimit(.minutes(15)))
  func sanitizersFindNothingInTheKernels() async throws {
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../KernelSanitizers/run").standardizedFileURL.path
    let result = try await Subprocess.run(
      .path(FilePath(script)), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
    for line in ["portable: 0 failures", "overrun: noticed", "misread: noticed", "wrong: noticed"] {
      #expect(result.standardOutput.contains(line))
    }
  }
}
