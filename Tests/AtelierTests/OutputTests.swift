import Foundation
import Subprocess
import SystemPackage
import Testing

/// What all commands do with their results.
@Suite struct OutputTests {
  /// What is lost on a full disk is not done.
  @Test(arguments: [["keys", "create", "--name", "shop"], ["keys", "list", "--json"]])
  func resultsThatCannotBeWrittenAreAFailure(arguments: [String]) async throws {
    try await withTemporaryDirectory { home in
      let full = try FileDescriptor.open("/dev/full", .writeOnly)
      let result = try await Subprocess.run(
        .path(Program.path), arguments: .init(arguments),
        environment: .inherit.updating(["ATELIER_HOME": home.path]),
        output: .fileDescriptor(full, closeAfterSpawningProcess: true),
        error: .string(limit: 1 << 20))
      #expect(result.terminationStatus == .exited(1))
      #expect(
        result.standardError.contains("cannot write to standard output: No space left"))
    }
  }

  @Test func complaintsThatCannotBeWrittenEndNothing() async throws {
    let full = try FileDescriptor.open("/dev/full", .writeOnly)
    let result = try await Subprocess.run(
      .path(Program.path), arguments: ["classify", "/nonexistent"],
      output: .string(limit: 1 << 20),
      error: .fileDescriptor(full, closeAfterSpawningProcess: true))
    #expect(result.terminationStatus == .exited(1))
  }

  @Test func whatArgumentsLeadToIsSaidWithoutTheirUsage() async throws {
    let outcome = try await Program.run("evaluate", "--split", "held-out")
    #expect(outcome.status == 64)
    #expect(
      outcome.errors
        == "Error: Of the standard data set nothing is held out but its test split.\n")
  }

  @Test func tablesKnowThatChineseIsWide() async throws {
    try await withTemporaryDirectory { home in
      let environment = ["ATELIER_HOME": home.path, "DATABASE_URL": ""]
      _ = try await Program.run("keys", "create", "--name", "商店", environment: environment)
      let list = try await Program.run("keys", "list", environment: environment)
      #expect(list.output.contains(#/\nkey-\S+  商店  predict  /#))
    }
  }
}
