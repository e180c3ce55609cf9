import Foundation
import Glibc
import HTTPTypes
import Subprocess
import SystemPackage
import Testing

/// The program as a build with `ATELIER_MINIMAL=1` leaves it: without LibTorch and ONNX Runtime.
///
/// The code of both builds is the same. So the program that was built is taken elsewhere, where the one does
/// not lie beside it, and relieved of the folder in which it would find the other.
@Suite(.timeLimit(.minutes(15))) struct MinimalBuildTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../..").standardizedFileURL

  /// Makes the program in a folder, beside the versions of the model.
  private static func program(in folder: URL) async throws -> FilePath {
    let path = folder.appending(path: "atelier")
    try FileManager.default.copyItem(atPath: Program.path.string, toPath: path.path)
    try FileManager.default.copyItem(
      at: root.appending(path: "models"), to: folder.appending(path: "models"))
    let folders = try await run("patchelf", "--print-rpath", path.path)
    let kept = folders.output.split(separator: ":").filter { !$0.contains("onnxruntime") }
    try #require(folders.output.contains("onnxruntime"), "\(folders)")
    let changed = try await run(
      "patchelf", "--set-rpath", kept.joined(separator: ":"), path.path)
    try #require(changed.status == .exited(0), "\(changed)")
    return FilePath(path.path)
  }

  private static func run(
    _ program: String, _ arguments: String...
  ) async throws -> (status: TerminationStatus, output: String, errors: String) {
    try await run(.name(program), arguments)
  }

  private static func run(
    _ program: Executable, _ arguments: [String],
    environment: [Environment.Key: String?] = [:]
  ) async throws -> (status: TerminationStatus, output: String, errors: String) {
    let result = try await Subprocess.run(
      program, arguments: .init(arguments), environment: .inherit.updating(environment),
      workingDirectory: FilePath(root.path), input: .none, output: .string(limit: 1 << 22),
      error: .string(limit: 1 << 20))
    return (
      result.terminationStatus,
      result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines),
      result.standardError
    )
  }

  /// A program with the Swift runtime linked in, as in the images, could not open it otherwise.
  @Test func theLibraryBesideTheProgramNeedsNoSwiftRuntime() async throws {
    let library = Program.path.removingLastComponent().appending("libAtelierTorch.so")
    let needed = try await Self.run("patchelf", "--print-needed", library.string)
    #expect(needed.output.contains("libtorch_cpu.so"), "\(needed)")
    #expect(!needed.output.contains("libswift"), "\(needed)")
  }

  @Test func commandsGoByTheNativeEngineOrSayWhatIsMissing() async throws {
    try await withTemporaryDirectory { folder in
      let program = try await Self.program(in: folder)
      let arguments = ["evaluate", "--split", "test", "--json"]
      let evaluated = try await Self.run(.path(program), arguments)
      #expect(evaluated.status == .exited(0), "\(evaluated.errors)")
      #expect(evaluated.output.contains(#""native""#))

      let checkpoint = Program.shippedModel.appending(path: "model.pth").path
      let output = folder.appending(path: "out").path
      for (arguments, missing) in [
        (arguments + ["--engine", "onnx"], "this build has no ONNX Runtime"),
        (arguments + ["--engine", "torchscript"], "this build has no LibTorch"),
        (["train", "--output", output], "training needs LibTorch"),
        (["export", checkpoint, "--output", output], "model.pt is written by LibTorch"),
        (["models", "import", checkpoint, "--store", output], "needs LibTorch and ONNX Runtime"),
      ] {
        let outcome = try await Self.run(.path(program), arguments)
        #expect(outcome.status == .exited(1), "\(arguments)")
        #expect(outcome.errors.contains(missing), "\(outcome.errors)")
        #expect(outcome.errors.contains("ATELIER_MINIMAL"), "\(outcome.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: output))

      let exported = try await Self.run(
        .path(program),
        [
          "export", checkpoint, "--architecture", "fashion-lite", "--output", output, "--format",
          "onnx,native",
        ])
      #expect(exported.status == .exited(0), "\(exported.errors)")
    }
  }

  @Test func theServiceAnswersWithTheNativeEngineAndSaysWhyNotWithOthers() async throws {
    try await withTemporaryDirectory { folder in
      let program = try await Self.program(in: folder)
      let home = folder.appending(path: "home")
      _ = try await RunningServer.run(home: home, engines: "all", program: program) { server in
        defer { server.stop(SIGTERM) }
        let ready = try await server.send(.get, "/health/ready")
        #expect(ready.status == 200)
        #expect(ready.text.contains(#""engines":["Native"]"#), "\(ready.text)")

        let answer = try await server.classify("/predict")
        #expect(answer.status == 200)
        #expect(answer.text.contains(#""model":"Native""#), "\(answer.text)")
        for (path, library) in [
          ("/predict-scripted", "LibTorch"), ("/predict-onnx", "ONNX Runtime"),
          ("/predict-quantized", "LibTorch"),
        ] {
          let refused = try await server.classify(path)
          #expect(refused.status == 503, "\(path)")
          #expect(refused.text.contains("this build has no \(library)"), "\(refused.text)")
        }
        let promoted = try await server.send(.post, "/models/fashion-lite-20261126/promote")
        #expect(promoted.status == 200, "\(promoted.text)")
        let training = try await server.send(.post, "/training")
        #expect(training.status == 503)
        #expect(training.text.contains("training needs LibTorch"), "\(training.text)")
      }
    }
  }

  /// Only the manifest is read: nothing is resolved or built. The folder of the build is locked by whoever
  /// runs the tests, so another is named.
  @Test(arguments: [nil, "1"])
  func theManifestNamesTheLibrariesOnlyOfAFullBuild(switch value: String?) async throws {
    try await withTemporaryDirectory { folder in
      let manifest = try await Self.run(
        .name("swift"), ["package", "--scratch-path", folder.path, "dump-package"],
        environment: ["ATELIER_MINIMAL": value])
      #expect(manifest.status == .exited(0), "\(manifest.errors)")
      #expect(manifest.output.contains("NativeEngine"))
      for name in ["AtelierTorch", "LibTorch", "libtorch", "onnxruntime"] {
        #expect(manifest.output.contains(name) == (value == nil), "\(name)")
      }
    }
  }
}
