import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

/// Holds a running service against its own document, with requests that schemathesis makes up.
@Suite(.timeLimit(.minutes(15))) struct OpenAPITests {
  /// After some wrong keys, all requests without a usable one are told to wait. That no route does
  /// without a key is for `AuthenticationTests`.
  private static let configuration = """
    [checks.missing_required_header]
    expected-statuses = [401, 429]

    [checks.ignored_auth]
    enabled = false
    """

  @Test func answersAsItsDocumentSays() async throws {
    let cache = try #require(
      ProcessInfo.processInfo.environment["ATELIER_CACHE"], "source scripts/environment first")
    try await withTemporaryDirectory { home in
      try Data(Self.configuration.utf8).write(to: home.appending(path: "schemathesis.toml"))
      let (report, _) = try await RunningServer.run(home: home, engines: "all") { server in
        defer { server.stop(SIGTERM) }
        let result = try await Subprocess.run(
          .path(FilePath(cache + "/schemathesis/bin/schemathesis")),
          arguments: [
            "run", "http://127.0.0.1:\(server.port)/openapi.json",
            "--header", "X-API-Key: \(RunningServer.key)", "--seed", "1", "--max-examples", "20",
            // A stream goes on for longer than a test waits.
            "--exclude-path", "/metrics/events",
            "--phases", "examples,coverage,fuzzing", "--no-color",
            // Bytes that the schema allows for a picture are rarely one, and are rightly refused.
            "--exclude-checks", "positive_data_acceptance",
          ],
          workingDirectory: FilePath(home.path), input: .none, output: .string(limit: 1 << 20),
          error: .string(limit: 1 << 20))
        return (status: result.terminationStatus, text: result.standardOutput)
      }
      #expect(report.status == .exited(0), "\(report.text)")
      #expect(report.text.contains("Tested: 51"))
    }
  }
}
