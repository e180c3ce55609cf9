import Dataset
import Foundation
import Subprocess
import SystemPackage
import Testing

/// The built command-line program, run as a user would.
enum Program {
  struct Outcome {
    let status: Int
    let output: String
    let errors: String
  }

  /// The program, which the package builds beside the tests.
  static let path = FilePath(
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: "atelier").path)

  /// The folder of the version that comes with the program.
  static let shippedModel = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../models/fashion-lite-20261126").standardizedFileURL

  /// Runs `atelier` with `arguments` and waits for its end.
  static func run(
    _ arguments: String..., environment: [String: String] = [:], input: Data = Data()
  ) async throws -> Outcome {
    try await run(arguments, environment: environment, input: input)
  }

  /// Runs `atelier` with `arguments` and waits for its end.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], input: Data = Data()
  ) async throws -> Outcome {
    let result = try await Subprocess.run(
      .path(path), arguments: .init(arguments), environment: .inherit.updating(environment.keyed),
      input: .data(input), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    return try outcome(
      result.terminationStatus, output: result.standardOutput, errors: result.standardError)
  }

  /// Runs `atelier`, presses Ctrl-C when `text` comes on standard error, and waits for
  /// its end. A thread of its own watches the program: tasks of other tests may keep those that Swift
  /// shares out busy until the program has ended by itself.
  static func interrupt(_ arguments: [String], after text: String) async throws -> Outcome {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try interruptWhileWaiting(arguments, after: text) })
      }
    }
  }

  private static func interruptWhileWaiting(
    _ arguments: [String], after text: String
  ) throws -> Outcome {
    let process = Process()
    let standardError = Pipe()
    process.executableURL = URL(filePath: path.string)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = standardError
    try process.run()
    var errors = ""
    while case let chunk = standardError.fileHandleForReading.availableData, !chunk.isEmpty {
      let interrupted = errors.contains(text)
      errors += String(decoding: chunk, as: UTF8.self)
      if !interrupted, errors.contains(text) { process.interrupt() }
    }
    process.waitUntilExit()
    guard process.terminationReason == .exit else {
      Issue.record("atelier ended by a signal: \(process.terminationStatus)\n\(errors)")
      throw CancellationError()
    }
    return Outcome(status: Int(process.terminationStatus), output: "", errors: errors)
  }

  private static func outcome(
    _ status: TerminationStatus, output: String, errors: String
  ) throws -> Outcome {
    guard case .exited(let code) = status else {
      Issue.record("atelier ended by a signal: \(status)\n\(errors)")
      throw CancellationError()
    }
    return Outcome(status: Int(code), output: output, errors: errors)
  }
}

extension [String: String] {
  /// The variables as the library takes them.
  fileprivate var keyed: [Environment.Key: String?] {
    var result: [Environment.Key: String?] = [:]
    for (name, value) in self { result[.init(stringLiteral: name)] = value }
    return result
  }
}

/// A directory that is removed after `body`.
func withTemporaryDirectory<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
  let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
  try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: directory) }
  return try await body(directory)
}

extension FashionMNIST {
  /// 6,000 real pictures to learn from, of which 5,000 validate, and 300 to test with.
  static func small() throws -> FashionMNIST {
    let whole = try FashionMNIST()
    return FashionMNIST(
      training: whole.training.selecting(0..<6_000), test: whole.test.selecting(0..<300))
  }
}
